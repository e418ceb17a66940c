// The pages of www/examples, which docs/embed shows: each is opened as it stands, on an origin of its own, and does what
// its document says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { World, until } from "./harness.mjs";
import * as step from "./steps.mjs";

/** What every example has written into its source. */
const BACKEND = "https://incidents.vendor.example";

test("the examples of the documents", async (t) => {
  const world = await World.create(t);
  const token = { html: await world.site.token("ada"), type: "text/plain" };
  const wire = await world.relay();

  const open = async (name, { replace = {}, ...options } = {}) => {
    let html = await readFile(new URL(`../../www/examples/${name}.html`, import.meta.url), "utf8");
    for (const [from, to] of Object.entries({ [BACKEND]: wire.origin, ...replace })) html = html.replaceAll(from, to);
    const alarm = { html: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/></svg>', type: "image/svg+xml" };
    const host = await world.host({ "/": { html }, "/callpoint-token": token, "/alarm.svg": alarm });
    const ada = await world.visitor(`Ada, ${name}`, "about:blank", options);
    const warnings = [];
    ada.page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
    await ada.page.goto(host.origin);
    await ada.page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    return Object.assign(ada, { warnings });
  };
  const report = async (ada, what) => {
    await step.field(ada).fill(what);
    await step.chooseLevel(ada, "SEV2");
    return step.sendReport(ada);
  };
  /** Its reporter's own words, as the server has them. */
  const arrived = async (title) => {
    const { incidents } = await world.site.ask("ada", "/v1/incidents");
    assert.ok(incidents.some((incident) => incident.title === title), `"${title}" arrived`);
  };

  await t.test("one script tag", async () => {
    const ada = await open("script-tag");
    await step.openForm(ada);
    await report(ada, "By one script tag");
    await arrived("By one script tag");
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("a button of the page's own begins the report, and a form of its own sends one", async () => {
    const ada = await open("own-button");
    assert.ok(await step.launcher(ada).isHidden(), "there is no launcher");
    await ada.page.getByRole("button", { name: "Something wrong?" }).click();
    await step.takenOver(ada);
    assert.equal(await step.field(ada).inputValue(), "The export is empty.");
    await ada.page.keyboard.press("Escape");
    await ada.page.getByRole("link", { name: "Status" }).click();
    await step.widget(ada.page).getByRole("heading", { name: "Status" }).waitFor();
    await ada.page.keyboard.press("Escape");
    await ada.page.getByLabel("What is wrong?").fill("By a form of the page's own");
    await ada.page.getByRole("button", { name: "Send to support" }).click();
    await ada.page.getByText(/^Received as NW-\d+\.$/).waitFor();
    await arrived("By a form of the page's own");
    await ada.page.getByLabel("What is wrong?").fill(" ");
    await ada.page.getByRole("button", { name: "Send to support" }).click();
    await ada.page.getByText(/^callpoint: /).waitFor();
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("a transport of the page's own carries every request", async () => {
    const ada = await open("transport");
    const named = [];
    ada.page.on("request", (request) => named.push([new URL(request.url()).pathname, "x-request-id" in request.headers()]));
    await step.openForm(ada);
    await report(ada, "By the page's own way");
    await arrived("By the page's own way");
    const asked = named.filter(([path]) => path.startsWith("/v1/"));
    assert.ok(asked.some(([path]) => path === "/v1/reports") && asked.every(([, has]) => has), JSON.stringify(asked));
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("the status, and a thread", async () => {
    const incident = await world.site.declare("ada", "A thread in the page");
    const ada = await open("status", { replace: { "NW-4127": incident } });
    await ada.page.locator("callpoint-thread").getByText("A thread in the page").first().waitFor();
    for (const variant of ["dot", "card"]) await ada.page.locator(`callpoint-status[variant=${variant}] .status`).waitFor();
    const { height } = await ada.page.locator("callpoint-thread").boundingBox();
    assert.equal(height, 480);
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("a look of one's own", async () => {
    const ada = await open("look");
    const { width } = await step.launcher(ada).boundingBox();
    assert.ok(width > 120, `the launcher has words: ${width}`);
    const style = (locator, ...names) => locator.evaluate((element, names) => names.map((name) => getComputedStyle(element)[name]), names);
    assert.deepEqual(await style(step.launcher(ada), "zIndex", "left"), ["900", "20px"]);
    await step.openForm(ada);
    await step.takenOver(ada);
    const send = step.widget(ada.page).getByRole("button", { name: "Send report" });
    assert.deepEqual(await style(send, "backgroundColor", "borderTopLeftRadius"), ["rgb(109, 40, 217)", "2px"]);
    assert.match((await style(step.field(ada), "fontFamily"))[0], /Georgia/);
  });

  await t.test("another language", async () => {
    const ada = await open("languages");
    await ada.page.getByRole("button", { name: "Problem melden" }).click();
    await until(() => step.widget(ada.page).locator(".panel").evaluate((panel) => panel.lang === "de"), "the panel is in German");
  });

  await t.test("words and a picture of one's own", async () => {
    const ada = await open("labels", { replace: { "https://app.vendor.example/": "/" } });
    await ada.page.getByRole("button", { name: "Raise the alarm" }).click();
    await step.field(ada).waitFor();
    await step.field(ada).fill("In our own words");
    await step.chooseLevel(ada, "SEV2");
    await step.widget(ada.page).getByRole("button", { name: "Send report" }).click();
    await step.widget(ada.page).getByText(/^Your number is NW-\d+\. Northwind is on it\.$/).waitFor();
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("fields of one's own", async () => {
    const ada = await open("fields");
    await step.openForm(ada);
    await step.widget(ada.page).getByLabel("Order number").fill("4127");
    await report(ada, "Asked for more");
    const { incidents } = await world.site.ask("ada", "/v1/incidents");
    const { id } = incidents.find(({ title }) => title === "Asked for more");
    const { entries } = await world.site.ask("ada", `/v1/incidents/${id}`);
    assert.deepEqual(entries[0].change.declared.report.fields, [{ id: "order", label: "Order number", value: "4127" }]);
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("events", async () => {
    const ada = await open("events");
    await step.openForm(ada);
    const reference = await report(ada, "Whoever listens hears");
    await ada.page.getByText(`Received as ${reference}.`).waitFor();
    await step.goHome(ada);
    await ada.page.keyboard.press("Escape");
    const { incidents } = await world.site.ask("ada", "/v1/incidents");
    const { id } = incidents.find(({ title }) => title === "Whoever listens hears");
    await world.site.command("mara", id, { message: { text: "We look at it.", to: "affected" } });
    await until(async () => /^\(\d+\) A product$/.test(await ada.page.title()), "the title counts what is unread");
  });

  await t.test("a strict policy", async () => {
    const ada = await open("strict");
    await step.openForm(ada);
    await step.takenOver(ada);
    await report(ada, "Under a strict policy");
    await arrived("Under a strict policy");
    assert.deepEqual(ada.warnings, []);
  });
});
