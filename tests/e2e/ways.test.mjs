// The ways in, and the ways to a server: buttons of the page's own, several origins of one backend, a function of the
// page that carries every request, and a public status page in place of a server.
import assert from "node:assert/strict";
import test from "node:test";
import { hold } from "./embedding.mjs";
import { Relay, World, until } from "./harness.mjs";
import * as step from "./steps.mjs";

/** What these tests bring about shows in the console of whoever develops the page. */
const NOISE = /ERR_|Failed to load resource/;

/** A vendor's page around one server; `visit` opens it with what boots the widget, and what else stands in it. */
async function stage(t, settings) {
  const world = await World.create(t, settings);
  const tokens = { ada: await world.site.token("ada") };
  const visit = async (name, { boot = "{ getToken: () => tokens.ada }", script = world.site.origin, attributes = "", body = "", prepare, tolerates = NOISE, pages = {} }) => {
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A vendor's page</title><link rel="icon" href="data:,">
<script>const tokens = ${JSON.stringify(tokens)}; window.seen = { errors: [], heard: [] };
addEventListener("error", (event) => seen.errors.push(String(event.message)));
addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
for (const name of ["ready", "report", "status"]) callpoint("on", name, () => seen.heard.push(name));
callpoint("boot", ${boot});</script>
<script async src="${script}/v1/loader.js" ${attributes}></script></head><body><h1>A vendor's page</h1>${body}</body></html>`;
    const host = await world.host({ "/": { html }, ...pages });
    const visitor = await world.visitor(name, "about:blank", { tolerates });
    const { page } = visitor;
    visitor.said = [];
    page.on("console", (message) => message.text().startsWith("callpoint:") && visitor.said.push(message.text()));
    if (prepare) await prepare(page);
    await page.goto(host.origin);
    await page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    const seen = () => page.evaluate(() => window.seen);
    const heard = (event) => until(async () => (await seen()).heard.includes(event), `the page hears "${event}"`);
    return Object.assign(visitor, { seen, heard, host });
  };
  return { world, visit };
}

const titles = async (world) => (await world.site.ask("ada", "/v1/incidents")).incidents.map(({ title }) => title);
const once = async (world, title) => {
  await until(async () => (await titles(world)).includes(title), `"${title}" is with the server`);
  assert.equal((await titles(world)).filter((one) => one === title).length, 1, `"${title}" is there once`);
};

test("any element of the page opens the widget, by click and by keys", async (t) => {
  const { world, visit } = await stage(t);
  const incident = await world.site.declare("ada", "Our exports are empty");
  const body = `<form action="/elsewhere"><button data-callpoint-open>Help</button></form>
<a href="/elsewhere" data-callpoint-open="status">Status</a>
<span role="button" tabindex="0" data-callpoint-open="report">Report</span>
<div id="nested" data-callpoint-open="report"><b>Deep inside</b></div>
<div id="shadow"></div>`;
  let release;
  const pages = { "/elsewhere": { html: "<!doctype html><title>Elsewhere</title>" } };
  const ada = await visit("Ada", { body, pages, prepare: async (page) => void (release = await hold(page, "**/assets/form*")) });
  const { page } = ada;
  const panel = step.widget(page);
  const close = async () => {
    await page.evaluate(() => callpoint("hide"));
    await until(async () => !(await page.evaluate(() => document.querySelector("callpoint-widget").open)), "it is closed");
  };
  await page.getByRole("button", { name: "Help" }).click();
  await panel.getByText("Loading…").waitFor();
  release();
  await step.field(ada).waitFor();
  assert.equal(page.url(), ada.host.origin + "/", "neither form nor link leaves the page");
  await close();
  await page.getByRole("link", { name: "Status" }).press("Enter");
  await panel.getByText("Components").waitFor();
  assert.equal(page.url(), ada.host.origin + "/");
  await close();
  for (const key of ["Enter", "Space"]) {
    await page.getByRole("button", { name: "Report", exact: true }).press(key);
    await step.takenOver(ada);
    assert.equal(await step.field(ada).inputValue(), "", "the key is not typed");
    await close();
  }
  await page.getByText("Deep inside").click();
  await step.takenOver(ada);
  await close();
  await page.evaluate((incident) => {
    const later = document.createElement("button");
    later.dataset.callpointOpen = incident;
    later.textContent = "My incident";
    later.onclick = (event) => event.stopPropagation();
    document.querySelector("#shadow").attachShadow({ mode: "open" }).append(later);
  }, incident);
  await page.getByRole("button", { name: "My incident" }).click();
  await step.entries(ada, "Our exports are empty").first().waitFor();
  await close();
  await page.evaluate(() => callpoint("shutdown"));
  await page.getByRole("link", { name: "Status" }).click();
  await page.waitForURL("**/elsewhere");
  assert.deepEqual(ada.said, []);
});
test("where the first origin is down, code, status, reports and stream come from the next", async (t) => {
  const { world, visit } = await stage(t);
  const first = await world.relay();
  const second = await world.relay();
  const port = first.server.address().port;
  await first.stop();
  const attributes = `data-backend="${first.origin}/, ${second.origin}"`;
  const ada = await visit("Ada", { attributes });
  await step.openForm(ada);
  await step.takenOver(ada);
  await ada.page.keyboard.type("The first origin is down.");
  await step.chooseLevel(ada, "SEV2");
  await step.sendReport(ada);
  await once(world, "The first origin is down.");
  await until(() => second.open("/v1/events") === 1, "the stream comes from the second");
  assert.match(ada.said.join("\n"), /^callpoint: not loaded: .*[^\n]*$/, "the developer hears of it once");

  // It is well again: the stream goes back to it, and so does what is written.
  const again = await new Relay().start(world.site.origin, port);
  t.after(() => again.stop());
  await ada.page.evaluate(() => dispatchEvent(new Event("online")));
  await until(() => again.open("/v1/events") === 1, "the stream comes from the first again");
  await until(() => second.open("/v1/events") === 0, "the second has none any more");
  const before = second.posts("/v1/reports");
  await ada.page.evaluate(() => callpoint("report", { what: "The first is well again.", severity: 2 }));
  assert.equal(again.posts("/v1/reports"), 1);
  assert.equal(second.posts("/v1/reports"), before);
  await once(world, "The first is well again.");

  // It goes down while everything runs.
  await again.stop();
  await until(() => second.open("/v1/events") === 1, "the stream is the second's");
  await ada.page.evaluate(() => callpoint("report", { what: "It went down meanwhile.", severity: 2 }));
  await once(world, "It went down meanwhile.");
  // The tab remembers: nothing waits for the first on the next page.
  const kept = await ada.page.evaluate(() => sessionStorage.getItem("callpoint:failing"));
  assert.ok(kept.includes(first.origin), kept);
  assert.deepEqual((await ada.seen()).errors, []);
});

test("a write whose answer is lost goes to the next origin under its own id, and is there once", async (t) => {
  const { world, visit } = await stage(t);
  const [first, second] = [await world.relay(), await world.relay()];
  const boot = `{ getToken: () => tokens.ada, backend: ["${first.origin}/", "${second.origin}"] }`;
  for (const [kind, wasm] of [["by the widget", true], ["by the form alone", false]]) {
    const prepare = async (page) => {
      await page.route(first.origin + "/v1/reports", async (route) => {
        if (route.request().method() == "POST") await route.fetch();
        await route.abort().catch(() => {});
      });
      if (!wasm) await hold(page, "**/*.wasm");
    };
    const ada = await visit(`Ada, ${kind}`, { boot, prepare });
    const before = second.posts("/v1/reports");
    await step.openForm(ada);
    if (wasm) await step.takenOver(ada);
    await step.field(ada).fill(`Its answer is lost, ${kind}.`);
    await step.chooseLevel(ada, "SEV2");
    await step.sendReport(ada);
    await once(world, `Its answer is lost, ${kind}.`);
    assert.equal(second.posts("/v1/reports"), before + 1);
    await ada.context.close();
  }
});

test("a refusal is an answer: it is not asked of the next origin", async (t) => {
  const { world, visit } = await stage(t);
  const [first, second] = [await world.relay(), await world.relay()];
  const ada = await visit("Ada", { boot: `{ getToken: () => tokens.ada, backend: "${first.origin}  ${second.origin}" }` });
  const refused = await ada.page.evaluate(() => callpoint("report", { what: "", severity: 2 }).catch((error) => error.field));
  assert.equal(refused, "what");
  const prefill = { what: "x".repeat(2001), severity: 2 };
  await ada.page.evaluate((prefill) => callpoint("show", "report", prefill), prefill);
  await step.field(ada).waitFor();
  await step.widget(ada.page).getByRole("button", { name: "Send report" }).click();
  await step.widget(ada.page).getByRole("alert").first().waitFor();
  assert.deepEqual(second.asked, []);
});

test("the page's own function carries every request, the stream among them", async (t) => {
  const { world, visit } = await stage(t);
  const nowhere = "https://callpoint.invalid";
  const boot = `{ getToken: () => tokens.ada, backend: "${nowhere}", transport: async (request) => {
    seen.carried ??= [];
    seen.carried.push(request.method + " " + new URL(request.url).pathname);
    const { method, headers, signal } = request;
    const body = method == "GET" ? undefined : await request.text();
    return fetch(request.url.replace("${nowhere}", "${world.site.origin}"), { method, headers, signal, body });
  } }`;
  const ada = await visit("Ada", { boot });
  await step.openForm(ada);
  await step.takenOver(ada);
  await ada.page.keyboard.type("Carried by the page.");
  await step.chooseLevel(ada, "SEV2");
  await step.sendReport(ada);
  await once(world, "Carried by the page.");
  const { incident } = await ada.page.evaluate(() => callpoint("report", { what: "Without a form.", severity: 2 }));
  await world.site.command("mara", incident, { message: { text: "We look at it.", to: { account: "acme" } } });
  await ada.page.evaluate((incident) => callpoint("open", incident), incident);
  await step.entries(ada, "We look at it.").first().waitFor();
  await world.site.command("mara", incident, { message: { text: "It comes by the stream.", to: { account: "acme" } } });
  await step.entries(ada, "It comes by the stream.").first().waitFor();
  const { carried, errors } = await ada.seen();
  for (const request of ["GET /v1/status", "POST /v1/reports", "GET /v1/events", `GET /v1/incidents/${incident}`]) assert.ok(carried.includes(request), `${request} in ${carried}`);
  assert.deepEqual([errors, ada.said], [[], []]);
});

for (const [what, transport, ...words] of [
  ["gives an object", "async () => ({ status: 200, body: '{}' })", "transport gave an object", "Response"],
  ["gives nothing", "async () => {}", "transport gave nothing", "Response"],
  ["throws", "async () => { throw new TypeError('not today') }", "transport threw (TypeError: not today)"],
  ["is no function", "'https://proxy.example'", "the option transport is a string", "write a function"],
]) {
  test(`a transport that ${what} is one sentence in the console`, async (t) => {
    const { visit } = await stage(t);
    const ada = await visit("Ada", { boot: `{ getToken: () => tokens.ada, transport: ${transport} }` });
    await step.openForm(ada);
    await until(() => ada.said.length > 0, "something is said");
    await ada.page.evaluate(() => callpoint("show", "home"));
    await ada.page.waitForTimeout(1500);
    assert.equal(ada.said.length, 1, ada.said.join("\n"));
    for (const word of words) assert.ok(ada.said[0].includes(word), ada.said[0]);
    assert.deepEqual((await ada.seen()).errors, []);
  });
}

const STATUSES = ["dot", "banner", "card"].map((variant) => `<callpoint-status variant="${variant}"></callpoint-status>`).join("");

test("a public status page alone: it is shown, and nothing can be reported", async (t) => {
  const { world, visit } = await stage(t);
  const files = await world.relay();
  const boot = `{ status: "${world.site.origin}" }`;
  const reader = await visit("a reader", { boot, body: STATUSES, script: files.origin });
  const { page } = reader;
  const shown = (variant, words) => page.locator(`callpoint-status[variant="${variant}"]`).getByText(words).waitFor();
  await shown("dot", "Operational");
  await shown("card", "All systems operational");
  assert.equal((await page.locator('callpoint-status[variant="banner"]').innerText()).trim(), "");
  await step.launcher(reader).click();
  await step.headline(reader, "All systems operational");
  assert.equal(await step.widget(page).locator(".panel").getByRole("button", { name: "Report a problem" }).count(), 0);
  assert.equal(await step.field(reader).count(), 0);
  await page.evaluate(() => callpoint("show", "report"));
  await step.headline(reader, "All systems operational");
  assert.equal(await step.field(reader).count(), 0);

  const incident = await world.site.declare("ada", "Our builds hang");
  const publish = { title: "Jobs wait", impact: "critical", components: ["actions"] };
  await world.site.command("mara", incident, { update: { text: "We look into it.", to: "public", publish } });
  await page.reload();
  await shown("dot", "Major outage");
  await shown("banner", "Major outage");
  await shown("card", "Jobs wait");
  await step.launcher(reader).click();
  await step.widget(page).getByRole("button", { name: /View full status/ }).click();
  await step.widget(page).getByRole("button", { name: /Jobs wait/ }).click();
  await step.entries(reader, "We look into it.").waitFor();
  assert.equal(await step.widget(page).getByLabel("Reply").count(), 0);
  assert.deepEqual(files.asked.filter((url) => url.startsWith("/v1/") && !/loader|locales/.test(url)), [], "no backend is asked");
  assert.deepEqual([(await reader.seen()).errors, reader.said], [[], []]);
});

const summary = async (origin) => (await fetch(origin + "/api/v2/summary.json")).json();

test("a status page that can't be understood is unknown, never operational", async (t) => {
  const { world, visit } = await stage(t);
  const good = await summary(world.site.origin);
  const broken = {
    "a page of HTML": "<!doctype html><title>Sign in</title>",
    "an empty answer": "",
    "null": "null",
    "no status": JSON.stringify({ ...good, status: undefined }),
    "an indicator that there is not": JSON.stringify({ ...good, status: { indicator: "fine", description: "" } }),
    "no components": JSON.stringify({ ...good, components: undefined }),
    "a status of a component that there is not": JSON.stringify({ ...good, components: [{ ...good.components[0], status: "ok" }] }),
    "an incident without a name": JSON.stringify({ ...good, incidents: [{ id: "1", status: "investigating", impact: "minor", created_at: good.page.updated_at }] }),
    "an error in JSON": JSON.stringify({ error: "not found" }),
  };
  for (const [what, body] of Object.entries(broken)) {
    const prepare = (page) => page.route("**/api/v2/summary.json", (route) => route.fulfill({ body, headers: { "Access-Control-Allow-Origin": "*" } }));
    const reader = await visit(`a reader of ${what}`, { boot: `{ status: "${world.site.origin}" }`, body: STATUSES, prepare });
    for (const variant of ["dot", "banner", "card"]) await reader.page.locator(`callpoint-status[variant="${variant}"]`).getByText("Status unknown").waitFor();
    assert.equal(await reader.page.getByText(/operational/i).count(), 0, what);
    assert.equal(reader.said.length, 1, `${what}: ${reader.said.join("\n")}`);
    assert.match(reader.said[0], /does not answer as the Statuspage API v2 does/);
    assert.deepEqual((await reader.seen()).errors, [], what);
    await reader.context.close();
  }
});

test("a status page that was read once and can't be any more is unknown until it can", async (t) => {
  const { world, visit } = await stage(t);
  let body;
  const prepare = async (page) => {
    await page.clock.install();
    await page.route("**/api/v2/summary.json", (route) => (body ? route.fulfill({ body, headers: { "Access-Control-Allow-Origin": "*" } }) : route.continue()));
  };
  const reader = await visit("a reader", { boot: `{ status: "${world.site.origin}" }`, body: STATUSES, prepare });
  const dot = reader.page.locator('callpoint-status[variant="dot"]');
  await dot.getByText("Operational").waitFor();
  body = "{}";
  await reader.page.clock.fastForward(31_000);
  await dot.getByText("Status unknown").waitFor();
  body = undefined;
  await reader.page.clock.fastForward(61_000);
  await dot.getByText("Operational").waitFor();
});
