// Products of somebody else, built with their own tools from the packed npm package: they boot the widget from another
// origin, people report in it, and the product hears of it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { World, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const { CALLPOINT_TARBALL: tarball } = process.env;
assert.ok(tarball, "CALLPOINT_TARBALL is needed, the file that `cargo xtask npm` makes: `cargo xtask test e2e` sets it");

const NONCE = "c2VjcmV0";
/** What every product has written into its source. */
const BACKEND = "https://incidents.vendor.example";

const run = promisify(execFile);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The products in a folder of their own, with the package and all that they need. */
async function install(t) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-hosts-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  await cp(here("../hosts"), folder, { recursive: true });
  const npm = (...words) => run("npm", [...words, "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], { cwd: folder });
  await npm("ci");
  await npm("install", "--no-save", path.resolve(tarball));
  return folder;
}

const vite = (folder, out, mode) =>
  run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--outDir", out, "--mode", mode], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: mode },
  });

async function webpack(folder, out) {
  const bundle = createRequire(path.join(folder, "package.json"))("webpack");
  const config = { mode: "production", context: folder, entry: "./webpack/main.js", output: { path: path.join(folder, out), filename: "main.js" } };
  const stats = await promisify(bundle)(config);
  assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString());
}

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };

/** The built files of a product, by their addresses, with the address of the server that they are to reach. */
async function built(folder, backend) {
  const pages = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const html = (await readFile(file, "utf8")).replaceAll(BACKEND, backend);
    pages["/" + path.relative(folder, file).replaceAll(path.sep, "/")] = { html, type: TYPES[path.extname(file)] ?? "text/plain" };
  }
  return pages;
}

const document = (head, body = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A product</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;

test("products built from the npm package", async (t) => {
  const [world, folder] = await Promise.all([World.create(t), install(t)]);
  const token = { html: await world.site.token("ada"), type: "text/plain" };

  /** Somebody opens a page of a product, with a wire of their own to the server. */
  const visit = async (name, make, address, options) => {
    const wire = await world.relay();
    const host = await world.host({ "/callpoint-token": token, ...(await make(wire.origin)) });
    const visitor = await world.visitor(name, "about:blank", options);
    const warnings = [];
    visitor.page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
    await visitor.page.goto(host.origin + address);
    return Object.assign(visitor, { wire, warnings });
  };
  const widgets = ({ page }) => page.locator("callpoint-widget").count();
  const press = ({ page }, name) => page.getByRole("button", { name, exact: true }).click();
  const heard = ({ page }) => page.locator("output").innerText();
  const streams = (wire, count) => until(() => wire.open("/v1/events") === count, `${count} streams`);

  /** A report in the open panel, of which the product hears; its reference. */
  const report = async (visitor, what) => {
    await step.field(visitor).fill(what);
    await step.chooseLevel(visitor, "SEV2");
    const reference = await step.sendReport(visitor);
    await until(async () => (await heard(visitor)).includes(reference), "the product hears of the report");
    return reference;
  };

  await t.test("what is wrong in a product's source doesn't compile, and what is right does", async () => {
    await run(process.execPath, [here("../../www/node_modules/typescript/bin/tsc"), "--project", "."], { cwd: folder }).catch(({ stdout }) => assert.fail(stdout));
  });

  await t.test("a server without a window imports everything and renders the components", async () => {
    assert.equal((await run(process.execPath, ["server/main.mjs"], { cwd: folder })).stdout, "rendered\n");
  });

  await t.test("React under StrictMode: one widget, which outlives new functions and goes with its component", async () => {
    await vite(folder, "development", "development");
    const ada = await visit("Ada, in React", (backend) => built(path.join(folder, "development"), backend), "/react/index.html");
    await ada.page.locator("callpoint-status").getByText("All systems operational").waitFor();
    await press(ada, "Something wrong?");
    const reference = await report(ada, "The export from React is empty.");
    assert.equal(await heard(ada), `open ${reference}`, "each event is heard once, by the function of the last render");
    assert.equal(await widgets(ada), 1);
    await streams(ada.wire, 1);
    assert.ok(await step.widget(ada.page).getByText("We've got your report.").isVisible(), "the panel stays open");
    await press(ada, "Sign out");
    await streams(ada.wire, 0);
    assert.equal(await widgets(ada), 0);
    await press(ada, "Sign in");
    await press(ada, "Something wrong?");
    await step.field(ada).waitFor();
    assert.equal(await widgets(ada), 1);
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("Vue: the element as a part of the page comes and goes with its view", async () => {
    await vite(folder, "production", "production");
    const ada = await visit("Ada, in Vue", (backend) => built(path.join(folder, "production"), backend), "/vue/index.html");
    await report(ada, "The export from Vue is empty.");
    await press(ada, "Leave");
    await streams(ada.wire, 0);
    assert.equal(await widgets(ada), 0);
    await press(ada, "Come back");
    await step.field(ada).waitFor();
    assert.equal(await widgets(ada), 1);
    await streams(ada.wire, 1);
    const asked = await world.site.ask("ada", "/v1/incidents");
    assert.ok(JSON.stringify(asked).includes("The export from Vue is empty."));
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("Svelte: `boot` beside the live status", async () => {
    const ada = await visit("Ada, in Svelte", (backend) => built(path.join(folder, "production"), backend), "/svelte/index.html");
    const status = ada.page.locator("callpoint-status");
    await until(() => status.evaluate(({ shadowRoot }) => shadowRoot?.textContent.trim()), "the status says how things are");
    await press(ada, "Something wrong?");
    await report(ada, "The export from Svelte is empty.");
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("TypeScript alone: a report begun by the product's own button", async () => {
    const ada = await visit("Ada, in TypeScript", (backend) => built(path.join(folder, "production"), backend), "/plain/index.html");
    await press(ada, "Something wrong?");
    await step.takenOver(ada);
    assert.equal(await step.field(ada).inputValue(), "The export is empty.");
    await report(ada, "The export from TypeScript is empty.");
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("Angular: the element comes and goes with its view", async () => {
    const ada = await visit("Ada, in Angular", (backend) => built(path.join(folder, "production"), backend), "/angular/index.html");
    await report(ada, "The export from Angular is empty.");
    await press(ada, "Leave");
    await streams(ada.wire, 0);
    assert.equal(await widgets(ada), 0);
    await press(ada, "Come back");
    await step.field(ada).waitFor();
    assert.equal(await widgets(ada), 1);
    assert.deepEqual(ada.warnings, []);
  });

  await t.test("webpack, under a policy of nonces and trusted types; a misspelled option is named once", async () => {
    await webpack(folder, "bundled");
    const make = async (backend) => {
      const policy =
        `script-src 'nonce-${NONCE}' ${backend}/assets/ 'wasm-unsafe-eval'; connect-src 'self' ${backend}; ` +
        "style-src 'none'; require-trusted-types-for 'script'; trusted-types callpoint; object-src 'none'; base-uri 'none'";
      const html = document("", `<script nonce="${NONCE}" src="/main.js"></script>`);
      return { ...(await built(path.join(folder, "bundled"), backend)), "/": { html, policy } };
    };
    const ada = await visit("Ada, in webpack", make, "/");
    await press(ada, "Something wrong?");
    await step.takenOver(ada);
    await report(ada, "The export from webpack is empty.");
    assert.deepEqual(ada.warnings, ["callpoint: there is no option `relase`; did you mean `release`?"]);
  });

  /** A page without a bundler, which takes the package as it is. */
  const plain = (head, code) => async (backend) => {
    const files = await built(path.join(folder, "node_modules/callpoint/dist"), backend);
    const script = `<script type="module">import { boot } from "/index.js"; window.backend = ${JSON.stringify(backend)};
      const getToken = () => fetch("/callpoint-token").then((answer) => answer.text()); window.getToken = getToken; window.boot = boot; ${code}</script>`;
    return { ...files, "/": { html: document(head(backend) + script) } };
  };
  const none = () => "";

  await t.test("a hundred boots and shutdowns leave no element, listener, stream or memory behind", async () => {
    const ada = await visit("Ada, a hundred times", plain(none, ""), "/");
    const session = await ada.page.context().newCDPSession(ada.page);
    await session.send("Performance.enable");
    const measure = async () => {
      for (let pass = 0; pass < 3; pass++) await session.send("HeapProfiler.collectGarbage");
      const { metrics } = await session.send("Performance.getMetrics");
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    };
    const rounds = (count) =>
      ada.page.evaluate(async (count) => {
        for (let round = 0; round < count; round++) {
          const callpoint = boot({ backend, getToken });
          const off = callpoint.on("status", () => {});
          callpoint.show(round % 2 ? "report" : "home");
          await callpoint.status();
          off();
          await callpoint.shutdown();
        }
      }, count);
    await ada.page.waitForFunction(() => window.boot);
    await rounds(30);
    const before = await measure();
    await rounds(70);
    const after = await measure();
    await streams(ada.wire, 0);
    assert.equal(await widgets(ada), 0);
    assert.equal(await ada.page.locator("script[src]").count(), 1);
    // One of them in each round would be seventy. What Yew never frees of an app is a little memory alone.
    for (const [name, air] of [["Nodes", 20], ["JSEventListeners", 20], ["JSHeapUsedSize", 70 * 4096]])
      assert.ok(after[name] - before[name] < air, `${name}: ${before[name]}, then ${after[name]}`);
  });

  await t.test("of two in one page the first wins, and the second says so once", async () => {
    const tag = (backend) => `<script async src="${backend}/v1/loader.js"></script>`;
    const elsewhere = '"https://incidents.elsewhere.example"';
    const ada = await visit("Ada, with two", plain(tag, `for (const once of [1, 2]) window.handle = boot({ backend: ${elsewhere}, getToken });`), "/");
    await ada.page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    const { condition } = await ada.page.evaluate(() => handle.status());
    assert.ok(condition);
    assert.equal(await widgets(ada), 1);
    assert.deepEqual(ada.warnings, [`callpoint: this page has Callpoint from ${ada.wire.origin} already; "https://incidents.elsewhere.example" is left out`]);
  });

  await t.test("without a backend, or with an unreachable one, the console says so and the page goes on", async () => {
    const ada = await visit("Ada, cut off", plain(none, ""), "/", { tolerates: /ERR_FAILED|Failed to load resource|could not be loaded/ });
    await ada.page.route("**/v1/loader.js", (route) => route.abort());
    await ada.page.waitForFunction(() => window.boot);
    const refused = await ada.page.evaluate(async () => {
      const asked = [boot({ getToken }), boot({ backend: "incidents.vendor.example" }), boot({ backend, getToken })];
      const [nothing, , unreachable] = asked;
      const errors = [];
      nothing.on("error", ({ message }) => errors.push(message));
      const answer = await unreachable.report({ what: "Nobody hears." }).catch(String);
      return { answer, errors };
    });
    assert.match(refused.answer, /loader.js could not be loaded/);
    assert.equal(refused.errors.length, 1);
    assert.equal(ada.warnings.length, 3, ada.warnings.join("\n"));
    for (const [at, words] of [/boot needs `backend`/, /"incidents.vendor.example"/, /could not be loaded/].entries()) assert.match(ada.warnings[at], words);
    await ada.page.unroute("**/v1/loader.js");
    const { condition } = await ada.page.evaluate(() => boot({ backend, getToken }).status());
    assert.ok(condition, "the next try brings it");
  });
});
