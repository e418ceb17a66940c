// A page's own words in the place of the widget's, and its own picture on the launcher: in both forms, and gone with them.
import assert from "node:assert/strict";
import test from "node:test";
import { BOOT, embed, hold } from "./embedding.mjs";
import { World, accessible, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const RED = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Ccircle cx='12' cy='12' r='9' fill='red'/%3E%3C/svg%3E";

const LABELS = {
  "Report a problem": "Raise the alarm",
  "What's going wrong?": "What has happened?",
  "Send report": "<b>Sound it</b>",
  "Choose a severity.": "Say how grave it is.",
  "Help me choose": "x".repeat(400),
  "Sned report": "Never shown",
  "Reference {reference}. {vendor} has been notified.": "Your number: {reference}.",
};

test("a page's own words and picture stand in the place of the widget's", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const boot = `${BOOT} window.labels = ${JSON.stringify(LABELS)}; window.red = ${JSON.stringify(RED)};`;
  const { visit } = await embed(world, { boot });
  const ada = await visit("ada", { tolerates: /nowhere/ });
  const panel = step.widget(ada.page);
  const launcher = step.launcher(ada);
  const named = (name) => until(async () => (await launcher.getAttribute("aria-label")) === name, `the launcher is called ${name}`);
  const said = [];
  ada.page.on("console", (message) => message.type() === "warning" && said.push(message.text()));

  await chapter("the launcher has its name and picture before anybody shows interest", async () => {
    await ada.page.evaluate(() => callpoint("boot", { labels, icon: red }));
    await named("Raise the alarm");
    await launcher.locator("img").waitFor();
    assert.equal(await launcher.locator("svg").isVisible(), false);
    await shoot(ada, "labels-launcher");
  });

  await chapter("the instant form and the widget's speak in them, as text", async () => {
    const release = await hold(ada.page, "**/*.wasm");
    await launcher.click();
    await panel.getByLabel("What has happened?").fill("In our own words");
    await panel.getByRole("button", { name: "<b>Sound it</b>" }).click();
    await panel.getByRole("alert").filter({ hasText: "Say how grave it is." }).waitFor();
    await shoot(ada, "labels-instant");
    await panel.getByLabel("What has happened?").fill("In our own words, again");
    release();
    await panel.getByText("x".repeat(300)).waitFor();
    assert.equal(await panel.getByText("x".repeat(301)).count(), 0);
    await panel.getByRole("heading", { name: "Raise the alarm" }).waitFor();
    await accessible(ada.page, "the form in a page's words", "callpoint-widget");
    await step.chooseLevel(ada, "SEV2");
    await panel.getByRole("button", { name: "<b>Sound it</b>" }).click();
    await panel.getByText(/^Your number: NW-\d+\.$/).waitFor();
    await shoot(ada, "labels-receipt");
  });

  await chapter("what can't be meant is said once, with the nearest that there is", async () => {
    const about = said.filter((text) => text.startsWith("callpoint: labels: "));
    assert.deepEqual(about.sort(), [
      'callpoint: labels: "Your number: {reference}." lacks {vendor}, which "Reference {reference}. {vendor} has been notified." has; it is shown without it',
      'callpoint: labels: there is no text "Sned report"; did you mean "Send report"?',
    ]);
  });

  await chapter("other words, and none, take effect by `update`", async () => {
    await ada.page.evaluate(() => callpoint("update", { labels: { "Report a problem": "Help" } }));
    await named("Help");
    await ada.page.evaluate(() => callpoint("shutdown"));
    await ada.page.evaluate(() => callpoint("boot", { getToken: () => tokens.ada }));
    await named("Report a problem");
    assert.equal(await launcher.locator("img").count(), 0);
    await launcher.locator("svg").waitFor();
    await step.openPanel(ada);
    await step.reportButton(ada).waitFor();
  });

  await chapter("a picture that can't be had leaves ours, from an address and in the element", async () => {
    await ada.page.evaluate(() => callpoint("update", { icon: "/nowhere.png" }));
    await until(() => launcher.locator("svg").isVisible(), "ours stands there");
    const element = (src) => {
      callpoint("shutdown");
      document.querySelector("callpoint-widget")?.remove();
      const host = document.createElement("callpoint-widget");
      const image = Object.assign(document.createElement("img"), { slot: "launcher-icon", alt: "", width: 24, height: 24, src });
      host.append(image);
      document.body.append(host);
      callpoint("boot", { getToken: () => tokens.ada, icon: "slot" });
    };
    await ada.page.evaluate(element, RED);
    await step.widget(ada.page).locator("img").waitFor();
    await until(async () => !(await launcher.locator("svg").isVisible()), "the page's own takes its place");
    await shoot(ada, "labels-slot");
    await ada.page.evaluate(element, "/nowhere.png");
    await until(() => launcher.locator("svg").isVisible(), "ours stands there");
  });
});
