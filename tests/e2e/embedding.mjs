// A stranger's page around the widget, at another origin than the backend and under a policy of its own, which writes
// down what reaches it. It knows no screen of Callpoint.
import { until } from "./harness.mjs";

const NONCE = "c2VjcmV0";

/** A strict policy, with what else `script-src` allows, and which frames. */
export const policy = (allowed = "'wasm-unsafe-eval'", frames = "*") =>
  `script-src 'nonce-${NONCE}' 'strict-dynamic' ${allowed}; style-src 'self'; frame-src ${frames}; ` +
  "require-trusted-types-for 'script'; trusted-types 'none'; object-src 'none'; base-uri 'none'";

/** The page: `boot` is the code that boots the widget; `tokens` are at hand there. */
const embedding = (backend, tokens, boot) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Somebody else's page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<script nonce="${NONCE}">
  window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
  const tokens = ${JSON.stringify(tokens)};
  window.seen = { events: [], errors: [] };
  window.onerror = (message) => void seen.errors.push(String(message));
  addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
  for (const name of ["open", "close", "ready", "report", "error"]) callpoint("on", name, () => seen.events.push(name));
  ${boot}
</script>
<script nonce="${NONCE}" async src="${backend}/v1/loader.js"></script></head>
<body><h1>Somebody else's page</h1><p><input aria-label="The page's own field"></p></body></html>`;

export const BOOT = 'callpoint("boot", { getToken: () => tokens.ada });';

/** Somebody on that page, with a wire of their own to the backend; `visit` again for a new page of the same. */
export async function embed(world, { boot = BOOT, allowed, frames } = {}) {
  const wire = await world.relay();
  const tokens = { ada: await world.site.token("ada"), gita: await world.site.token("gita") };
  const host = await world.host({ "/": { html: embedding(wire.origin, tokens, boot), policy: policy(allowed, frames) } });
  const visit = async (name, { prepare, ...options } = {}) => {
    const visitor = await world.visitor(name, "about:blank", options);
    const { page } = visitor;
    if (prepare) await prepare(page);
    await page.goto(host.origin);
    await page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    const seen = () => page.evaluate(() => window.seen);
    const heard = (event) => until(async () => (await seen()).events.includes(event), `the page hears "${event}"`);
    return Object.assign(visitor, { wire, seen, heard });
  };
  return { wire, visit };
}

/** Holds every answer for `pattern` back until the answer of this is called; then it goes on, or otherwise as `then` says. */
export async function hold(page, pattern, then = (route) => route.continue()) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(pattern, async (route) => {
    await released;
    // Whoever left the page meanwhile needs no answer.
    await then(route).catch(() => {});
  });
  return release;
}

/** How often this address was written to. */
export const writes = (wire, address) => wire.written?.(address) ?? wire.asked.filter((url) => url === address).length;

/** Every pair of key and value that the device's outbox holds. */
export const stored = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const open = indexedDB.open("callpoint");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const database = open.result;
          const done = (pairs) => (database.close(), resolve(pairs));
          if (!database.objectStoreNames.contains("outbox")) return done([]);
          const store = database.transaction("outbox").objectStore("outbox");
          const keys = store.getAllKeys();
          const values = store.getAll();
          values.onsuccess = () => done(keys.result.map((key, at) => [key, values.result[at]]));
        };
      }),
  );
