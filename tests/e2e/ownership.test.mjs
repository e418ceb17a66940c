// Whose words are whose on a device that several people use: what was written belongs to the person whose token
// the page gave, and to nobody else; a token address that fails makes nobody a guest.
import assert from "node:assert/strict";
import test from "node:test";
import { World, until } from "./harness.mjs";

/** Refused and cut requests are what these tests bring about. */
const NETWORK = /ERR_|Failed to load resource/;

/** A page whose token function each test replaces. */
const html = (backend) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">
<script async src="${backend}/v1/loader.js"></script></head><body><h1>Host</h1></body></html>`;

/** Every pair of key and value that the device's outbox holds. */
const stored = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const open = indexedDB.open("callpoint");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const database = open.result;
          if (!database.objectStoreNames.contains("outbox")) return resolve([]);
          const store = database.transaction("outbox").objectStore("outbox");
          const keys = store.getAllKeys();
          const values = store.getAll();
          values.onsuccess = () => (database.close(), resolve(keys.result.map((key, at) => [key, values.result[at]])));
        };
      }),
  );

/** A device with one persistent browser profile, on a page of another origin than the server's. */
async function device(t, settings) {
  const world = await World.create(t, settings);
  const relay = await world.relay();
  const host = await world.host({ "/": { html: html(relay.origin) } });
  const open = async (name) => {
    const visitor = await world.visitor(name, host.origin, { keeps: "shared", tolerates: NETWORK });
    await visitor.page.waitForFunction(() => typeof window.callpoint === "function" && !window.callpoint.q);
    return visitor;
  };
  const posts = () => relay.posts("/v1/reports");
  return { world, open, posts };
}

const titles = async (world, who) => (await world.site.ask(who, "/v1/incidents")).incidents.map(({ title }) => title);

test("a report sent before the person is known is kept under its own id, and arrives once", async (t) => {
  const { world, open } = await device(t);
  const token = await world.site.token("ada");
  const before = await open("Ada, early");
  await before.context.route("**/v1/reports", (route) => route.fulfill({ status: 503, body: "" }));
  await before.page.evaluate((token) => {
    callpoint("boot", { load: "eager", getToken: () => new Promise((resolve) => (window.sign = () => resolve(token))) });
    callpoint("report", { what: "Sent before anybody was known.", severity: 2 });
  }, token);
  await before.page.waitForFunction(() => window.sign);
  await before.page.evaluate(() => window.sign());
  const [[key, value]] = await until(async () => {
    const found = await stored(before.page);
    return found.length > 0 && found;
  }, "the device keeps the report");
  assert.match(key[0], /ada/, "under the name of the person");
  assert.match(key[1], /^[0-9a-f-]{36}$/, "and under its own id");
  const kept = typeof value === "string" ? JSON.parse(value) : value;
  assert.equal(kept.id, key[1]);
  await before.context.close();

  const after = await open("Ada, again");
  await after.page.evaluate((token) => callpoint("boot", { load: "eager", getToken: () => token }), token);
  await until(async () => (await titles(world, "ada")).includes("Sent before anybody was known."), "the report arrives");
  await until(async () => (await stored(after.page)).length === 0, "and the device forgets it");
  assert.equal((await titles(world, "ada")).filter((title) => title.startsWith("Sent before")).length, 1);
});

test("what a person wrote while their token could not be had is neither shown to a guest nor sent by one", async (t) => {
  const { world, open, posts } = await device(t, { CALLPOINT_CUSTOMERS_GUESTS: "true" });
  const person = await open("Ada, without a token");
  await person.page.evaluate(() => {
    window.asked = 0;
    callpoint("boot", { load: "eager", getToken: () => (window.asked++, "502 Bad Gateway") });
    callpoint("report", { what: "Ada's own words.", severity: 2 });
    callpoint("report", { what: "And more of Ada's.", severity: 2 });
  });
  await person.page.waitForFunction(() => window.asked > 1);
  assert.equal(posts(), 0, "nothing is sent while nobody is known");
  await person.context.close();

  const guest = await open("A guest");
  await guest.page.evaluate(() => {
    callpoint("boot", { load: "eager" });
    return callpoint("report", { what: "A guest's words.", severity: 3 });
  });
  assert.equal(posts(), 1, "the guest's report is the only one");
  const held = (await stored(guest.page)).map(([key]) => key[0]);
  assert.deepEqual(held.filter((owner) => owner !== "guest"), [], "nobody's words lie under another name");
});

test("one bad answer of the token address is got over without a reload", async (t) => {
  const { world, open } = await device(t);
  const token = await world.site.token("ada");
  const ada = await open("Ada");
  await ada.page.evaluate((token) => {
    const answers = ["<!doctype html>\n<html><title>Sign in</title>", "", "null", token];
    callpoint("boot", { load: "eager", getToken: () => (answers.length > 1 ? answers.shift() : answers[0]) });
    return callpoint("report", { what: "In spite of the sign-in page.", severity: 2 });
  }, token);
  assert.deepEqual(await titles(world, "ada"), ["In spite of the sign-in page."]);
});
