// What the embed costs a page beside Sentry's feedback widget, both measured in turn in one run: bytes and requests before
// anybody shows interest, script on a slow processor, and the time from a click to a form. Prints a table; nothing here
// fails for being slow.
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { FLAGS, Site } from "../e2e/harness.mjs";
import { median } from "./support/stand-in.mjs";

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { build } = require("esbuild");

const MEASURED = 9;
const SLOWER = 4;
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
/** What a page may still do after it has loaded, in milliseconds. */
const SETTLING = 1000;

const p75 = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length * 0.75)];

/** Sentry's widget as a product would bundle it. */
async function sentry(folder) {
  await cp(fileURLToPath(new URL("sentry", import.meta.url)), folder, { recursive: true });
  await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], { cwd: folder });
  const { outputFiles } = await build({ absWorkingDir: folder, entryPoints: ["main.js"], bundle: true, minify: true, write: false, format: "iife" });
  return outputFiles[0].text;
}

const page = (head) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A product</title><link rel="icon" href="data:,">${head}</head><body><h1>A product</h1></body></html>`;

/** The product's own server, which packs as Callpoint's does. */
async function product(files) {
  const packed = new Map(Object.entries(files).map(([name, text]) => [name, { br: brotliCompressSync(text), gzip: gzipSync(text) }]));
  const server = http.createServer((request, reply) => {
    const file = packed.get(request.url);
    if (!file) return reply.writeHead(404).end();
    const coding = /\bbr\b/.test(request.headers["accept-encoding"] ?? "") ? "br" : "gzip";
    const type = request.url.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    reply.writeHead(200, { "Content-Type": type, "Content-Encoding": coding }).end(file[coding]);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { origin: `http://127.0.0.1:${server.address().port}`, stop };
}

/** How many bytes of brotli an address answers. */
const weight = (address) =>
  new Promise((resolve, reject) => {
    const asked = http.get(address, { headers: { "accept-encoding": "br" } }, async (answer) => {
      let bytes = 0;
      for await (const part of answer) bytes += part.length;
      resolve(bytes);
    });
    asked.on("error", reject);
  });

/** What each widget's page must show before it is clicked, and what a click does: both run in the page. And what is
 *  fetched last, if a click fetches anything. */
const WIDGETS = {
  callpoint: {
    last: /\.wasm$/,
    there: () => Boolean(document.querySelector("callpoint-widget[booted]")),
    click: () =>
      new Promise((resolve) => {
        const { shadowRoot } = document.querySelector("callpoint-widget");
        const launcher = shadowRoot.querySelector(".launcher");
        const start = performance.now();
        shadowRoot.addEventListener("focusin", ({ target }) => target.name === "what" && resolve(performance.now() - start));
        launcher.click();
      }),
  },
  sentry: {
    there: () => Boolean(document.querySelector("#sentry-feedback")?.shadowRoot?.querySelector("button")),
    click: () =>
      new Promise((resolve) => {
        const { shadowRoot } = document.querySelector("#sentry-feedback");
        const start = performance.now();
        const look = () => shadowRoot.querySelector("textarea")?.checkVisibility() && resolve(performance.now() - start);
        new MutationObserver(look).observe(shadowRoot, { childList: true, subtree: true, attributes: true });
        shadowRoot.querySelector("button").click();
        look();
      }),
  },
};

/** In the page: how often the main thread was blocked, and how far things moved by themselves. */
function watch() {
  window.spent = { long: 0, shift: 0 };
  const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("longtask", () => spent.long++);
  observe("layout-shift", ({ value }) => (spent.shift += value));
}

async function visit(browser, address, { rate = 1, network }, work) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable");
    await session.send("Emulation.setCPUThrottlingRate", { rate });
    if (network) {
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", network);
    }
    const asked = [];
    page.on("request", (request) => request.method() === "GET" && asked.push(request.url()));
    await page.goto(address);
    return await work(page, session, asked);
  } finally {
    await context.close();
  }
}

/** What a page has cost once it has settled. Nothing looks at the page before: that would be script too. */
const closed = (browser, address, there) =>
  visit(browser, address, { rate: SLOWER }, async (page, session) => {
    await page.waitForTimeout(SETTLING);
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name) => 1000 * metrics.find((metric) => metric.name === name).value;
    if (there && !(await page.evaluate(there))) throw new Error(`${address} shows nothing after ${SETTLING} ms`);
    return { script: of("ScriptDuration") + of("V8CompileDuration"), ...(await page.evaluate(() => window.spent)) };
  });

/** Milliseconds until the launcher is there, and from a click on it to a form. */
const opened = (browser, address, { there, click }, conditions) =>
  visit(browser, address, conditions, async (page) => {
    await page.waitForFunction(there);
    const launcher = await page.evaluate(() => performance.now());
    return { launcher, click: await page.evaluate(click) };
  });

/** What is fetched before and after a click, in bytes of brotli. The product's own page is not counted. */
const fetched = (browser, address, { there, click, last }) =>
  visit(browser, address, {}, async (page, session, asked) => {
    await page.waitForFunction(there);
    await page.waitForTimeout(SETTLING);
    const before = asked.filter((url) => url !== address);
    const everything = last && page.waitForRequest(last);
    await page.evaluate(click);
    await everything;
    const code = asked.filter((url) => url !== address && !/\/v1\/(?!loader)/.test(url));
    const form = code.filter((url) => !/\.wasm|\/element-/.test(url));
    const sum = async (addresses) => (await Promise.all([...new Set(addresses)].map(weight))).reduce((one, other) => one + other, 0);
    return { requests: before.length, wasm: before.filter((url) => url.endsWith(".wasm")).length, before: await sum(before), form: await sum(form), all: await sum(code) };
  });

const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-bench-"));
const site = new Site(folder);
const browser = await chromium.launch({ executablePath: process.env.CALLPOINT_CHROMIUM, args: FLAGS });
try {
  const [script] = await Promise.all([sentry(path.join(folder, "sentry")), site.start()]);
  const boot = `<script>
    window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
    callpoint("boot", { getToken: () => ${JSON.stringify(await site.token("ada"))} });
  </script><script async src="${site.origin}/v1/loader.js"></script>`;
  const { origin, stop } = await product({
    "/blank": page(""),
    "/callpoint": page(boot),
    "/sentry": page('<script async src="/sentry.js"></script>'),
    "/sentry.js": script,
  });
  const names = Object.keys(WIDGETS);
  const runs = Object.fromEntries(["blank", ...names].map((name) => [name, { closed: [], slower: [], slow4g: [] }]));
  // In turn, so that what else the machine does falls on all of them. The first round only warms up.
  for (let round = 0; round <= MEASURED; round++) {
    const keep = (list, value) => round && list.push(value);
    keep(runs.blank.closed, await closed(browser, origin + "/blank"));
    for (const name of names) {
      const [address, widget] = [`${origin}/${name}`, WIDGETS[name]];
      keep(runs[name].closed, await closed(browser, address, widget.there));
      keep(runs[name].slower, await opened(browser, address, widget, { rate: SLOWER }));
      keep(runs[name].slow4g, await opened(browser, address, widget, { network: SLOW_4G }));
    }
  }
  const blank = median(runs.blank.closed.map(({ script }) => script));
  const figures = {};
  for (const name of names) {
    const { closed, slower, slow4g } = runs[name];
    const bytes = await fetched(browser, `${origin}/${name}`, WIDGETS[name]);
    const of = (list, what, share = median) => share(list.map((figures) => figures[what]));
    figures[name] = [
      ["before interaction, kB", bytes.before / 1000, 1],
      ["before interaction, requests", bytes.requests, 0],
      ["before interaction, WebAssembly files", bytes.wasm, 0],
      ["to a form that can be sent, kB", bytes.form / 1000, 1],
      ["everything that a click brings, kB", bytes.all / 1000, 1],
      [`closed, processor ${SLOWER}x slower: script over a blank page, ms`, of(closed, "script") - blank, 1],
      ["closed: long tasks", of(closed, "long"), 0],
      ["closed: layout shift", of(closed, "shift"), 3],
      [`click to form, processor ${SLOWER}x slower, ms (p75)`, of(slower, "click", p75), 0],
      ["click to form, Slow 4G, ms (p75)", of(slow4g, "click", p75), 0],
      ["navigation to launcher, Slow 4G, ms", of(slow4g, "launcher"), 0],
    ];
  }
  console.log(`\nMedians of ${MEASURED}, in turn; bytes of brotli.\n`);
  console.log("| | Callpoint | Sentry feedback | ratio |\n|---|---:|---:|---:|");
  for (const [place, [what, ours, digits]] of figures.callpoint.entries()) {
    const theirs = figures.sentry[place][1];
    console.log(`| ${what} | ${ours.toFixed(digits)} | ${theirs.toFixed(digits)} | ${theirs ? (ours / theirs).toFixed(2) : ""} |`);
  }
  await stop();
} finally {
  await browser.close();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
}
