// Pages with strict policies: in each the widget works as a whole, in a frame, or as the form alone; the developer is
// told in one sentence where it could be better, and the page has no violation but those that say so.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import test from "node:test";
import { World, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const NONCE = "bm9uY2U";

const OURS = `'nonce-${NONCE}' 'strict-dynamic' 'wasm-unsafe-eval'`;
const WASM = "script-src wasm-eval";

/** What each page says, how the widget comes there, and which violations tell of it. */
const POLICIES = {
  "a nonce": { policy: `script-src 'nonce-${NONCE}' BACKEND 'wasm-unsafe-eval'` },
  "a nonce and 'strict-dynamic'": { policy: `script-src ${OURS}; object-src 'none'; base-uri 'none'` },
  "no 'wasm-unsafe-eval'": { policy: `script-src 'nonce-${NONCE}' 'strict-dynamic'`, comes: "frame", violations: [WASM] },
  "neither 'wasm-unsafe-eval' nor frames": {
    policy: `script-src 'nonce-${NONCE}' 'strict-dynamic'; frame-src 'none'`, comes: "form", violations: [WASM, "frame-src BACKEND"],
  },
  "no inline style": { policy: `script-src ${OURS}; style-src 'none'; style-src-attr 'none'` },
  "Trusted Types": { policy: `script-src ${OURS}; require-trusted-types-for 'script'; trusted-types 'none'` },
  "a sandbox": { policy: "sandbox allow-scripts allow-forms allow-popups" },
  "'default-src 'none'' and what README says": {
    policy: `default-src 'none'; script-src 'nonce-${NONCE}' BACKEND 'wasm-unsafe-eval'; connect-src BACKEND 'self'`,
  },
  "the same without 'wasm-unsafe-eval', but with the frame": {
    policy: `default-src 'none'; script-src 'nonce-${NONCE}' BACKEND; connect-src BACKEND 'self'; frame-src BACKEND`, comes: "frame", violations: [WASM],
  },
  "a policy that only reports": { reports: "default-src 'none'", only: "report" },
};

const page = (backend, token) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A strict page</title>
<script nonce="${NONCE}">
window.seen = { errors: [], violations: [], dispositions: [] };
addEventListener("error", (event) => seen.errors.push(String(event.message)));
addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, disposition }) => {
  seen.dispositions.push(disposition);
  if (disposition == "enforce") seen.violations.push(effectiveDirective + " " + (URL.canParse(blockedURI) ? new URL(blockedURI).origin : blockedURI));
});
window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
callpoint("boot", { getToken: () => "${token}", theme: "light" });
</script>
<script nonce="${NONCE}" async src="${backend}/v1/loader.js"></script></head><body><h1>A strict page</h1></body></html>`;

for (const [what, { policy, reports, comes = "whole", violations = [], only }] of Object.entries(POLICIES)) {
  test(`under ${what}: ${comes}`, async (t) => {
    const world = await World.create(t);
    const wire = await world.relay();
    const html = page(wire.origin, await world.site.token("ada"));
    const named = (words) => words?.replaceAll("BACKEND", wire.origin);
    const headers = reports ? { "Content-Security-Policy-Report-Only": named(reports) } : {};
    const host = await world.host({ "/": { html, policy: named(policy), headers } });
    const tolerates = violations.length || only ? /Content Security Policy|WebAssembly|Failed to load/ : /favicon/;
    const ada = await world.visitor("Ada", "about:blank", { tolerates });
    const said = [];
    ada.page.on("console", (message) => message.text().startsWith("callpoint") && said.push(message.text()));
    await ada.page.goto(host.origin);
    await ada.page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    await step.openForm(ada);
    await ada.page.keyboard.type(`Under ${what}.`);
    if (comes == "whole") await step.takenOver(ada);
    await step.chooseLevel(ada, "SEV2");
    await step.sendReport(ada);
    const titles = async () => (await world.site.ask("ada", "/v1/incidents")).incidents.map(({ title }) => title);
    await until(async () => (await titles()).includes(`Under ${what}.`), "it is with the server, as Ada's");
    await step.openThread(ada);
    const inside = comes == "frame" ? ada.page.frameLocator("callpoint-widget iframe") : ada.page;
    if (comes == "form") await step.widget(ada.page).getByText("This view couldn't load.").waitFor();
    else {
      await inside.locator("callpoint-widget .timeline").waitFor();
      await inside.getByLabel("Reply").fill("Words from inside.");
      await inside.getByRole("button", { name: "Send", exact: true }).click();
      await inside.locator(".timeline .entry:not(.echo)").filter({ hasText: "Words from inside." }).first().waitFor();
    }
    if (comes == "frame") {
      await inside.getByRole("button", { name: "Close" }).click();
      await until(() => ada.page.evaluate(() => !document.querySelector("callpoint-widget").open), "its close button closes the panel");
      const addresses = ada.page.frames().map((frame) => frame.url());
      assert.ok(addresses.includes(wire.origin + "/embed"), addresses.join());
      assert.deepEqual(wire.asked.filter((url) => /eyJ/.test(url)), [], "no token stands in an address");
      await ada.page.evaluate(() => callpoint("shutdown"));
      await until(() => ada.page.frames().length === 1, "nothing of it is left");
    }
    const seen = await ada.page.evaluate(() => window.seen);
    assert.deepEqual([...new Set(seen.violations)].sort(), violations.map(named).sort());
    if (only) assert.ok(seen.dispositions.length > 0 && seen.dispositions.every((one) => one === only));
    assert.equal(said.length, comes == "whole" ? 0 : 1, said.join("\n"));
    for (const words of said) assert.match(words, /^callpoint: the page's Content Security Policy refuses WebAssembly; add 'wasm-unsafe-eval' to script-src; until then /);
    assert.deepEqual(seen.errors, []);
  });
}

test("in a frame a status and a thread of the page's show what they show elsewhere", async (t) => {
  const world = await World.create(t);
  const incident = await world.site.declare("ada", "Exports are empty.");
  const { origin } = world.site;
  const elements = `<callpoint-status variant="card"></callpoint-status><callpoint-thread incident="${incident}" style="block-size: 480px"></callpoint-thread>`;
  const html = page(origin, await world.site.token("ada")).replace("</h1>", `</h1>${elements}`);
  const policy = POLICIES["no 'wasm-unsafe-eval'"].policy;
  const host = await world.host({ "/": { html, policy } });
  const ada = await world.visitor("Ada", host.origin, { tolerates: /Content Security Policy|WebAssembly/ });
  const status = ada.page.frameLocator("callpoint-status iframe");
  await status.getByText("Degraded performance").waitFor();
  const thread = ada.page.frameLocator("callpoint-thread iframe");
  await thread.getByText("Exports are empty.").first().waitFor();
  await thread.getByLabel("Reply").fill("From a frame of its own.");
  await thread.getByRole("button", { name: "Send", exact: true }).click();
  await thread.locator(".timeline .entry:not(.echo)").filter({ hasText: "From a frame of its own." }).first().waitFor();
  const heights = () => ada.page.evaluate(() => ["callpoint-status", "callpoint-thread"].map((name) => document.querySelector(name).shadowRoot.querySelector("iframe").clientHeight));
  await until(async () => (await heights())[0] > 10 && (await heights())[0] < 200 && (await heights())[1] === 480, "each is as high as it has to be");
  await shoot(ada, "23-framed-elements");
  await ada.page.evaluate(() => callpoint("shutdown"));
  await until(() => ada.page.frames().length === 1, "nothing of it is left");
});

test("only the pages that may embed the widget get it in a frame", async (t) => {
  const world = await World.create(t, { CALLPOINT_ORIGINS: "https://app.vendor.example" });
  const answer = await fetch(world.site.origin + "/embed");
  const policy = answer.headers.get("content-security-policy");
  assert.match(policy, /frame-ancestors 'self' https:\/\/app\.vendor\.example(;|$)/);
  assert.match(policy, /default-src 'none'/);
  const html = `<!doctype html><title>A stranger</title><iframe src="${world.site.origin}/embed"></iframe>
<script>window.heard = []; addEventListener("message", ({ data }) => heard.push(data));</script>`;
  const host = await world.host({ "/": { html } });
  const stranger = await world.visitor("a stranger", host.origin, { tolerates: /frame-ancestors|ERR_/ });
  await stranger.page.waitForTimeout(500);
  assert.deepEqual(await stranger.page.evaluate(() => window.heard), []);
});

/** The addresses of every script that ours import, as their sources say them. */
const importedScripts = async () => {
  const folder = new URL("../../www/sdk/internal/", import.meta.url);
  const scripts = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
  const sources = await Promise.all(scripts.map((name) => readFile(new URL(name, folder), "utf8")));
  const imports = [...sources.join("\n").matchAll(/import\(.*?__(\w+)_URL__(?=[^_])(.*?)\)\s*[.),;]/g)];
  return imports.map(([, name, rest]) => {
    const query = rest.includes('"?"') ? "\\?en" : "";
    return new RegExp(`/assets/${name.toLowerCase()}-\\w+\\.js${query}${rest.includes('"#"') ? "#0" : ""}$`);
  });
};

test("a page can hold every script to its digest", async (t) => {
  const world = await World.create(t);
  const { origin } = world.site;
  const token = await world.site.token("ada");
  // The server was told to choose its port, so it does not know its own address.
  const map = (await (await fetch(origin + "/v1/integrity.json")).text()).replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, origin);
  const { integrity } = JSON.parse(map);
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A careful page</title><link rel="icon" href="data:,">
<script type="importmap">${map}</script>
<script>window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
callpoint("boot", { getToken: () => "${token}", locale: "en", backend: ["${origin}", "${origin}/"] });</script>
<script async crossorigin src="${origin}/v1/loader.js?lang=en" integrity="${integrity[origin + "/v1/loader.js?lang=en"]}"></script></head><body></body></html>`;
  const host = await world.host({ "/": { html } });
  const fetched = [];
  const ada = await world.visitor("Ada", "about:blank", { tolerates: /integrity|ERR_|digest/ });
  ada.page.on("request", (request) => request.resourceType() === "script" && fetched.push(request.url()));
  await ada.page.goto(host.origin);
  await step.openForm(ada);
  await step.takenOver(ada);
  assert.ok(fetched.length > 3, fetched.join());
  for (const address of fetched) assert.ok(integrity[address] ?? integrity[address + "#0"], `${address} has a digest`);
  const imported = await importedScripts();
  assert.ok(imported.length > 12, imported.join());
  for (const pattern of imported) assert.ok(Object.keys(integrity).some((address) => pattern.test(address)), `${pattern} has a digest`);

  const spoilt = async (pattern) => {
    await ada.page.route(pattern, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: Buffer.concat([await response.body(), Buffer.from("\n;window.spoilt = true;")]) });
    });
    await ada.page.goto(host.origin);
  };
  const refused = ada.page.waitForEvent("console", (line) => /digest.*\.wasm/s.test(line.text()));
  await spoilt("**/assets/*.wasm");
  await step.openForm(ada);
  await refused;
  await step.chooseLevel(ada, "SEV2");
  await step.field(ada).fill("The code was changed on its way.");
  await step.sendReport(ada);
  await ada.page.unroute("**/assets/*.wasm");
  await spoilt("**/assets/form*");
  await step.launcher(ada).click();
  await step.widget(ada.page).getByText("This didn't load").waitFor();
  assert.equal(await ada.page.evaluate(() => window.spoilt), undefined, "what was changed on the way never runs");
  await ada.page.unroute("**/assets/form*");
  await spoilt("**/v1/loader.js*");
  await ada.page.waitForTimeout(500);
  assert.equal(await ada.page.evaluate(() => window.spoilt ?? customElements.get("callpoint-widget")), undefined);
});
