// From the click on the launcher to a focused form that can be typed into, with nothing fetched before but the loader.
// Prints a table; nothing here fails for being slow.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { FLAGS, Site, host } from "../e2e/harness.mjs";

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const MEASURED = 15;
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const CONDITIONS = [
  { name: "as it is" },
  { name: "processor 4x slower", rate: 4 },
  { name: "Slow 4G", network: SLOW_4G },
  { name: "both", rate: 4, network: SLOW_4G },
];

const part = (numbers, share) => numbers.toSorted((one, other) => one - other)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

const html = (backend, token) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">
<script>
  window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
  callpoint("boot", { getToken: () => ${JSON.stringify(token)} });
</script>
<script async src="${backend}/v1/loader.js"></script></head><body><h1>Host</h1></body></html>`;

/** Milliseconds from the click until the field has the focus. */
const clicked = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const { shadowRoot } = document.querySelector("callpoint-widget");
        let start;
        shadowRoot.addEventListener("focusin", ({ target }) => target.name === "what" && resolve(performance.now() - start));
        const launcher = shadowRoot.querySelector(".launcher");
        start = performance.now();
        launcher.click();
      }),
  );

async function measure(browser, address, { rate = 1, network }) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate });
    if (network) {
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", network);
    }
    return await clicked(page);
  } finally {
    await context.close();
  }
}

const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-bench-"));
const site = new Site(folder);
const browser = await chromium.launch({ executablePath: process.env.CALLPOINT_CHROMIUM, args: FLAGS });
try {
  await site.start();
  const page = await host({ "/": { html: html(site.origin, await site.token("ada")) } });
  const times = new Map(CONDITIONS.map(({ name }) => [name, []]));
  // Interleaved, so that what else the machine does falls on all of them.
  for (let round = 0; round <= MEASURED; round++) {
    for (const condition of CONDITIONS) {
      const time = await measure(browser, page.origin, condition);
      if (round) times.get(condition.name).push(time);
    }
  }
  console.log("| click to focused form, ms | median | p75 |\n|---|---:|---:|");
  for (const [name, all] of times) console.log(`| ${name} | ${part(all, 0.5).toFixed(0)} | ${part(all, 0.75).toFixed(0)} |`);
  await page.stop();
} finally {
  await browser.close();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
}
