// What a developer and a person are told where something around the widget is set up wrongly: the developer once for each
// cause, in one sentence of the console with what to write; the person what they can do.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";
import { World, until } from "./harness.mjs";
import * as step from "./steps.mjs";

/** What these tests bring about shows in the console of whoever develops the page. */
const NOISE = /Failed to load resource|ERR_|CORS|Content Security Policy|WebAssembly|wasm|violates/;
const SECRET = "a secret of the tests that is long enough for HS256";
const UNKNOWN = "We can't confirm who you are right now.";

const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const sign = (claims, secret = SECRET) => {
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
};
const now = () => Math.floor(Date.now() / 1000);
const ada = () => ({
  sub: "ada", name: "Ada Marsh", account: { id: "acme", name: "Acme Robotics" }, aud: "callpoint", iat: now(), exp: now() + 3600,
});

/** Pages around one server, each of which boots in its own way. */
async function stage(t, settings = {}) {
  const world = await World.create(t, { CALLPOINT_CUSTOMERS_SECRET: SECRET, ...settings });
  const visit = async (name, { boot, attributes = "", policy, prepare, tolerates = NOISE, data = {} }) => {
    const wire = await world.relay();
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A vendor's page</title><link rel="icon" href="data:,">
<script nonce="n">const data = ${JSON.stringify({ good: sign(ada()), ...data })}; window.seen = { errors: [], calls: 0, running: 0, most: 0 };
addEventListener("error", (event) => seen.errors.push(String(event.message)));
addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
const counted = (work) => async () => {
  seen.calls++; seen.most = Math.max(seen.most, ++seen.running);
  await new Promise((resolve) => setTimeout(resolve, 40));
  try { return await work(); } finally { seen.running--; }
};
${boot}</script>
<script nonce="n" async src="${wire.origin}/v1/loader.js" ${attributes}></script></head><body><h1>A vendor's page</h1></body></html>`;
    const pages = { "/": { html, policy: policy?.replaceAll("BACKEND", wire.origin) }, "/text": { html: "Bad gateway, try later", type: "text/plain" } };
    const host = await world.host(pages);
    const visitor = await world.visitor(name, "about:blank", { tolerates });
    const { page } = visitor;
    visitor.said = [];
    page.on("console", (message) => message.text().startsWith("callpoint:") && visitor.said.push(message.text()));
    if (prepare) await prepare(page);
    await page.goto(host.origin);
    await page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    const seen = () => page.evaluate(() => window.seen);
    /** Waits until the developer is told exactly one thing, which holds all of these words. */
    const told = async (...words) => {
      await until(() => visitor.said.length > 0, `something is said about ${words}`);
      await page.waitForTimeout(400);
      assert.equal(visitor.said.length, 1, visitor.said.join("\n"));
      for (const word of words) assert.ok(visitor.said[0].includes(word.replaceAll("BACKEND", wire.origin).replaceAll("HOST", host.origin)), `"${word}" in: ${visitor.said[0]}`);
    };
    return Object.assign(visitor, { wire, host, seen, told });
  };
  return { world, visit };
}

const show = ({ page }) => page.evaluate(() => void callpoint("show", "report"));
const panel = ({ page }) => step.widget(page).locator(".panel");
const unknown = (who) => panel(who).getByRole("alert").filter({ hasText: UNKNOWN });

const BOOT = 'callpoint("boot", { getToken: counted(() => window.good ? data.good : bad()) });';

/** What the token function gives, as code of the page, and what its developer is told. */
const ANSWERS = {
  "throws": ['() => { throw new Error("no session") }', "getToken threw (Error: no session)", "getToken: () =>"],
  "gives nothing": ["() => undefined", "getToken gave undefined", "return the token"],
  "gives null": ["() => null", "getToken gave null"],
  "gives a number": ["() => 42", "getToken gave a number"],
  "gives a response": ['() => fetch("/text")', "getToken gave a Response", ".then((r) => r.text())"],
  "gives an object with the token in it": ["() => ({ jwt: data.good })", "getToken gave an object", "answer.jwt"],
  "gives the words of null": ['() => "null"', 'getToken gave the text "null"'],
  "gives an empty text": ['() => ""', "getToken gave an empty text", "401"],
  "gives a page": ['() => "<!doctype html>\\n<html><title>Sign in</title>"', "getToken gave a page of HTML"],
  "gives JSON": ['() => JSON.stringify({ token: data.good })', "getToken gave JSON", ".then((r) => r.json()).then((answer) => answer.token)"],
  "gives words": ['() => "502 Bad Gateway"', 'getToken gave "502 Bad Gateway"', "fail when its address does"],
  "gives another secret": ['() => "f3a9c0ffee00f3a9c0ffee00"', "getToken gave a text of 24 characters"],
  "gives an account whose id is a number": ["() => data.numbered", "`account.id` is a number", 'make it a text, as "account.id": "42"'],
};

test("a token function that gives no token", async (t) => {
  const { world, visit } = await stage(t);
  for (const [what, [bad, ...words]] of Object.entries(ANSWERS)) {
    await t.test(what, async () => {
      const numbered = sign({ ...ada(), account: { id: 42, name: "Acme Robotics" } });
      const who = await visit(what, { boot: `const bad = ${bad}; ${BOOT}`, data: { numbered } });
      await show(who);
      await unknown(who).waitFor();
      await panel(who).getByText("Public status:").waitFor();
      // What can be said already is said meanwhile.
      await step.field(who).fill(`Written while it ${what}`);
      await step.chooseLevel(who, "SEV2");
      assert.equal(await panel(who).getByText(/kept|saved/i).count(), 0, "nothing is said of text that is kept nowhere");
      await who.told(...words);
      assert.ok(!who.said[0].includes("c0ffee") && !/eyJ/.test(who.said[0]), "no secret stands in the console");
      assert.deepEqual(who.wire.asked.filter((url) => url === "/v1/reports"), []);
      const { calls, most, errors } = await who.seen();
      assert.ok(calls >= 1 && calls < 30, `called ${calls} times: tries are spread`);
      assert.equal(most, 1, "called once at a time");
      assert.deepEqual(errors, []);
      await who.page.evaluate(() => (window.good = true));
      await unknown(who).waitFor({ state: "detached" });
      assert.equal(await step.field(who).inputValue(), `Written while it ${what}`);
      await step.sendReport(who);
      assert.equal(who.said.length, 1, "the same is said once");
    });
  }
  const { incidents } = await world.site.ask("ada", "/v1/incidents");
  assert.equal(incidents.filter(({ title }) => title.startsWith("Written while it")).length, Object.keys(ANSWERS).length);
});

test("a token function that answers late, once wrongly, or for somebody else", async (t) => {
  const { visit } = await stage(t);
  await t.test("never", async () => {
    const who = await visit("never", { boot: 'callpoint("boot", { getToken: () => window.good ? data.good : new Promise(() => {}) });' });
    await show(who);
    await unknown(who).waitFor();
    await who.told("getToken has given nothing for 8 seconds");
    await who.page.evaluate(() => (window.good = true));
    await unknown(who).waitFor({ state: "detached" });
  });
  await t.test("once words of a proxy, then tokens", async () => {
    const who = await visit("once", { boot: 'let first = true; callpoint("boot", { getToken: () => first ? (first = false, "502 Bad Gateway") : data.good });' });
    await show(who);
    await step.takenOver(who);
    await who.told("502 Bad Gateway");
  });
  await t.test("no function", async () => {
    const who = await visit("text", { boot: 'callpoint("boot", { getToken: data.good });' });
    await show(who);
    await unknown(who).waitFor();
    await who.told("the option getToken is a string", "write a function");
  });
  await t.test("of another person", async () => {
    const gita = sign({ ...ada(), sub: "gita", name: "Gita Rao" });
    const who = await visit("other", {
      data: { gita, short: sign({ ...ada(), iat: now() - 3600, exp: now() - 3500 }) },
      // The first has expired, so that another is asked for.
      boot: 'let first = true; callpoint("boot", { getToken: () => window.good ? data.good : first ? (first = false, data.short) : data.gita });',
      tolerates: NOISE,
    });
    await show(who);
    await until(() => who.said.some((line) => line.includes("of another person") && line.includes('callpoint("shutdown")')), "it is said");
    await who.page.evaluate(() => (window.good = true));
    await step.takenOver(who);
  });
});

/** Tokens that the server refuses, and what their developer is told. */
const REFUSED = {
  "of another secret": [() => sign(ada(), "another secret that is also long enough"), "signature doesn't match", "customers.secret"],
  "expired": [() => sign({ ...ada(), iat: now() - 7200, exp: now() - 3600 }), "has expired", "fetch a new one each time"],
  "of two days": [() => sign({ ...ada(), exp: now() + 48 * 3600 }), "longer than 24 hours"],
  "without aud": [() => sign({ ...ada(), aud: undefined }), "no `aud`", 'set it to "callpoint"'],
  "for somebody else": [() => sign({ ...ada(), aud: "shop" }), '`aud` must be "callpoint"'],
  "from the future": [() => sign({ ...ada(), iat: now() + 900, exp: now() + 1800 }), "`iat` is in the future", "customers.leeway_seconds"],
};

test("a token that the server refuses", async (t) => {
  const { visit } = await stage(t);
  for (const [what, [mint, ...words]] of Object.entries(REFUSED)) {
    await t.test(what, async () => {
      const who = await visit(what, { boot: `const bad = () => data.bad; ${BOOT}`, data: { bad: mint() } });
      await show(who);
      await unknown(who).waitFor();
      await panel(who).getByText("Public status:").waitFor();
      await who.told("the server refuses the token", ...words);
      await step.field(who).fill("Refused at first");
      await step.chooseLevel(who, "SEV2");
      await who.page.evaluate(() => (window.good = true));
      await unknown(who).waitFor({ state: "detached" });
      await step.sendReport(who);
      assert.deepEqual((await who.seen()).errors, []);
    });
  }
  await t.test("while nothing but the widget runs", async () => {
    const [mint] = REFUSED["of another secret"];
    const boot = 'callpoint("boot", { load: "eager", getToken: () => window.good ? data.good : data.bad });';
    const who = await visit("eager", { boot, data: { bad: mint() } });
    await who.told("the server refuses the token", "customers.secret");
  });
});

test("a backend that can't be asked", async (t) => {
  const boot = 'callpoint("boot", { getToken: () => data.good });';
  await t.test("by pages of this origin", async (t) => {
    const { visit } = await stage(t, { CALLPOINT_ORIGINS: "https://app.example" });
    const who = await visit("foreign", { boot });
    await show(who);
    await who.told("lets no page of HOST read its answers", 'add "HOST" to origins');
    const link = panel(who).getByRole("link", { name: "Report a problem" });
    assert.equal(await link.getAttribute("href"), who.wire.origin + "/report");
  });
  const { visit } = await stage(t);
  await t.test("at this address", async () => {
    const who = await visit("nowhere", { boot: 'callpoint("boot", { backend: "http://127.0.0.1:9", getToken: () => data.good });' });
    await show(who);
    await who.told("http://127.0.0.1:9 can't be reached", "the option backend");
  });
  await t.test("at all: not even the form comes", async () => {
    const who = await visit("nothing", { boot, attributes: 'data-backend="http://127.0.0.1:9"' });
    await show(who);
    await panel(who).getByText("This didn't load").waitFor();
    await who.told("not loaded", "http://127.0.0.1:9");
    assert.deepEqual((await who.seen()).errors, []);
  });
  await t.test("since it is somebody else", async () => {
    const who = await visit("other", { boot: 'callpoint("boot", { backend: location.origin, getToken: () => data.good });' });
    await show(who);
    await who.told("HOST answers, but not as a Callpoint server does");
  });
  await t.test("since something blocks it", async () => {
    const who = await visit("blocked", { boot, prepare: (page) => page.route(/\/v1\/(status|events)/, (route) => route.abort("blockedbyclient")) });
    await show(who);
    await who.told("requests to BACKEND/v1/ fail", "ad blocker");
  });
});

test("a page whose policy lacks a line", async (t) => {
  const { world, visit } = await stage(t);
  const boot = 'callpoint("boot", { getToken: () => data.good });';
  await t.test("for the backend", async () => {
    const who = await visit("connect", { boot, policy: "script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'" });
    await show(who);
    await who.told("Content Security Policy refuses BACKEND", "connect-src");
  });
  await t.test("for the page's own token address", async () => {
    const who = await visit("token", {
      boot: 'callpoint("boot", { getToken: () => fetch("/token").then((r) => r.text()) });',
      policy: "script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src BACKEND",
    });
    await show(who);
    await unknown(who).waitFor();
    await who.told("Content Security Policy keeps getToken from fetching", "add 'self' to connect-src");
  });
  await t.test("for WebAssembly: the form reports as this person", async () => {
    const who = await visit("wasm", { boot, policy: "script-src 'nonce-n' 'strict-dynamic'" });
    await show(who);
    await who.told("Content Security Policy refuses WebAssembly", "'wasm-unsafe-eval' to script-src");
    await step.field(who).fill("Without WebAssembly");
    await step.chooseLevel(who, "SEV2");
    await step.sendReport(who);
    const { incidents } = await world.site.ask("ada", "/v1/incidents");
    assert.ok(incidents.some(({ title }) => title === "Without WebAssembly"), "it is Ada's own");
  });
  await t.test("for the script's own modules", async () => {
    const who = await visit("modules", { boot, policy: "script-src 'unsafe-inline' 'wasm-unsafe-eval' BACKEND/v1/loader.js" });
    await show(who);
    await panel(who).getByText("This didn't load").waitFor();
    await who.told("not loaded", "BACKEND/assets/form");
  });
});
