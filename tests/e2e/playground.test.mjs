// The playground: what is chosen is what the widget beside it gets, and the code to copy makes another page the same.
import assert from "node:assert/strict";
import test from "node:test";
import { accessible, shoot, sidewaysScroll, until, World } from "./harness.mjs";
import * as step from "./steps.mjs";

test("somebody chooses how the widget looks and copies the code", async (t) => {
  const world = await World.create(t);
  const dev = await world.visitor("a developer", world.site.origin + "/playground");
  const { page } = dev;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const choose = (label, value) => page.getByLabel(label).evaluate((field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, value);
  const style = (locator, ...names) => locator.evaluate((element, names) => names.map((name) => getComputedStyle(element)[name]), names);
  const send = (page) => step.widget(page).getByRole("button", { name: "Send report" });

  await t.test("it can be used by everybody, on any screen", async () => {
    await step.launcher(dev).waitFor();
    await page.locator("callpoint-status .status").waitFor();
    await shoot(dev, "95-playground");
    for (const [width, scheme] of [[390, "light"], [390, "dark"], [1280, "light"], [1280, "dark"]]) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme: scheme });
      await accessible(page, `the playground at ${width} px, ${scheme}`);
      assert.deepEqual(await sidewaysScroll(page), [], `${width} px`);
    }
  });

  await t.test("the widget follows each choice, also while it is open", async () => {
    await page.getByLabel("Customer token").fill(await world.site.token("ada"));
    await page.getByRole("button", { name: "Show the panel" }).click();
    await step.takenOver(dev);
    const [, regular] = await style(send(page), "backgroundColor", "paddingTop");
    await choose("Accent", "#6d28d9");
    await choose("Corners", "2");
    await choose("Density", ".75");
    const [ground, radius, compact] = await style(send(page), "backgroundColor", "borderTopLeftRadius", "paddingTop");
    assert.deepEqual([ground, radius], ["rgb(109, 40, 217)", "2px"]);
    assert.ok(parseFloat(compact) < parseFloat(regular), `${compact} is less than ${regular}`);
    await choose("Theme", "dark");
    await step.takenOver(dev);
    await until(async () => (await style(step.widget(page).locator(".panel"), "colorScheme"))[0] === "dark", "the panel is dark");
    await choose("Position", "bottom-left");
    await step.takenOver(dev);
    assert.deepEqual(await style(step.widget(page).locator(".panel"), "left"), ["20px"]);
    await shoot(dev, "96-playground-chosen");
    await choose("Language and direction", "ar");
    await until(() => step.widget(page).locator(".panel").evaluate((panel) => panel.dir === "rtl"), "the panel reads from right to left");
    await choose("Language and direction", "");
    await step.takenOver(dev);
    await page.keyboard.press("Escape");
    await page.getByLabel("Words on the launcher").fill('Help </style>"');
    const [content] = await step.launcher(dev).evaluate((launcher) => [getComputedStyle(launcher, "::after").content]);
    assert.equal(content, '"Help </style>\\""', "what is typed is shown as it is");
  });

  await t.test("the code makes another page the same", async () => {
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied.").waitFor();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A product</title><link rel="icon" href="data:,">${code}</head><body><h1>A product</h1></body></html>`;
    const token = { html: await world.site.token("ada"), type: "text/plain" };
    const { origin } = await world.host({ "/": { html }, "/callpoint-token": token });
    const ada = await world.visitor("Ada, on that page", origin);
    await step.openForm(ada);
    await step.takenOver(ada);
    assert.deepEqual(await style(send(ada.page), "backgroundColor", "borderTopLeftRadius"), ["rgb(109, 40, 217)", "2px"]);
    assert.deepEqual(await style(step.widget(ada.page).locator(".panel"), "left", "colorScheme"), ["20px", "dark"]);
    const { width } = await step.launcher(ada).boundingBox();
    assert.ok(width > 90, `the launcher has words: ${width}`);
    await page.getByRole("button", { name: "Start over" }).click();
    await until(async () => !(await page.locator("#code").innerText()).includes("style"), "the code is the plain one again");
  });
});
