// What goes with a report without anybody writing it: taken at the moment of reporting, shown before it is sent, without
// secrets, and nothing that the page feels.
import assert from "node:assert/strict";
import test from "node:test";
import { embed, hold } from "./embedding.mjs";
import { World, accessible, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const BOOT = `callpoint("boot", { getToken: () => tokens.ada, release: "1.2.3", load: "idle", capture: true, redact: [/kd-\\d+/i, "Projekt \\\\w+"] });`;

/** What the server has of the latest report of this person. */
const kept = async (world, who) => {
  const { incidents } = await world.site.ask(who, "/v1/incidents");
  const { entries } = await world.site.ask(who, `/v1/incidents/${incidents[0].id}`);
  return entries.find(({ change }) => change.declared).change.declared.report.context;
};

const fails = (page) =>
  page.evaluate(async () => {
    await fetch("/gone?token=abcdef123456&customer=7").catch(() => {});
    dispatchEvent(new ErrorEvent("error", { message: "Labels of kd-4127 for ada@example.com", filename: "https://app.test/labels.js", lineno: 17, colno: 4 }));
    dispatchEvent(new PromiseRejectionEvent("unhandledrejection", { promise: Promise.resolve(), reason: new Error("Projekt Nordwind: password=hunter2x") }));
  });

test("what goes with a report is of this moment, is shown item by item, and holds no secret", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world, { boot: BOOT });
  const chapter = chapters(t);
  const ada = await visit("ada", { tolerates: /404/ });
  const { page } = ada;
  const origin = new URL(page.url()).origin;
  const included = step.widget(page).locator(".included");
  const item = (name) => included.getByRole("checkbox", { name, exact: true });

  await chapter("the page feels nothing of it", async () => {
    await until(() => page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => name.includes("/capture-"))), "what listens is there");
    const native = await page.evaluate(() => [fetch, console.error, XMLHttpRequest.prototype.open].map((one) => /native code/.test(String(one))));
    assert.deepEqual(native, [true, true, true]);
  });

  await chapter("it is taken when the form is opened, and each item can be left out", async () => {
    await fails(page);
    await page.evaluate(() => history.pushState(0, "", "/orders/17/labels?sid=abcdef#token=xyz"));
    await step.openPanel(ada);
    await step.beginReport(ada, "Labels do not print.");
    await included.locator("summary").click();
    const shown = await included.innerText();
    assert.ok(shown.includes(origin + "/orders/17/labels"), shown);
    assert.ok(shown.includes(`404 ${origin}/gone`), shown);
    for (const secret of ["kd-4127", "ada@example.com", "Nordwind", "hunter2x", "abcdef", "customer=7"]) assert.ok(!shown.includes(secret), `${secret} in ${shown}`);
    await page.evaluate(() => document.querySelector("callpoint-widget").shadowRoot.querySelector(".included").scrollIntoView());
    await shoot(ada, "report-context");
    await accessible(page, "the form with its context", "callpoint-widget");
    await item("browser").uncheck();
    assert.ok(!(await included.locator("summary").innerText()).includes("browser"));
    await step.chooseLevel(ada, "SEV2");
    await step.sendReport(ada);
    const { errors, ...context } = await kept(world, "ada");
    assert.match(errors, /^Unhandled rejection: Error: \[redacted\]: password=\[redacted\]\nLabels of \[redacted\] for \[redacted\] \(https:\/\/app\.test\/labels\.js:17:4\)$/);
    assert.deepEqual({ ...context, connection: "" }, {
      connection: "", language: "en-US", page: origin + "/orders/17/labels", release: "1.2.3", requests: `404 ${origin}/gone`, viewport: "1280x900",
    });
  });

  await chapter("what was left out of one report is not left out of the next, and the address is the new one", async () => {
    await page.evaluate(() => history.pushState(0, "", "/returns"));
    await step.back(ada);
    await step.report(ada, "Returns fail as well.");
    const context = await kept(world, "ada");
    assert.equal(context.page, origin + "/returns");
    assert.ok(context.browser);
  });

  await chapter("without the form, a secret is taken out as well", async () => {
    const draft = { what: "Sent by the page.", severity: 3, context: { url: "https://app.test/?api_key=abcdef", ticket: "KD-17", password: "a" } };
    await page.evaluate((draft) => callpoint("report", draft), draft);
    const { url, ticket, password } = await kept(world, "ada");
    assert.deepEqual({ url, ticket, password }, { url: "https://app.test/?api_key=[redacted]", ticket: "[redacted]", password: "[redacted]" });
  });

  await chapter("a shutdown ends it, and forgets what it saw", async () => {
    await page.evaluate(() => callpoint("shutdown"));
    await fails(page);
    await page.evaluate(() => callpoint("boot", { getToken: () => tokens.ada }));
    await step.openPanel(ada);
    await step.reportButton(ada).click();
    const shown = await included.locator("summary").innerText();
    assert.ok(!/errors|requests/.test(shown), shown);
  });
});

test("the instant form sends the path of the address, of which the server keeps no secret", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world, { boot: BOOT.replace('load: "idle",', "") });
  const ada = await visit("ada");
  await ada.page.evaluate(() => history.pushState(0, "", "/reset/ada@example.com?token=abcdef"));
  const release = await hold(ada.page, "**/*.wasm");
  await step.openForm(ada);
  await step.field(ada).fill("Nothing loads.");
  await step.chooseLevel(ada, "SEV1");
  await step.sendReport(ada);
  const context = await kept(world, "ada");
  // The server took out what the browser could not yet.
  assert.equal(context.page, new URL(ada.page.url()).origin + "/reset/[redacted]");
  assert.deepEqual(Object.keys(context), ["browser", "page", "release"]);
  release();
});
