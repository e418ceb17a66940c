// What every browser test stands on: a server of its own, relays that write down what a person's browser was told,
// browsers, and pictures. It knows no screen of Callpoint; those steps are in steps.mjs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const root = fileURLToPath(new URL("../../", import.meta.url));
const { CALLPOINT_BIN: binary, CALLPOINT_CHROMIUM: executablePath } = process.env;
assert.ok(binary && executablePath, "CALLPOINT_BIN and CALLPOINT_CHROMIUM are needed: `cargo xtask test e2e` sets both");
const pictures = path.join(root, "target/e2e");
const readme = path.join(root, "docs/screenshots");

/** How long anything may take before it counts as not happening, in milliseconds. */
export const PATIENCE = 20_000;

export const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

// --- the server ------------------------------------------------------------------------------------------------

/** Those of the made-up vendor's staff. */
const STAFF = new Set(["mara", "theo", "nora"]);

/** One server with its own database. It can stop and start again on the same port. */
export class Site {
  #process;
  #port = 0;
  #passed = 0;

  /** `settings` are keys of the configuration, by their names in the environment. */
  constructor(folder, settings = {}) {
    Object.assign(this, { folder, settings });
  }

  get #clock() {
    return path.join(this.folder, "clock");
  }

  /** Lets so many minutes pass for the server. */
  async pass(minutes) {
    this.#passed += minutes * 60_000;
    const then = Date.now() + this.#passed;
    await writeFile(this.#clock, String(this.#passed));
    const now = async () => (await (await fetch(this.origin + "/v1/status")).json()).now;
    await until(async () => (await now()) >= then, "the server's clock has gone on");
  }

  get origin() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts, the first time on a port that the system chooses, and waits until the server says that it is ready. */
  async start() {
    const database = `sqlite:${path.join(this.folder, "callpoint.db")}`;
    const line = ["serve", "--demo", "--database", database, "--listen", `127.0.0.1:${this.#port}`];
    const env = { ...process.env, NO_COLOR: "1", CALLPOINT_LOG: "json", CALLPOINT_CLOCK_FILE: this.#clock, ...this.settings };
    await writeFile(this.#clock, String(this.#passed));
    const child = spawn(binary, line, { stdio: ["ignore", "ignore", "pipe"], env });
    this.#process = child;
    const told = [];
    const address = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${told.join("\n")}`)));
      createInterface({ input: child.stderr }).on("line", (text) => {
        told.push(text);
        const { listen } = JSON.parse(text);
        if (listen) resolve(listen);
      });
    });
    this.#port = Number((await address).split(":").at(-1));
    await until(async () => (await fetch(this.origin + "/readyz")).ok, "the server is ready");
  }

  /** Asks the server to end, and waits until it has. */
  async stop() {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  /** A token as the made-up vendor's backend gives it to its customer. */
  async token(who) {
    return (await fetch(`${this.origin}/demo/token?as=${who}`)).text();
  }

  /** What the API tells a customer about `path`. */
  async ask(who, path) {
    const answer = await fetch(this.origin + path, { headers: { Authorization: `Bearer ${await this.token(who)}` } });
    return answer.json();
  }

  /** Who asks, as a request says it: a customer by their token, one of staff by their session. */
  async #identity(who) {
    if (!STAFF.has(who)) return { Authorization: `Bearer ${await this.token(who)}` };
    // A new session each time: the last may have ended while time passed.
    const link = await fetch(`${this.origin}/demo/console?as=${who}`, { redirect: "manual" });
    const invite = new URL(link.headers.get("location"), this.origin).hash.split("=").at(-1);
    const body = JSON.stringify({ invite });
    const answer = await fetch(this.origin + "/v1/staff/session", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    return { Cookie: answer.headers.get("set-cookie").split(";")[0] };
  }

  async #post(who, path, words) {
    const headers = { ...(await this.#identity(who)), "Content-Type": "application/json", "Idempotency-Key": randomUUID() };
    const answer = await fetch(this.origin + path, { method: "POST", headers, body: JSON.stringify(words) });
    const told = await answer.json();
    assert.ok(answer.ok, `${who} asks ${JSON.stringify(words)}: ${JSON.stringify(told)}`);
    return told;
  }

  /** Somebody declares a report; its incident's id. */
  async declare(who, what, draft = {}) {
    return (await this.#post(who, "/v1/reports", { what, severity: 2, ...draft })).incident;
  }

  /** Somebody asks something of an incident. */
  command = (who, incident, command) => this.#post(who, `/v1/incidents/${incident}/commands`, command);

  /** The status that somebody's request for `path` gets. */
  async status(who, path) {
    return (await fetch(this.origin + path, { headers: who ? await this.#identity(who) : {} })).status;
  }
}

/** Asks again and again until the answer is yes. */
export async function until(question, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await Promise.resolve().then(question).catch(() => false);
    if (answer) return answer;
    assert.ok(Date.now() < end, `waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

// --- the wire --------------------------------------------------------------------------------------------------

/** Stands between one person and the server, and keeps every byte that the person was sent. */
export class Relay {
  #answers = [];

  /** On a port that the system chooses, unless it is to come back on one that it had. */
  async start(target, port = 0) {
    this.server = http.createServer((request, reply) => this.#pass(target, request, reply));
    await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  #pass(target, request, reply) {
    const headers = { ...request.headers, "accept-encoding": "identity" };
    const kept = { url: request.url, method: request.method, parts: [] };
    this.#answers.push(kept);
    const ahead = http.request(target + request.url, { method: request.method, headers }, (answer) => {
      kept.parts.push(Buffer.from(answer.rawHeaders.join("\n") + "\n\n"));
      reply.writeHead(answer.statusCode, answer.headers);
      answer.on("data", (part) => {
        kept.parts.push(part);
        reply.write(part);
      });
      answer.on("end", () => reply.end());
      answer.on("error", () => reply.destroy());
    });
    ahead.on("error", () => reply.destroy());
    reply.on("close", () => {
      kept.over = true;
      ahead.destroy();
    });
    request.pipe(ahead);
  }

  /** The addresses of Callpoint whose answers held these words, in their headers or their bodies. What the made-up
   *  vendor's own page brings is not Callpoint's to tell. */
  heard(words) {
    const ours = this.#answers.filter(({ url }) => !/^\/(demo|assets)\b/.test(url));
    return ours.filter(({ parts }) => Buffer.concat(parts).includes(words)).map(({ url }) => url);
  }

  /** How many answers to this address are still coming: streams. */
  open(address) {
    return this.#answers.filter(({ url, over }) => url === address && !over).length;
  }

  /** How many writes went to this address. */
  posts(address) {
    return this.#answers.filter(({ url, method }) => url === address && method === "POST").length;
  }

  /** What was asked for, in order. */
  get asked() {
    return this.#answers.map(({ url }) => url);
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A page of somebody else, at an origin of its own. `pages` maps a path to `{ html, policy, headers }`. */
export async function host(pages) {
  const server = http.createServer((request, reply) => {
    const found = pages[new URL(request.url, "http://host").pathname];
    if (!found) return reply.writeHead(404).end();
    const headers = { "Content-Type": found.type ?? "text/html; charset=utf-8", ...found.headers };
    if (found.policy) headers["Content-Security-Policy"] = found.policy;
    reply.writeHead(200, headers).end(found.html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const stop = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { origin, stop };
}

// --- the people ------------------------------------------------------------------------------------------------

/** Somebody with a browser. Whatever goes wrong in their pages is kept in `faults`. */
class Visitor {
  faults = [];

  constructor(name, context, look, tolerates) {
    Object.assign(this, { name, context, look, tolerates });
  }

  async open(address) {
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.page.setDefaultTimeout(PATIENCE);
    this.page.on("pageerror", (error) => this.faults.push(`${this.name}: uncaught ${error.stack ?? error}`));
    this.page.on("console", (message) => {
      const { url } = message.location();
      const text = `${this.name}: ${message.type()} ${message.text()} ${url}`;
      const bad = message.type() === "error" || /Content Security Policy|TrustedHTML/.test(text);
      if (bad && !/favicon\.ico/.test(url) && !this.tolerates?.test(text)) this.faults.push(text);
    });
    await this.page.goto(address);
    return this;
  }
}

/** A server and the people around it, for one test. All of it is gone, and nobody's page had a fault, at its end. */
export class World {
  #visitors = [];
  #endings = [];

  static async create(t, settings) {
    const world = new World();
    t.after(() => world.#end());
    const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-e2e-"));
    world.ends(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    world.folder = folder;
    world.site = new Site(folder, settings);
    world.ends(() => world.site.stop());
    world.browser = await chromium.launch({ executablePath, args: FLAGS });
    world.ends(() => world.browser.close());
    await world.site.start();
    return world;
  }

  ends(work) {
    this.#endings.unshift(work);
  }

  async #end() {
    // Before the server goes, which every open page would tell as a fault.
    const faults = this.#visitors.flatMap((visitor) => visitor.faults);
    for (const end of this.#endings) await end();
    assert.deepEqual(faults, [], "no page had a fault");
  }

  /** A relay of one's own in front of the server. */
  async relay() {
    const relay = await new Relay().start(this.site.origin);
    this.ends(() => relay.stop());
    return relay;
  }

  /** Somebody else's web page. */
  async host(pages) {
    const site = await host(pages);
    this.ends(site.stop);
    return site;
  }

  /** Somebody opens `address`. With `keeps`, what their browser stores outlives its closing; with `touch` they have no
   *  mouse; `locale` is their browser's language. */
  async visitor(name, address, { width = 1280, scheme = "light", tolerates, keeps, touch = false, locale = "en-US" } = {}) {
    const look = { width, scheme };
    const viewport = { width, height: height(width) };
    const options = { viewport, colorScheme: scheme, reducedMotion: "reduce", hasTouch: touch, isMobile: touch, locale };
    const context = keeps
      ? await chromium.launchPersistentContext(path.join(this.folder, keeps), { ...options, executablePath, args: FLAGS })
      : await this.browser.newContext(options);
    if (keeps) this.ends(() => context.close());
    const visitor = new Visitor(name, context, look, tolerates);
    this.#visitors.push(visitor);
    return visitor.open(address);
  }
}

const height = (width) => (width < 380 ? 640 : width < 600 ? 844 : 900);

/** Chapters of one story: once one of them failed, the later ones have nothing to stand on. */
export function chapters(t) {
  let broken = false;
  return async (name, work) => {
    await t.test(name, { skip: broken && "an earlier chapter failed" }, async () => {
      broken = true;
      await work();
      broken = false;
    });
  };
}

// --- pictures and checks ---------------------------------------------------------------------------------------

/** A picture of what somebody sees at 390 and 1280 px, light and dark. `keep` names the one for the README. */
export async function shoot({ page, look }, station, keep, widths = [390, 1280]) {
  await mkdir(pictures, { recursive: true });
  for (const width of widths) {
    await page.setViewportSize({ width, height: height(width) });
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme });
      const file = path.join(pictures, `${station}-${width}-${scheme}.png`);
      await page.screenshot({ path: file, animations: "disabled" });
      if (process.env.CALLPOINT_MIRRORED_SCREENSHOTS !== "1") continue;
      await turn(page, "rtl");
      await page.screenshot({ path: file.replace(/png$/, "rtl.png"), animations: "disabled" });
      assert.deepEqual(await sidewaysScroll(page, "callpoint-widget"), [], `${station} from right to left, ${width} px`);
      await turn(page, "ltr");
    }
  }
  await page.setViewportSize({ width: look.width, height: height(look.width) });
  await page.emulateMedia({ colorScheme: look.scheme });
  if (!keep || process.env.CALLPOINT_UPDATE_SCREENSHOTS !== "1") return;
  await mkdir(readme, { recursive: true });
  await page.screenshot({ path: path.join(readme, `${keep}.png`), animations: "disabled" });
}

/** Lets a page, and the widget in it, read from the right or from the left, whatever their words are. */
const turn = (page, direction) =>
  page.evaluate((dir) => {
    const inside = [...document.querySelectorAll("callpoint-widget, callpoint-thread, callpoint-status")];
    const parts = inside.flatMap(({ shadowRoot }) => [...(shadowRoot?.querySelectorAll("[dir=ltr], [dir=rtl]") ?? [])]);
    // Code reads from the left in every language.
    for (const part of [document.documentElement, ...parts.filter(({ localName }) => localName !== "pre")]) part.dir = dir;
  }, direction);

/** Nothing on this page breaks a rule of accessibility that a machine can check. */
export async function accessible(page, what, within) {
  const builder = new AxeBuilder({ page });
  const { violations } = await (within ? builder.include(within) : builder).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.flat().join(" ")} ${node.failureSummary ?? ""}`));
  assert.deepEqual(told, [], `accessibility of ${what}`);
}

/** Whether the page, or a scrolling part inside `within`, can be moved sideways. */
export async function sidewaysScroll(page, within) {
  return page.evaluate((selector) => {
    const wide = (box) => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "hidden";
    const holder = selector && document.querySelector(selector);
    const inside = holder ? [...(holder.shadowRoot ?? holder).querySelectorAll("main, .panel, .app, .timeline")] : [];
    return [document.scrollingElement, ...inside].filter(wide).map((box) => `${box.tagName}.${box.className} ${box.scrollWidth} > ${box.clientWidth}`);
  }, within);
}
