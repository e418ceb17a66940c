// Pages as real vendors have them, with code of their own that is at odds with an embedded widget. In each of them it
// opens, can be written in and sends; and the page does not notice that it is there.
import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { promisify } from "node:util";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { hold } from "./embedding.mjs";
import { World, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const get = promisify((address, coding, done) =>
  http.get(address, { headers: { "accept-encoding": coding } }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("end", () => done(null, { coding: answer.headers["content-encoding"], bytes: Buffer.concat(parts) }));
  }).on("error", done));

const QUEUE = "window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };";
const BOOT = 'callpoint("boot", { getToken: () => token });';

/** Pages around one server. */
async function stage(t) {
  const world = await World.create(t);
  const token = await world.site.token("ada");
  /** Somebody on a page of their own. `head` stands before the loader, `body` in the page, and `boot` boots. */
  const visit = async (name, { head = "", body = "", boot = BOOT, loader = "async", html = "", attributes = "", ...options } = {}) => {
    const wire = await world.relay();
    const src = `${wire.origin}/v1/loader.js`;
    const page = `<!doctype html><html lang="en" ${html}><head><meta charset="utf-8"><title>A vendor's page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<script>const token = ${JSON.stringify(token)}; window.seen = { errors: [], heard: [] };
addEventListener("error", (event) => seen.errors.push(String(event.message)));
addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));</script>
${head}
<script>${QUEUE}${boot}</script>
<script ${loader} src="${src}" ${attributes.replaceAll("BACKEND", wire.origin)}></script></head>
<body><h1>A vendor's page</h1><input aria-label="The page's own field">${body}</body></html>`;
    const host = await world.host({ "/": { html: page }, "/next": { html: page } });
    const visitor = await world.visitor(name, "about:blank", options);
    visitor.warnings = [];
    visitor.page.on("console", (message) => message.type() === "warning" && visitor.warnings.push(message.text()));
    await visitor.page.goto(host.origin);
    const errors = () => visitor.page.evaluate(() => seen.errors);
    return Object.assign(visitor, { wire, host, errors });
  };
  return { world, visit };
}

const show = ({ page }, view = "report") => page.evaluate((view) => void callpoint("show", view), view);

/** A whole report on an open form, typed as a person types. */
async function sends(who, words) {
  await step.field(who).click();
  await who.page.keyboard.type(words);
  assert.equal(await step.field(who).inputValue(), words);
  await step.chooseLevel(who, "SEV2");
  return step.sendReport(who);
}

test("pages with code of their own", async (t) => {
  const { visit } = await stage(t);

  await t.test("requests are traced with headers of the page's, and sent with its cookies", async () => {
    const who = await visit("traced", {
      head: `<script>const plain = window.fetch; window.fetch = (address, options = {}) => {
        const headers = new Headers(options.headers ?? (address instanceof Request ? address.headers : undefined));
        for (const name of ["traceparent", "baggage", "sentry-trace", "x-datadog-origin"]) headers.set(name, "00-1");
        return plain(address, { ...options, headers, credentials: "include" });
      };</script>`,
    });
    await show(who);
    await step.takenOver(who);
    await sends(who, "The traced page has a problem.");
    await step.openThread(who);
    await step.readsOnce(who, "The traced page has a problem.");
    assert.deepEqual(await who.errors(), []);
  });

  await t.test("the address and the release are very long", async () => {
    const who = await visit("long", { boot: 'history.replaceState(0, "", "/" + "a".repeat(1200)); callpoint("boot", { getToken: () => token, release: "r".repeat(1200) });' });
    await show(who);
    await sends(who, "A long address.");
  });

  await t.test("it boots in the head, before there is a body", async () => {
    for (const loader of ["", 'type="module"']) {
      const who = await visit("early", { loader });
      await step.launcher(who).click();
      await step.field(who).waitFor();
      assert.deepEqual(who.warnings, []);
    }
  });

  await t.test("the page replaces its body, with the panel open and words in it", async () => {
    const who = await visit("replaced");
    await show(who);
    await step.takenOver(who);
    await step.field(who).fill("Words that stay.");
    await who.page.evaluate(() => document.body.replaceWith(document.createElement("body")));
    await step.launcher(who).waitFor();
    await show(who);
    await until(async () => (await step.field(who).inputValue()) === "Words that stay.", "the words are there");
    await step.widget(who.page).getByRole("button", { name: "Close" }).first().click();
  });

  await t.test("a focus trap of the page", async () => {
    const who = await visit("trapped", {
      body: '<div id="modal"><input aria-label="In the modal"></div>',
      boot: `${BOOT} addEventListener("DOMContentLoaded", () => { const modal = document.getElementById("modal");
        document.addEventListener("focusin", (event) => { if (!modal.contains(event.target)) modal.querySelector("input").focus(); }); });`,
    });
    await show(who);
    await sends(who, "Typed beside a trap.");
  });

  await t.test("a modal dialog of the page is open", async () => {
    const who = await visit("modal", { body: '<dialog><p>A dialog of the page</p><button onclick="callpoint(\'show\', \'report\')">It fails</button></dialog>' });
    await step.launcher(who).waitFor();
    await who.page.evaluate(() => document.querySelector("dialog").showModal());
    await who.page.getByRole("button", { name: "It fails" }).click();
    await step.field(who).waitFor();
    await sends(who, "Sent from within a dialog.");
    await step.widget(who.page).getByRole("button", { name: "Close" }).first().click();
    assert.ok(await who.page.evaluate(() => document.querySelector("dialog").open), "the dialog is the page's");
    await who.page.evaluate(() => document.querySelector("dialog").close());
    await step.launcher(who).click();
    await step.widget(who.page).locator(".panel").getByRole("button", { name: "Close" }).first().waitFor();
  });

  await t.test("an element of the page fills the screen", async () => {
    const who = await visit("full", { body: '<div id="full"><p>Full</p></div>' });
    await step.launcher(who).waitFor();
    await who.page.evaluate(() => document.getElementById("full").requestFullscreen());
    await show(who);
    await sends(who, "Sent from a full screen.");
    await who.page.evaluate(() => document.exitFullscreen());
    await step.launcher(who).waitFor();
  });

  await t.test("smooth scrolling takes the wheel", async () => {
    const who = await visit("smooth", {
      body: '<div style="height: 4000px"></div>',
      boot: `${BOOT} addEventListener("wheel", (event) => { event.preventDefault(); scrollBy(0, event.deltaY); }, { passive: false });`,
      width: 390,
    });
    await show(who);
    await step.takenOver(who);
    await step.help(who).click();
    await step.field(who).hover();
    await who.page.mouse.wheel(0, 120);
    const moved = () => step.widget(who.page).locator(".panel *").evaluateAll((all) => all.some((one) => one.scrollTop > 0));
    await until(moved, "the panel has scrolled");
    assert.equal(await who.page.evaluate(() => scrollY), 0);
  });

  await t.test("what is typed and pasted in the widget is not the page's to hear", async () => {
    const types = ["input", "beforeinput", "compositionstart", "compositionend", "copy", "cut", "paste", "change", "keydown", "keyup"];
    const who = await visit("private", { head: `<script>for (const type of ${JSON.stringify(types)}) addEventListener(type, () => seen.heard.push(type));</script>` });
    await show(who);
    await step.takenOver(who);
    await step.field(who).fill("Private");
    await step.field(who).press("Control+a");
    await step.field(who).press("Control+c");
    await step.field(who).press("Control+v");
    await step.chooseLevel(who, "SEV2");
    assert.deepEqual(await who.page.evaluate(() => seen.heard), []);
    await who.page.getByLabel("The page's own field").fill("Public");
    assert.ok((await who.page.evaluate(() => seen.heard)).includes("input"), "the page's own are heard");
  });

  await t.test("an input method is composing: no key of its own closes or sends", async () => {
    const who = await visit("composing");
    const composing = (field, key) =>
      field.evaluate((field, key) => {
        field.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: key === "Enter", isComposing: true, bubbles: true, composed: true, cancelable: true }));
      }, key);
    /** On whichever form stands there: nothing closes, nothing is sent. */
    const goesOn = async (field) => {
      for (const key of ["Enter", "Escape"]) await composing(field, key);
      await who.page.waitForTimeout(200);
      assert.ok(await field.isVisible(), "the panel is open");
      assert.equal(await step.widget(who.page).getByText("Choose a severity.").count(), 0, "nobody tried to send");
    };
    const release = await hold(who.page, "**/*.wasm");
    await show(who);
    await step.field(who).fill("かな");
    await goesOn(step.field(who));
    release();
    await step.takenOver(who);
    await goesOn(step.field(who));
    await step.chooseLevel(who, "SEV2");
    await step.sendReport(who);
    await step.openThread(who);
    const reply = step.widget(who.page).getByLabel("Reply");
    await reply.fill("へんじ");
    await goesOn(reply);
    assert.equal(await reply.inputValue(), "へんじ");
    await reply.press("Control+Enter");
    await step.readsOnce(who, "へんじ");
  });

  await t.test("it stands in the page, far below a field that has the focus", async () => {
    const who = await visit("inline", {
      body: '<input aria-label="Search" autofocus><div style="height: 2000px"></div><callpoint-widget mode="inline"></callpoint-widget><div style="height: 2000px"></div>',
    });
    const undisturbed = async (when) => {
      assert.equal(await who.page.evaluate(() => scrollY), 0, `the page stays where it is ${when}`);
      assert.equal(await who.page.evaluate(() => document.activeElement.ariaLabel), "Search", `the focus stays where it is ${when}`);
    };
    await step.field(who).waitFor({ state: "attached" });
    await undisturbed("with the instant form");
    await step.help(who).waitFor({ state: "attached" });
    await who.page.waitForTimeout(300);
    await undisturbed("with the widget");
    await sends(who, "Sent from within the page.");
  });

  await t.test("a page that reads from right to left", async () => {
    const who = await visit("rtl", { html: 'dir="rtl"' });
    await show(who);
    await step.takenOver(who);
    const side = await step.field(who).evaluate((field) => getComputedStyle(field).direction);
    assert.equal(side, "ltr");
    assert.ok(await step.field(who).evaluate((field) => field.closest("[lang='en']") !== null), "it says its language");
  });

  await t.test("an address of the backend with a slash at its end", async () => {
    const who = await visit("slash", { attributes: 'data-backend="BACKEND/"' });
    await show(who);
    await sends(who, "A slash too many.");
  });

  await t.test("half a character in what the page fills in", async () => {
    const who = await visit("half");
    await who.page.evaluate(() => callpoint("show", "report", { what: "Broken \ud83d", details: "More" }));
    await step.takenOver(who);
    assert.equal(await step.field(who).inputValue(), "Broken \ufffd");
    await step.chooseLevel(who, "SEV2");
    await step.sendReport(who);
  });

  await t.test("on paper there is nothing of it", async () => {
    const who = await visit("paper");
    await show(who);
    await step.field(who).waitFor();
    await who.page.emulateMedia({ media: "print" });
    assert.equal(await step.launcher(who).isVisible(), false);
    assert.equal(await step.field(who).isVisible(), false);
  });
});

test("verbs in any order", async (t) => {
  const { world, visit } = await stage(t);

  await t.test("update and shutdown in one breath leave nothing; update and show leave it open", async () => {
    const who = await visit("verbs");
    await show(who);
    await step.takenOver(who);
    await who.page.evaluate(() => { callpoint("update", { theme: "dark" }); callpoint("shutdown"); });
    await until(async () => (await who.wire.open("/v1/events")) === 0, "no stream is left");
    await who.page.waitForTimeout(300);
    assert.equal(await who.page.evaluate(() => document.querySelector("callpoint-widget[booted]")), null);
    await who.page.evaluate(() => { callpoint("boot", { getToken: () => token }); callpoint("update", { theme: "dark" }); callpoint("show", "report"); });
    await step.field(who).waitFor();
    await who.page.waitForTimeout(300);
    await step.field(who).waitFor();
  });

  await t.test("boot and shutdown in one breath on a running widget end it", async () => {
    const who = await visit("signout");
    await show(who);
    await step.takenOver(who);
    await who.page.evaluate(() => { callpoint("boot", { getToken: () => token }); callpoint("shutdown"); });
    await until(async () => (await who.wire.open("/v1/events")) === 0, "no stream is left");
    await who.page.waitForTimeout(300);
    assert.equal(await who.page.evaluate(() => document.querySelector("callpoint-widget[booted]")), null);
  });

  await t.test("status waits until it is known", async () => {
    const who = await visit("status");
    await show(who);
    await step.takenOver(who);
    await sends(who, "Mine, and open.");
    await who.page.reload();
    const status = await who.page.evaluate(() => callpoint("status"));
    assert.equal(status.yours, 1);
  });

  await t.test("a verb before boot, a typo in a verb or an option: one warning that says what to write", async () => {
    const who = await visit("typo", { boot: "" });
    await who.page.waitForFunction(() => !window.callpoint.q);
    await who.page.evaluate(() => void callpoint("show"));
    await who.page.evaluate(() => void callpoint("boot", { gettoken: () => token, theem: "dark", position: "top-left" }));
    await who.page.evaluate(() => void callpoint("shwo"));
    const said = (...words) => until(async () => who.warnings.some((line) => words.every((word) => line.includes(word))), `a warning with ${words}`);
    await said("callpoint:", "show", "boot");
    await said("callpoint:", "shwo", "show");
    await step.launcher(who).click();
    await said("callpoint:", "gettoken", "getToken");
    await said("callpoint:", "theem", "theme");
    assert.ok(who.warnings.every((line) => line.startsWith("callpoint:")), who.warnings.join("\n"));
  });

  await t.test("a second element and a second loader: the first goes on, and the second says so once", async () => {
    const who = await visit("twice", { body: "<callpoint-widget></callpoint-widget><callpoint-widget></callpoint-widget>" });
    await who.page.evaluate(() => {
      const again = document.createElement("script");
      again.src = document.querySelector("script[src]").src + "?again";
      document.head.append(again);
      return new Promise((resolve) => (again.onload = resolve));
    });
    await show(who);
    await step.field({ page: who.page }).first().waitFor();
    assert.equal(who.warnings.filter((line) => /callpoint:.*(twice|second)/.test(line)).length, 2, who.warnings.join("\n"));
  });

  await t.test("a report without a form carries the context of the page, and what is refused names its field", async () => {
    const who = await visit("headless", { boot: 'callpoint("boot", { getToken: () => token, component: "actions", release: "1.2.3" });' });
    const { incident } = await who.page.evaluate(() => callpoint("report", { what: "Without a form", severity: 2 }));
    await show(who, "thread:" + incident);
    await step.readsOnce(who, "Without a form");
    const { entries } = await world.site.ask("ada", `/v1/incidents/${incident}`);
    const { context } = entries.find(({ change }) => change.declared).change.declared.report;
    assert.deepEqual([context.release, context.page], ["1.2.3", who.host.origin + "/"]);
    const error = await who.page.evaluate(() => callpoint("report", { what: "" }).catch(({ code, field, message }) => ({ code, field, message })));
    assert.equal(error.field, "what");
    assert.ok(error.code && error.message.length > 20, JSON.stringify(error));
  });
});

test("every file comes in the smallest form that is taken", async (t) => {
  const { site } = await World.create(t);
  const loader = site.origin + "/v1/loader.js";
  const plain = await get(loader, "identity");
  assert.equal(plain.coding, undefined);
  for (const [taken, coding, unpack] of [["gzip", "gzip", gunzipSync], ["gzip, br", "br", brotliDecompressSync], ["br;q=0, gzip", "gzip", gunzipSync]]) {
    const packed = await get(loader, taken);
    assert.equal(packed.coding, coding, taken);
    assert.deepEqual(unpack(packed.bytes), plain.bytes);
    assert.ok(packed.bytes.length < plain.bytes.length / 2);
  }
});
