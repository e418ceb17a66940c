// Atlassian's own element for a Statuspage, on a page of another origin, reads a server of ours.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { World } from "./harness.mjs";

/** The element's file names this before it exists, wherever it is loaded. */
const ITS_OWN = /parcelRequire is not defined/;

/** The element's script, from the package as it is published. */
async function script(t) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "callpoint-clients-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  await cp(fileURLToPath(new URL("../clients", import.meta.url)), folder, { recursive: true });
  const words = ["ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await promisify(execFile)("npm", words, { cwd: folder });
  return readFile(path.join(folder, "node_modules/@statuspage/status-widget/dist/index.js"), "utf8");
}

test("Atlassian's element shows our status and changes with it", async (t) => {
  const element = await script(t);
  const world = await World.create(t);
  const { site } = world;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A vendor's page</title><link rel="icon" href="data:,">
<script src="/element.js"></script></head><body><statuspage-widget src="${site.origin}"></statuspage-widget></body></html>`;
  const { origin } = await world.host({ "/": { html }, "/element.js": { html: element, type: "text/javascript" } });
  const visitor = await world.visitor("a visitor", origin);
  const shows = async (indicator, words) => {
    await visitor.page.goto(origin);
    await visitor.page.waitForFunction(([indicator, words]) => {
      const shown = document.querySelector("statuspage-widget").shadowRoot?.querySelector(".status-container");
      return shown?.textContent.trim() === words && shown.querySelector(`.status-indicator.${indicator}`);
    }, [indicator, words]);
  };
  await shows("none", "All Systems Operational");
  const incident = await site.declare("ada", "Our builds hang");
  await shows("none", "All Systems Operational");
  const publish = { title: "Jobs wait", impact: "critical", components: ["actions"] };
  await site.command("mara", incident, { update: { text: "We look.", to: "public", publish } });
  await shows("critical", "Major Service Outage");
  await site.command("mara", incident, { propose_resolution: { text: "They run." } });
  await site.command("ada", incident, { confirm: {} });
  await shows("none", "All Systems Operational");
  const own = visitor.faults.filter((fault) => ITS_OWN.test(fault));
  visitor.faults = visitor.faults.filter((fault) => !own.includes(fault));
  assert.deepEqual(visitor.faults, []);
});
