// The main walk in Firefox, on a vendor's page at another origin: somebody opens the widget, reports, reads an answer the
// moment it comes, replies, and the page shuts the widget down.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { host, PATIENCE, Relay, Site, until } from "../e2e/harness.mjs";

const { CALLPOINT_FIREFOX: executablePath } = process.env;
assert.ok(executablePath, "CALLPOINT_FIREFOX is needed: `cargo xtask test firefox` sets it");
const pictures = fileURLToPath(new URL("../../target/e2e/", import.meta.url));

/** What drives Firefox, from its npm package. */
async function driver(folder) {
  await cp(fileURLToPath(new URL(".", import.meta.url)), folder, { recursive: true });
  await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], { cwd: folder });
  return createRequire(path.join(folder, "package.json"))("puppeteer-core");
}

const html = (backend) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A vendor's page</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><script>
  window.seen = [];
  addEventListener("error", (event) => seen.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => seen.push(String(event.reason)));
  window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
  callpoint("boot", { getToken: () => fetch("/callpoint-token").then((r) => r.ok ? r.text() : Promise.reject(r.status)) });
</script><script async src="${backend}/v1/loader.js"></script></head><body><h1>A vendor's page</h1><p><input aria-label="Search"></p></body></html>`;

test("the main walk in Firefox", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-firefox-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const site = new Site(folder);
  t.after(() => site.stop());
  const [puppeteer] = await Promise.all([driver(path.join(folder, "driver")), site.start()]);
  const wire = await new Relay().start(site.origin);
  t.after(() => wire.stop());
  const vendor = await host({ "/": { html: html(wire.origin) }, "/callpoint-token": { html: await site.token("ada"), type: "text/plain" } });
  t.after(vendor.stop);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, args: ["--width=1280", "--height=900"] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width: 1280, height: 900 });
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && faults.push(message.text()));
  await page.goto(vendor.origin);

  /** The visible element of the widget that this finds, by a selector, and by words of its own or its label's. */
  const find = async (selector, words = "") => {
    const look = (selector, words) => {
      const root = document.querySelector("callpoint-widget")?.shadowRoot;
      const name = (element) => [element.ariaLabel, element.textContent, ...[...(element.labels ?? [])].map((label) => label.textContent)].join(" ");
      return [...(root?.querySelectorAll(selector) ?? [])].find((element) => element.checkVisibility() && name(element).includes(words));
    };
    return (await page.waitForFunction(look, {}, selector, words)).asElement();
  };
  const click = async (selector, words) => (await find(selector, words)).click();
  const focused = () => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.name ?? document.activeElement.localName);
  const shoot = async (name) => {
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: path.join(pictures, `firefox-${name}.png`) });
  };

  await click(".launcher");
  await until(async () => (await focused()) === "what", "the form has the focus");
  await page.keyboard.type("Exports never finish in Firefox.");
  await find("summary", "Help me choose");
  assert.equal(await (await find("textarea", "What's going wrong?")).evaluate((field) => field.value), "Exports never finish in Firefox.");
  await click(".level", "SEV2");
  await shoot("report");
  await click("button", "Send report");
  await find("*", "We've got your report.");
  const { incidents } = await site.ask("ada", "/v1/incidents");
  const { id } = incidents.find(({ title }) => title === "Exports never finish in Firefox.");

  await click("button", "Open thread");
  await find(".timeline");
  await site.command("mara", id, { message: { text: "We look at your exports.", to: "affected" } });
  await find(".entry", "We look at your exports.");
  await (await find("textarea", "Reply")).type("Thank you.");
  await click("button", "Send");
  await find(".entry:not(.echo)", "Thank you.");
  await shoot("thread");
  const { entries } = await site.ask("ada", `/v1/incidents/${id}`);
  assert.ok(JSON.stringify(entries).includes("Thank you."), "the server has the reply");

  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("callpoint-widget").hasAttribute("open"));
  await page.evaluate(() => callpoint("shutdown"));
  await page.waitForFunction(() => !document.querySelector("callpoint-widget"));
  await until(() => wire.open("/v1/events") === 0, "no stream is left");
  assert.deepEqual(await page.evaluate(() => window.seen), []);
  assert.deepEqual(faults, [], "nothing was said in the console");
});
