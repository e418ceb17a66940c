// What a device keeps and how it fails: the outbox and the draft of an earlier version, a database that is closed or
// silent, a token function that is slow; and plain objects between the page and the widget.
import assert from "node:assert/strict";
import test from "node:test";
import { World, until } from "./harness.mjs";
import { widget } from "./steps.mjs";

/** Refused and cut requests are what these tests bring about. */
const NETWORK = /ERR_|Failed to load resource/;

const html = (backend) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">
<script async src="${backend}/v1/loader.js"></script></head><body><h1>Host</h1></body></html>`;

/** Under this name the first version kept what Ada of Acme wrote. */
const ownerOf = (token) => {
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  return JSON.stringify([claims.account.id, claims.sub]);
};

/** Ada on a page of another origin than the server's; `prepare` runs before any script of the page. */
async function device(t, { prepare, argument } = {}) {
  const world = await World.create(t);
  const host = await world.host({ "/": { html: html(world.site.origin) }, "/empty": { html: "<!doctype html>" } });
  const token = await world.site.token("ada");
  const ada = await world.visitor("Ada", host.origin + "/empty", { tolerates: NETWORK });
  if (prepare) await ada.context.addInitScript(prepare, argument);
  const visit = async (visitor = ada) => {
    await visitor.page.goto(host.origin);
    await visitor.page.waitForFunction(() => typeof window.callpoint === "function" && !window.callpoint.q);
  };
  return { world, host, token, ada, visit };
}

const boot = ({ page }, token) =>
  page.evaluate((token) => callpoint("boot", { load: "eager", getToken: () => token }), token);

const titles = async (world) => (await world.site.ask("ada", "/v1/incidents")).incidents.map(({ title }) => title);

/** The keys of the device's outbox. */
const keys = ({ page }) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const open = indexedDB.open("callpoint", 1);
        open.onerror = () => reject(open.error);
        open.onupgradeneeded = () => open.result.createObjectStore("outbox");
        open.onsuccess = () => {
          const request = open.result.transaction("outbox").objectStore("outbox").getAllKeys();
          request.onsuccess = () => (open.result.close(), resolve(request.result));
        };
      }),
  );

test("the outbox and the draft of the first version are taken up", async (t) => {
  const { world, token, ada, visit } = await device(t);
  const id = "0199c82c-c000-7000-8000-0000000000a1";
  // As the first version wrote them, to the letter.
  const submission = `{"id":"${id}","at":1760000000000,"request":{"report":{"what":"Kept by the first version.","details":"Since noon","severity":2,"drill":false,"answers":{"sees":"errors","stopped":"everyone"},"context":{"page":"https://app.example/labels"}}}}`;
  const draft = `{"what":"Begun in the first version.","details":"","severity":3,"drill":false,"answers":{},"context":{}}`;
  await ada.page.evaluate(
    ([owner, id, submission, draft]) =>
      new Promise((resolve, reject) => {
        localStorage.setItem("callpoint:draft:" + owner, draft);
        const open = indexedDB.open("callpoint", 1);
        open.onupgradeneeded = () => open.result.createObjectStore("outbox");
        open.onsuccess = () => {
          const transaction = open.result.transaction("outbox", "readwrite");
          transaction.objectStore("outbox").put(submission, [owner, id]);
          transaction.oncomplete = () => (open.result.close(), resolve());
          transaction.onabort = () => reject(transaction.error);
        };
      }),
    [ownerOf(token), id, submission, draft],
  );
  await visit();
  await boot(ada, token);
  await until(async () => (await titles(world)).includes("Kept by the first version."), "the kept report arrives");
  await until(async () => (await keys(ada)).length === 0, "and the device forgets it");
  await ada.page.evaluate(() => callpoint("show", "report"));
  await widget(ada.page).getByLabel("What's going wrong?").waitFor();
  await until(
    async () => (await widget(ada.page).getByLabel("What's going wrong?").inputValue()) === "Begun in the first version.",
    "the draft stands in the form",
  );
});

test("a report goes out from memory where the device's database never answers", async (t) => {
  const prepare = () => {
    IDBFactory.prototype.open = () => new EventTarget();
  };
  const { world, token, ada, visit } = await device(t, { prepare });
  await visit();
  await boot(ada, token);
  await ada.page.evaluate(() => callpoint("report", { what: "In spite of a silent database.", severity: 2 }));
  assert.deepEqual(await titles(world), ["In spite of a silent database."]);
});

test("a database that was deleted underneath the page is opened again", async (t) => {
  const { token, ada, visit } = await device(t);
  await visit();
  await boot(ada, token);
  await ada.page.evaluate(() => callpoint("report", { what: "Before the deletion.", severity: 2 }));
  await ada.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const deletion = indexedDB.deleteDatabase("callpoint");
        deletion.onsuccess = resolve;
        deletion.onerror = deletion.onblocked = reject;
      }),
  );
  await ada.context.route("**/v1/reports", (route) => route.abort());
  await ada.page.evaluate(() => void callpoint("report", { what: "After the deletion.", severity: 2 }));
  await until(async () => (await keys(ada)).length === 1, "the device keeps the second report");
});

test("the token function is called once at a time, and given up when it does not answer", async (t) => {
  const { world, token, ada, visit } = await device(t);
  await ada.page.clock.install();
  await visit();
  await ada.page.evaluate((token) => {
    window.calls = 0;
    const never = new Promise(() => {});
    callpoint("boot", { load: "eager", getToken: () => (++window.calls === 1 ? never : token) });
    callpoint("report", { what: "In spite of a slow token.", severity: 2 });
    callpoint("report", { what: "And another.", severity: 2 });
  }, token);
  await ada.page.waitForFunction(() => window.calls > 0);
  await ada.page.clock.runFor(7_000);
  assert.equal(await ada.page.evaluate(() => window.calls), 1, "everybody waits for the one call");
  await until(async () => {
    await ada.page.clock.runFor(2_000);
    return (await titles(world)).length === 2;
  }, "both reports arrive once the call was given up");
});

test("what the page and the widget say to each other are plain objects", async (t) => {
  const { token, ada, visit } = await device(t);
  const warnings = [];
  ada.page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await visit();
  const seen = await ada.page.evaluate(async (token) => {
    const entries = [];
    const ready = new Promise((resolve) => callpoint("on", "ready", (detail) => resolve(detail)));
    callpoint("on", "report", (detail) => entries.push(detail));
    callpoint("boot", { load: "eager", getToken: () => token, compnent: "labels", release: 7 });
    const readyDetail = await ready;
    const refusal = async (draft) => {
      try {
        await callpoint("report", draft);
      } catch ({ code, field, message }) {
        return { code, field, message };
      }
    };
    const receipt = await callpoint("report", {
      what: "With half a pair \ud83d in it.",
      severity: 2,
      component: undefined,
      details: undefined,
      context: { tenant: "eu", nothing: undefined },
    });
    return {
      readyDetail,
      receipt,
      entries,
      status: await callpoint("status"),
      tooFar: await refusal({ what: "Nobody has such a level.", severity: 9 }),
      unsaid: await refusal({ what: "  ", severity: 2 }),
      unreadable: await refusal({ what: 7 }),
    };
  }, token);
  assert.deepEqual(seen.readyDetail, {});
  assert.match(seen.receipt.incident, /^[0-9a-f-]{36}$/);
  assert.match(seen.receipt.reference, /^NW-\d+$/);
  assert.equal(typeof seen.receipt.seq, "number");
  assert.deepEqual(seen.entries, [seen.receipt]);
  assert.equal(typeof seen.status, "object");
  assert.deepEqual([seen.tooFar.code, seen.tooFar.field], ["invalid", "severity"]);
  assert.deepEqual([seen.unsaid.code, seen.unsaid.field], ["invalid", "what"]);
  assert.equal(seen.unreadable.code, "malformed");
  assert.deepEqual(
    warnings.filter((text) => text.includes("callpoint")),
    ["callpoint: there is no option `compnent`; did you mean `component`?"],
  );
  await ada.page.evaluate(() => callpoint("show", "report", { what: "Begun \ud83d by the host.", details: undefined }));
  await until(
    async () => (await widget(ada.page).getByLabel("What's going wrong?").inputValue()) === "Begun \ufffd by the host.",
    "the report is begun with what the host gave",
  );
});
