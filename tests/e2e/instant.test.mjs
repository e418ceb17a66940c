// The form that stands there at once, and how the widget takes over from it: nothing that was typed, chosen or
// selected is lost, and a report arrives once whichever of the two has sent it.
import assert from "node:assert/strict";
import test from "node:test";
import { embed, hold, stored } from "./embedding.mjs";
import { World, accessible, shoot, sidewaysScroll, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const WASM = "**/*.wasm";
const titles = async (world, who) => (await world.site.ask(who, "/v1/incidents")).incidents.map(({ title }) => title);
const once = async (world, title) => {
  await until(async () => (await titles(world, "ada")).includes(title), `"${title}" is with the server`);
  assert.equal((await titles(world, "ada")).filter((one) => one === title).length, 1, `"${title}" is there once`);
};

/** What stands in the focused field, and its selection. */
const focused = ({ page }) =>
  page.evaluate(() => {
    const { value, selectionStart, selectionEnd, selectionDirection } = document.querySelector("callpoint-widget").shadowRoot.activeElement ?? {};
    return [value, selectionStart, selectionEnd, selectionDirection];
  });
const chosen = ({ page }) => step.widget(page).getByRole("radio", { checked: true }).evaluateAll((all) => all.map((one) => (one.closest("label") ?? one).textContent.match(/SEV\d/)[0]));

test("the instant form stands there before the WebAssembly, and hands over what is in it", async (t) => {
  const world = await World.create(t);
  const { visit, wire } = await embed(world);

  await t.test("it is fetched first, has the focus, and can be sent without the widget", async () => {
    const ada = await visit("Ada, at once", { prepare: async (page) => void (await hold(page, WASM)) });
    await step.openForm(ada);
    assert.deepEqual(await focused(ada), ["", 0, 0, "forward"]);
    const fetched = wire.asked.filter((url) => /\/assets\//.test(url));
    assert.match(fetched[0], /form/, "the form comes first");
    assert.ok(!fetched.some((url) => url.endsWith(".wasm")));
    await ada.page.keyboard.type("Sent from the instant form.");
    await step.chooseLevel(ada, "SEV2");
    await step.sendReport(ada);
    await once(world, "Sent from the instant form.");
    await ada.heard("report");
    await step.widget(ada.page).getByText(/We usually answer by .*\d/).waitFor();
    await step.widget(ada.page).getByText("Your customer success manager: Mara Lind").waitFor();
    await shoot(ada, "70-instant-receipt");
    assert.deepEqual(await stored(ada.page), [], "the device forgets what the server has");
    assert.deepEqual((await ada.seen()).errors, []);
  });

  await t.test("words, level, caret, selection and focus go over, and the report is sent once", async () => {
    let release;
    const ada = await visit("Ada, in between", { prepare: async (page) => void (release = await hold(page, WASM)) });
    await step.openForm(ada);
    await ada.page.keyboard.type("Labels do not print.");
    await step.chooseLevel(ada, "SEV3");
    await step.field(ada).evaluate((field) => (field.focus(), field.setSelectionRange(7, 9, "backward")));
    await shoot(ada, "70-instant-form");
    release();
    await step.takenOver(ada);
    assert.deepEqual(await focused(ada), ["Labels do not print.", 7, 9, "backward"]);
    assert.deepEqual(await chosen(ada), ["SEV3"]);
    await ada.page.keyboard.type("never");
    assert.equal(await step.field(ada).inputValue(), "Labels never not print.");
    await step.sendReport(ada);
    await once(world, "Labels never not print.");
    await step.openThread(ada);
    await step.entries(ada, "Labels never not print.").waitFor();
  });

  await t.test("keys typed all through the hand-over arrive, in their order", async () => {
    let release;
    const ada = await visit("Ada, typing on", { prepare: async (page) => void (release = await hold(page, WASM)) });
    const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(" ");
    await step.openForm(ada);
    const typing = ada.page.keyboard.type(words, { delay: 5 });
    release();
    await typing;
    await step.takenOver(ada);
    assert.equal(await step.field(ada).inputValue(), words);
  });

  await t.test("a level chosen with the keyboard keeps the focus on it", async () => {
    let release;
    const ada = await visit("Ada, with keys alone", { prepare: async (page) => void (release = await hold(page, WASM)) });
    await step.openForm(ada);
    await step.widget(ada.page).getByRole("radio", { name: /SEV1/ }).waitFor();
    await ada.page.keyboard.type("By keyboard.");
    await ada.page.keyboard.press("Tab");
    await ada.page.keyboard.press("ArrowDown");
    assert.deepEqual(await chosen(ada), ["SEV2"]);
    release();
    await step.takenOver(ada);
    assert.deepEqual(await chosen(ada), ["SEV2"]);
    const active = await ada.page.evaluate(() => document.querySelector("callpoint-widget").shadowRoot.activeElement.closest("label").textContent);
    assert.match(active, /SEV2/);
  });

  await t.test("nothing is handed over in the middle of a composition", async () => {
    let release;
    const ada = await visit("Ada, composing", { prepare: async (page) => void (release = await hold(page, WASM)) });
    await step.openForm(ada);
    const session = await ada.page.context().newCDPSession(ada.page);
    await session.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    release();
    await ada.heard("ready");
    await session.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
    await ada.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await step.help(ada).count(), 0, "still the instant form");
    await session.send("Input.insertText", { text: "日本" });
    await step.takenOver(ada);
    assert.equal(await step.field(ada).inputValue(), "日本");
  });

  await t.test("nothing is handed over while a report is on its way; its receipt stays, and opens the thread", async () => {
    let wasm;
    const ada = await visit("Ada, sending", { prepare: async (page) => void (wasm = await hold(page, WASM)) });
    const post = await hold(ada.page, "**/v1/reports");
    await step.openForm(ada);
    await ada.page.keyboard.type("On its way.");
    await step.chooseLevel(ada, "SEV2");
    await step.widget(ada.page).getByRole("button", { name: "Send report" }).click();
    await step.widget(ada.page).getByText("Sending…").waitFor();
    assert.equal((await stored(ada.page)).length, 1, "kept before it is sent");
    wasm();
    await ada.heard("ready");
    await step.widget(ada.page).getByText("Sending…").waitFor();
    post();
    await step.widget(ada.page).getByText("We've got your report.").waitFor();
    await step.openThread(ada);
    await step.entries(ada, "On its way.").waitFor();
    await once(world, "On its way.");
    assert.equal((await ada.seen()).events.filter((name) => name === "report").length, 1, "the page hears of it once");
    await step.goHome(ada);
    await step.reportButton(ada).click();
    assert.equal(await step.field(ada).inputValue(), "", "what was sent is not there again");
    assert.deepEqual(await chosen(ada), []);
  });

  await t.test("on a slow device and a slow line nothing is lost", async () => {
    const ada = await visit("Ada, on a slow line");
    const session = await ada.page.context().newCDPSession(ada.page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 });
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await step.openForm(ada);
    await ada.page.keyboard.type("Slow, but whole.");
    await step.chooseLevel(ada, "SEV2");
    await step.takenOver(ada);
    assert.equal(await step.field(ada).inputValue(), "Slow, but whole.");
    assert.deepEqual(await chosen(ada), ["SEV2"]);
    await step.sendReport(ada);
    await once(world, "Slow, but whole.");
  });

  await t.test("who has open incidents comes home first; the form is one press away", async () => {
    const ada = await visit("Ada, again", { keeps: "ada" });
    await step.openPanel(ada);
    await ada.page.reload();
    await ada.page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    await hold(ada.page, WASM);
    await step.launcher(ada).click();
    await step.widget(ada.page).getByText("Loading…").waitFor();
    await step.reportButton(ada).click();
    await step.field(ada).waitFor();
    await ada.page.reload();
    await ada.page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    await ada.page.unroute(WASM);
    await step.launcher(ada).click();
    await step.widget(ada.page).getByRole("button", { name: /View full status/ }).waitFor();
  });

  await t.test("the keyboard alone is enough, and what is missing is said beside the button", async () => {
    const ada = await visit("Ada, without a mouse", { prepare: async (page) => void (await hold(page, WASM)) });
    const panel = step.widget(ada.page);
    await step.openForm(ada);
    await panel.getByRole("radio", { name: /SEV1/ }).waitFor();
    const inside = () => ada.page.evaluate(() => Boolean(document.querySelector("callpoint-widget").shadowRoot.activeElement?.closest(".panel")));
    for (const key of ["Tab", "Shift+Tab"]) {
      for (let press = 0; press < 9; press++) {
        await ada.page.keyboard.press(key);
        assert.ok(await inside(), `${key} number ${press + 1} stays in the panel`);
      }
    }
    const active = () => ada.page.evaluate(() => document.querySelector("callpoint-widget").shadowRoot.activeElement?.name);
    await step.field(ada).focus();
    await ada.page.keyboard.press("Control+Enter");
    await panel.getByRole("alert").filter({ hasText: "Tell us what's going wrong." }).waitFor();
    assert.equal(await active(), "what");
    await ada.page.keyboard.type("Without a mouse.");
    await ada.page.keyboard.press("Control+Enter");
    await panel.getByRole("alert").filter({ hasText: "Choose a severity." }).waitFor();
    assert.equal(await active(), "severity");
    await ada.page.keyboard.press("Space");
    await ada.page.keyboard.press("Control+Enter");
    await panel.getByText("We've got your report.").waitFor();
    await once(world, "Without a mouse.");
    await ada.page.keyboard.press("Escape");
    await panel.locator(".panel").waitFor({ state: "hidden" });
  });

  await t.test("the keyboard sends after the hand-over too, and what is missing is in view", async () => {
    const ada = await visit("Ada, handed over", { width: 390 });
    const panel = step.widget(ada.page);
    await step.openForm(ada);
    await step.takenOver(ada);
    await step.field(ada).fill("Sent from the widget's own form.");
    for (const send of [() => ada.page.keyboard.press("Control+Enter"), () => panel.getByRole("button", { name: "Send report" }).click()]) {
      await step.field(ada).focus();
      await send();
      const alert = panel.getByRole("alert").filter({ hasText: "Choose a severity." });
      await alert.waitFor();
      const seen = await alert.evaluate((element) => {
        const { left, top } = element.getBoundingClientRect();
        return element.getRootNode().elementFromPoint(left + 2, top + 2) == element;
      });
      assert.ok(seen, "the alert is in view");
      const active = () => ada.page.evaluate(() => document.querySelector("callpoint-widget").shadowRoot.activeElement?.name);
      assert.equal(await active(), "severity");
    }
    await ada.page.keyboard.press("Space");
    await ada.page.keyboard.press("Control+Enter");
    await panel.getByText("We've got your report.").waitFor();
    await once(world, "Sent from the widget's own form.");
  });

  await t.test("everybody can use it: light, dark, and a phone of 320 px", async () => {
    const ada = await visit("Ada, on a phone", { width: 390, prepare: async (page) => void (await hold(page, WASM)) });
    await step.openForm(ada);
    await step.widget(ada.page).getByRole("radio", { name: /SEV1/ }).waitFor();
    for (const scheme of ["light", "dark"]) {
      await ada.page.emulateMedia({ colorScheme: scheme });
      await accessible(ada.page, `the instant form, ${scheme}`, "callpoint-widget");
    }
    await ada.page.setViewportSize({ width: 320, height: 640 });
    assert.deepEqual(await sidewaysScroll(ada.page, "callpoint-widget"), []);
    await shoot(ada, "70-instant-form-narrow", undefined, [320]);
  });
});
