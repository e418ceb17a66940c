// Words that would like to be more than words: markup, ten thousand characters, and writing from right to left.
import assert from "node:assert/strict";
import test from "node:test";
import { World, shoot, sidewaysScroll } from "./harness.mjs";
import * as step from "./steps.mjs";

const MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script> {{nonce}} &amp; javascript:alert(3)";
const LONG = "Lorem_ipsum".repeat(910).slice(0, 10_000);
const ARABIC = "خطوط النشر متوقفة منذ الظهر ولا أحد يستطيع العمل";
const TRICK = "\u202Etxt.exe\u202C and an unfinished \u2067turn";

/** Nothing in a page was made by these words: no picture, no script of theirs, no dialog. */
async function onlyWords({ page }, holder) {
  const made = await page.evaluate((selector) => {
    const found = document.querySelector(selector);
    const inside = found.shadowRoot ?? found;
    return [...inside.querySelectorAll("img, script, iframe, [onerror]")].map((one) => one.outerHTML);
  }, holder);
  assert.deepEqual(made, []);
}

test("hostile and unusual words are shown as words, everywhere", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo?as=ada", { width: 390 });
  const gita = await world.visitor("Gita", world.site.origin + "/demo?as=gita");
  const passer = await world.visitor("passer-by", world.site.origin + "/");
  const mara = await world.visitor("Mara", world.site.origin + "/demo/console?as=mara");
  const dialogs = [];
  for (const { page } of [ada, gita, mara, passer]) {
    page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
  }

  await t.test("in a report, on both sides", async () => {
    await step.openPanel(ada);
    await step.beginReport(ada, `${MARKUP}\n${ARABIC}`);
    await step.widget(ada.page).getByText("Add details (optional)").click();
    await step.widget(ada.page).getByLabel("Anything else that would help?").fill(LONG);
    await step.chooseLevel(ada, "SEV3");
    await shoot(ada, "40-report-hostile");
    assert.deepEqual(await sidewaysScroll(ada.page, "callpoint-widget"), []);
    await step.sendReport(ada);
    await step.openThread(ada);
    await step.entries(ada, MARKUP).waitFor();
    await step.entries(ada, LONG).waitFor();
    assert.deepEqual(await sidewaysScroll(ada.page, "callpoint-widget"), []);
    await onlyWords(ada, "callpoint-widget");
    await shoot(ada, "40-thread-hostile");
    await step.openIncident(mara, MARKUP);
    await step.staffSees(mara, LONG);
    await onlyWords(mara, ".panes");
    await mara.page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await sidewaysScroll(mara.page), []);
    await mara.page.setViewportSize({ width: 1280, height: 900 });
    await shoot(mara, "40-console-hostile");
  });

  await t.test("in a message from right to left, and one that plays with direction", async () => {
    await step.write(ada, ARABIC);
    await step.readsOnce(ada, new RegExp(`^You[^\\n]*${ARABIC}`));
    await step.staffReply(mara, ARABIC);
    await step.write(ada, TRICK);
    await step.staffSees(mara, "unfinished");
    const words = step.widget(ada.page).locator(".words", { hasText: ARABIC }).last();
    assert.equal(await words.evaluate((one) => getComputedStyle(one).direction), "rtl");
    await shoot(ada, "40-thread-rtl");
    await shoot(mara, "40-console-rtl");
  });

  await t.test("in public words, at another account and on the status page", async () => {
    await step.publish(mara, { title: MARKUP.slice(0, 110), impact: "Minor impact", next: "in 30 min", words: `${MARKUP} ${"x".repeat(2_000)}` });
    await mara.page.getByRole("button", { name: "Publish to everyone" }).click();
    await passer.page.getByRole("heading", { name: "<img src=x" }).waitFor();
    await onlyWords(passer, "main");
    await passer.page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await sidewaysScroll(passer.page), []);
    await step.openPanel(gita);
    await step.headline(gita, "<img src=x");
    await onlyWords(gita, "callpoint-widget");
    await shoot(gita, "40-home-hostile");
    await shoot(passer, "40-status-page-hostile");
  });

  assert.deepEqual(dialogs, []);
});
