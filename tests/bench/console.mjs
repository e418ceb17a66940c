// The console with many open incidents: what is mounted, what a press of `j` and a search take, and what it does while nobody does
// anything, in Chromium. The incidents come from a backend that answers like the real one, which serves everything else.
// Prints a table; nothing here fails for being slow.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { FLAGS, Site, until } from "../e2e/harness.mjs";
import { begin, median, metrics, snapshot, standIn } from "./support/stand-in.mjs";

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const COUNTS = [100, 1_000, 10_000];
const WARM_UP = 3;
// Far enough that the mounted part of the list moves on.
const MEASURED = 90;
const ACCOUNTS = 200;
// Longer than anything is left alone for.
const IDLE = 35_000;

/** A snapshot with one incident repeated, each under an id and a reference of its own. */
async function repeated(site, count) {
  const link = await fetch(`${site.origin}/demo/console?as=theo`, { redirect: "manual" });
  const invite = new URL(link.headers.get("location"), site.origin).hash.split("=").at(-1);
  const body = JSON.stringify({ invite });
  const signedIn = await fetch(site.origin + "/v1/staff/session", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const known = await snapshot(site.origin, { Cookie: signedIn.headers.get("set-cookie").split(";")[0] });
  const [incident] = known.incidents.filter(({ title }) => title === "Exports stop half-way");
  const incidents = Array.from({ length: count }, (_, number) => {
    const id = incident.id.slice(0, -5) + number.toString(16).padStart(5, "0");
    const account = { id: `account-${number % ACCOUNTS}`, name: `Account ${number % ACCOUNTS}` };
    const stakes = incident.stakes.map((stake) => ({ ...stake, account }));
    return { ...incident, id, stakes, reference: `NW-${5_000 + number}`, title: `${incident.title}, case ${number}` };
  });
  return { ...known, incidents };
}

/** Presses `j`, and waits until what it drew is painted. */
async function press(page, spent) {
  await page.evaluate(() => {
    window.pressed = new Promise((resolve) => {
      const begun = () => {
        const start = performance.now();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
      };
      addEventListener("keydown", begun, { capture: true, once: true });
    });
  });
  const ended = await spent();
  await page.keyboard.press("j");
  const painted = await page.evaluate(() => window.pressed);
  return { painted, ...(await ended()) };
}

/** What is spent while nobody does anything: milliseconds of work in a second, and the tasks that are long. */
async function idle(page, spent) {
  await page.evaluate(() => {
    window.long = [];
    new PerformanceObserver((list) => window.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
  const ended = await spent();
  await page.waitForTimeout(IDLE);
  const { script, layout } = await ended();
  const long = await page.evaluate(() => window.long);
  return { each: ((script + layout) * 1_000) / IDLE, long: long.length, longest: Math.max(0, ...long) };
}

/** Types words that find a tenth or less, and waits until what is known of them here is painted. */
async function search(page) {
  await page.evaluate(() => {
    const field = document.querySelector(".find");
    window.searched = async (text) => {
      const start = performance.now();
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - start;
    };
  });
  const figures = [];
  for (let round = 0; round < 9; round++) {
    figures.push(await page.evaluate((text) => window.searched(text), `case ${round}`));
    await page.evaluate(() => window.searched(""));
  }
  return median(figures);
}

/** Whether the row that has the focus is on the screen; its reference. */
const focused = (page) =>
  page.evaluate(() => {
    const row = document.activeElement.closest("[data-incident]");
    const [list, box] = [row?.closest(".list"), row].map((part) => part?.getBoundingClientRect());
    return box && box.top >= list.top && box.bottom <= list.bottom && row.querySelector(".reference").textContent;
  });

async function measure(browser, site, count) {
  const known = await repeated(site, count);
  const backend = await standIn(site.origin, (request, reply) => {
    if (request.url !== "/v1/events") return false;
    begin(reply, known);
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    const start = performance.now();
    await page.goto(backend.origin + "/demo/console?as=theo");
    await page.locator("[data-incident]").first().waitFor({ timeout: 120_000 });
    const first = performance.now() - start;
    await until(() => page.evaluate((count) => document.querySelector(".list .count").textContent === String(count), count), "all are counted");
    const nodes = await page.evaluate(() => document.querySelectorAll(".list *").length);
    const spent = await metrics(page);
    const still = await idle(page, spent);
    const figures = [];
    for (let round = 0; round < WARM_UP + MEASURED; round++) {
      const pressed = await press(page, spent);
      if (round >= WARM_UP) figures.push(pressed);
    }
    const at = await focused(page);
    const wanted = `NW-${5_000 + Math.min(count, WARM_UP + MEASURED) - 1}`;
    if (at !== wanted) throw new Error(`the focus is on ${at} and not on ${wanted}, on the screen`);
    const all = await page.evaluate(() => document.querySelectorAll("*").length);
    return { first, nodes, still, all, figures, found: await search(page) };
  } finally {
    await page.close();
    await backend.close();
  }
}

const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-bench-"));
const site = new Site(folder);
await site.start();
const browser = await chromium.launch({ executablePath: process.env.CALLPOINT_CHROMIUM, args: FLAGS });
try {
  await site.declare("ada", "Exports stop half-way");
  const lines = [];
  for (const count of COUNTS) {
    const { first, nodes, still, all, figures, found } = await measure(browser, site, count);
    const middle = (name) => median(figures.map((figure) => figure[name])).toFixed(1);
    const worst = Math.max(...figures.map(({ painted }) => painted)).toFixed(0);
    const cells = [count, first.toFixed(0), nodes, all, middle("script"), middle("layout"), middle("painted"), worst, found.toFixed(0), still.each.toFixed(2), still.long, still.longest.toFixed(0)];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  console.log(`\nThe console and a press of \`j\`, medians of ${MEASURED} presses:\n`);
  console.log("| open incidents | first row ms | nodes in the list | nodes mounted | script ms | style and layout ms | key to paint ms | worst key to paint ms | search to paint ms | idle: ms of work a second | long tasks | the longest ms |");
  console.log("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
  console.log(lines.join("\n"));
} finally {
  await browser.close();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
}
