// One entry arrives in an open thread that already has many: what the widget does for it, in Chromium. The thread comes
// from a backend that answers like the real one, which serves everything else. Prints a table; nothing here fails for
// being slow.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { FLAGS, Site, until } from "../e2e/harness.mjs";
import { begin, median, metrics, snapshot, standIn } from "./support/stand-in.mjs";

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const LENGTHS = [1_000, 10_000];
const WARM_UP = 3;
const MEASURED = 15;
const WHO = "ada";

/** A long thread in front of a real server: an incident of which one message is repeated, each a minute after the last. */
class LongThread {
  #stream;

  static async create(site, length) {
    const thread = new LongThread();
    const incident = await site.declare(WHO, "Exports stop half-way");
    await site.command("mara", incident, { message: { text: "We are looking at it.", to: "affected" } });
    const { entries, ...facts } = await site.ask(WHO, `/v1/incidents/${incident}`);
    Object.assign(thread, { incident, length, site });
    thread.message = entries.at(-1);
    thread.start = thread.message.at - (length + 1) * 60_000;
    thread.entries = Array.from({ length }, (_, number) => thread.entry(number + 1));
    thread.facts = { ...facts, seq: length };
    const headers = { Authorization: `Bearer ${await site.token(WHO)}` };
    thread.snapshot = { ...(await snapshot(site.origin, headers)), seq: length };
    return thread;
  }

  entry(seq) {
    return { ...this.message, seq, at: this.start + seq * 60_000, command: randomUUID() };
  }

  async listen() {
    Object.assign(this, await standIn(this.site.origin, (request, reply) => this.#answer(request, reply)));
  }

  #answer(request, reply) {
    const json = { "Content-Type": "application/json", "Cache-Control": "no-store" };
    if (request.url === "/bench") {
      const page = `<!doctype html><title>Bench</title><script src="/v1/loader.js"></script>`;
      return reply.writeHead(200, { "Content-Type": "text/html" }).end(page);
    }
    if (request.url === `/v1/incidents/${this.incident}`) {
      return reply.writeHead(200, json).end(JSON.stringify({ ...this.facts, entries: this.entries }));
    }
    if (request.url !== "/v1/events") return false;
    begin(reply, this.snapshot);
    this.#stream = reply;
  }

  /** Sends one more entry down the stream. */
  append() {
    const entry = this.entry(this.entries.length + 1);
    this.entries.push(entry);
    this.#stream.write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`);
    return entry;
  }
}

/** In the page: remembers which times were formatted. Each row that is rendered formats its own, and no two are the
 *  same, so this counts rendered rows whatever renders them. */
function countFormattedTimes() {
  window.formatted = new Set();
  const note = (time) => window.formatted.add(Number(time));
  for (const name of ["toLocaleString", "toLocaleTimeString", "toLocaleDateString"]) {
    const original = Date.prototype[name];
    Date.prototype[name] = function (...rest) {
      note(this);
      return original.apply(this, rest);
    };
  }
  const { get } = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format");
  Object.defineProperty(Intl.DateTimeFormat.prototype, "format", {
    get() {
      const format = get.call(this);
      return (time) => (note(time), format(time));
    },
  });
}

const timeline = () => document.querySelector("callpoint-widget").shadowRoot.querySelector(".timeline");

class Reader {
  static async open(browser, thread) {
    const reader = new Reader();
    const page = await browser.newPage();
    await page.addInitScript(countFormattedTimes);
    await page.addInitScript(`window.timeline = ${timeline}`);
    await page.goto(thread.origin + "/bench");
    await page.evaluate(async (incident) => {
      const ready = new Promise((resolve) => window.callpoint("on", "ready", resolve));
      window.callpoint("boot", { load: "eager", getToken: async () => (await fetch("/demo/token?as=ada")).text() });
      await ready;
      window.callpoint("open", incident);
    }, thread.incident);
    await until(() => page.evaluate(() => window.timeline()?.querySelectorAll(".entry").length > 0), "a thread is shown", 120_000);
    return Object.assign(reader, { page, spent: await metrics(page), thread });
  }

  /** One entry arrives, and is on the screen. */
  async measure() {
    const { page, thread } = this;
    await page.evaluate(() => {
      window.formatted.clear();
      window.changed = new Promise((resolve) => {
        const observer = new MutationObserver(() => (observer.disconnect(), requestAnimationFrame(() => setTimeout(resolve))));
        observer.observe(window.timeline(), { childList: true, subtree: true });
      });
    });
    const spent = await this.spent();
    const { at } = thread.append();
    await page.evaluate(() => window.changed);
    const { script, layout } = await spent();
    const [rendered, rows, shown] = await page.evaluate(
      ([from, to]) => [
        [...window.formatted].filter((time) => time > from && time <= to).length,
        window.timeline().querySelectorAll(".entry").length,
        window.formatted.has(to),
      ],
      [thread.start, at],
    );
    if (!shown) throw new Error("the new entry was not rendered");
    return { rendered, rows, script, layout };
  }
}

const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-bench-"));
const site = new Site(folder);
await site.start();
const browser = await chromium.launch({ executablePath: process.env.CALLPOINT_CHROMIUM, args: FLAGS });
const readers = [];
try {
  for (const length of LENGTHS) {
    const thread = await LongThread.create(site, length);
    await thread.listen();
    readers.push(await Reader.open(browser, thread));
  }
  const measured = readers.map(() => []);
  // Interleaved, so that a busy moment of the machine meets both.
  for (let round = 0; round < WARM_UP + MEASURED; round++) {
    for (const [place, reader] of readers.entries()) {
      await reader.page.bringToFront();
      const figures = await reader.measure();
      if (round >= WARM_UP) measured[place].push(figures);
    }
  }
  console.log(`\nOne new entry in an open thread, medians of ${MEASURED}:\n`);
  console.log("| entries | rows rendered | rows mounted | script ms | style and layout ms |");
  console.log("|---:|---:|---:|---:|---:|");
  for (const [place, length] of LENGTHS.entries()) {
    const figure = (name) => median(measured[place].map((figures) => figures[name]));
    const cells = [length, figure("rendered"), figure("rows"), figure("script").toFixed(1), figure("layout").toFixed(1)];
    console.log(`| ${cells.join(" | ")} |`);
  }
} finally {
  await browser.close();
  for (const { thread } of readers) await thread.close();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
}
