// Several tabs of one person share one stream, and what it brings reaches all of them, whichever tab goes; where no
// stream comes through, what happens is asked for in its place.
import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { World, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const EVENTS = "/v1/events";
const NOISE = /ERR_|Failed to load resource/;

/** One person's browser on a vendor's page; `tab` opens the page once more. */
async function stage(t) {
  const world = await World.create(t);
  const wire = await world.relay();
  const tokens = { ada: await world.site.token("ada"), gita: await world.site.token("gita") };
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A vendor's page</title><link rel="icon" href="data:,">
<script>const tokens = ${JSON.stringify(tokens)};
window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
callpoint("boot", { load: "eager", getToken: () => tokens[new URLSearchParams(location.search).get("as")] });</script>
<script async src="${wire.origin}/v1/loader.js"></script></head><body><h1>A vendor's page</h1></body></html>`;
  const host = await world.host({ "/": { html } });
  const ada = await world.visitor("Ada", "about:blank", { tolerates: NOISE });
  const tab = async ({ as = "ada", prepare } = {}) => {
    const page = await ada.context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => ada.faults.push(`uncaught ${error.stack ?? error}`));
    await prepare?.(page);
    await page.goto(`${host.origin}/?as=${as}`);
    return { name: as, page, context: ada.context, look: ada.look };
  };
  const streams = (number) => until(() => wire.open(EVENTS) === number, `there are ${number} streams, not ${wire.open(EVENTS)}`);
  return { world, wire, tab, streams };
}

const opened = async (who, title) => {
  await who.page.evaluate(() => callpoint("show", "home"));
  await step.openOwn(who, title);
};

test("the tabs of one person have one stream, and each sees everything once", async (t) => {
  const { world, tab, streams } = await stage(t);
  const title = "Exports are empty.";
  const incident = await world.site.declare("ada", title);
  const tabs = [await tab()];
  await streams(1);
  while (tabs.length < 8) tabs.push(await tab());
  for (const who of tabs) await opened(who, title);
  await streams(1);
  const everywhere = async (words) => {
    await world.site.command("mara", incident, { message: { text: words, to: { account: "acme" } } });
    for (const who of tabs) await step.readsOnce(who, words);
  };
  await everywhere("We look into it.");
  await step.write(tabs.at(-1), "From the last of them.");
  for (const who of tabs) await step.readsOnce(who, "From the last of them.");

  // Whoever leads goes, several times; the next goes on where it ended.
  for (const words of ["The first tab is gone.", "The second as well.", "And the third."]) {
    await tabs.shift().page.close();
    await everywhere(words);
    await streams(1);
  }
  const stranger = await tab({ as: "gita" });
  await streams(2);
  await stranger.page.close();
  await streams(1);

  await world.site.stop();
  for (const who of tabs) await step.widget(who.page).getByText("No connection. Last updated at").waitFor();
  await world.site.start();
  await everywhere("We are back.");
  await streams(1);
});

test("what a tab could not send before it was closed is sent by the next", async (t) => {
  const { world, tab, streams } = await stage(t);
  const title = "Exports are empty.";
  const incident = await world.site.declare("ada", title);
  const cut = await tab({ prepare: (page) => page.route("**/commands", (route) => route.abort()) });
  await streams(1);
  const other = await tab();
  await opened(other, title);
  await opened(cut, title);
  await step.write(cut, "Written where nothing goes out.");
  await step.entries(cut, "Written where nothing goes out.").getByText("Saved on this device").waitFor();
  await cut.page.close();
  await step.readsOnce(other, "Written where nothing goes out.");
  const { entries } = await world.site.ask("ada", `/v1/incidents/${incident}`);
  assert.equal(entries.filter(({ change }) => change.said?.text === "Written where nothing goes out.").length, 1);
});

for (const missing of ["locks", "BroadcastChannel"]) {
  test(`without ${missing} each tab has a stream of its own`, async (t) => {
    const { world, tab, streams } = await stage(t);
    const title = "Exports are empty.";
    const incident = await world.site.declare("ada", title);
    const remove = (name) => (name === "locks" ? delete Navigator.prototype.locks : delete globalThis[name]);
    const tabs = [];
    for (let number = 0; number < 2; number++) tabs.push(await tab({ prepare: (page) => page.addInitScript(remove, missing) }));
    await streams(2);
    for (const who of tabs) await opened(who, title);
    await world.site.command("mara", incident, { message: { text: "We look into it.", to: { account: "acme" } } });
    for (const who of tabs) await step.readsOnce(who, "We look into it.");
  });
}

test("the console's tabs share one stream too, and all of them close when somebody signs out", async (t) => {
  const world = await World.create(t);
  const wire = await world.relay();
  await world.site.declare("ada", "Exports are empty.");
  const mara = await world.visitor("Mara", wire.origin + "/demo/console?as=mara", { tolerates: /status of 401/ });
  await step.row(mara, "Exports are empty.").waitFor();
  const tabs = [mara];
  while (tabs.length < 7) {
    const page = await mara.context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(wire.origin + "/console");
    tabs.push({ page, context: mara.context });
  }
  await world.site.declare("ada", "Imports are empty.");
  for (const who of tabs) await step.row(who, "Imports are empty.").waitFor();
  assert.equal(wire.open(EVENTS), 1);
  await tabs.at(-1).page.getByRole("button", { name: "Sign out" }).click();
  for (const who of tabs) await who.page.getByText("Sign out").waitFor({ state: "detached" });
  await until(() => wire.open(EVENTS) === 0, "no stream is left");
});

/** A proxy that lets everything through but the bytes of the stream. */
async function holding(world) {
  const server = http.createServer((request, reply) => {
    if (request.url === EVENTS && request.method === "GET")
      return reply.writeHead(200, { "Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*" }).flushHeaders();
    const ahead = http.request(world.site.origin + request.url, { method: request.method, headers: request.headers }, (answer) => {
      reply.writeHead(answer.statusCode, answer.headers);
      answer.pipe(reply);
    });
    ahead.on("error", () => reply.destroy());
    request.pipe(ahead);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  world.ends(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return `http://127.0.0.1:${server.address().port}`;
}

test("where something holds the stream back, what happens comes all the same, and one line says so", async (t) => {
  const world = await World.create(t);
  const title = "Exports are empty.";
  const incident = await world.site.declare("ada", title);
  const proxy = await holding(world);
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A vendor's page</title><link rel="icon" href="data:,">
<script>window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
callpoint("boot", { load: "eager", getToken: () => ${JSON.stringify(await world.site.token("ada"))} });</script>
<script async src="${proxy}/v1/loader.js"></script></head><body><h1>A vendor's page</h1></body></html>`;
  const host = await world.host({ "/": { html } });
  const ada = await world.visitor("Ada", host.origin, { width: 390 });
  await ada.page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
  await opened(ada, title);
  const line = step.widget(ada.page).getByText("Live updates aren't coming through. We check every few seconds.");
  await line.waitFor();
  await world.site.command("mara", incident, { message: { text: "We look into it.", to: { account: "acme" } } });
  await step.readsOnce(ada, "We look into it.");
  await shoot(ada, "22-stream-held-back");
  assert.equal(await line.count(), 1);
});
