// A product in Rust whose pages have Callpoint as Yew components: no script of Callpoint's, one WebAssembly, at another
// origin than the backend and under a strict policy.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { accessible, chapters, shoot, until, World } from "./harness.mjs";
import * as step from "./steps.mjs";

const built = new URL("../../target/web-gen/release/yew-host/", import.meta.url);
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src http://127.0.0.1:*; img-src data:; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'";

/** The product as its own server gives it. */
const product = async (backend, tokens) => {
  const js = "text/javascript";
  const page = await readFile(new URL("../hosts/yew/index.html", import.meta.url), "utf8");
  const own = Object.entries(tokens).map(([who, token]) => ["/callpoint-token/" + who, { html: token, type: "text/plain" }]);
  return {
    "/": { html: page.replace("{{backend}}", backend), policy: POLICY },
    "/main.js": { html: 'import init from "/yew-host.js"; init({ module_or_path: "/yew-host_bg.wasm" });', type: js },
    "/yew-host.js": { html: await readFile(new URL("yew-host.js", built)), type: js },
    "/yew-host_bg.wasm": { html: await readFile(new URL("yew-host_bg.wasm", built)), type: "application/wasm" },
    ...Object.fromEntries(own),
  };
};

test("a product in Rust has Callpoint as components", async (t) => {
  assert.ok(existsSync(built), "the product is built by `cargo xtask test e2e`");
  const chapter = chapters(t);
  const world = await World.create(t);
  const { site } = world;
  const wire = await world.relay();
  const tokens = { ada: await site.token("ada"), gita: await site.token("gita") };
  const host = await world.host(await product(wire.origin, tokens));
  const ada = await world.visitor("Ada", host.origin);
  const { page } = ada;
  const thread = page.locator("callpoint-thread");
  const inThread = (words) => thread.locator(".timeline .entry:not(.echo)").filter({ hasText: words });
  const keys = () => page.locator("#keys").innerText();
  let incident;

  await chapter("its header says how things are, without a script of Callpoint's", async () => {
    await page.locator("callpoint-status").getByText("All systems operational").waitFor();
    assert.deepEqual(wire.asked.filter((url) => !url.startsWith("/v1/events")), []);
    await until(() => wire.open("/v1/events") === 1, "one stream for all of it");
  });

  await chapter("its launcher has the product's picture, and its form the product's words", async () => {
    const picture = step.launcher(ada).locator("img");
    await until(() => picture.evaluate((image) => image.complete && image.naturalWidth === 24), "the picture is there");
    await step.openForm(ada);
    assert.equal(await step.field(ada).getAttribute("placeholder"), "Which parcels are late?");
  });

  await chapter("a report goes through from the launcher, and Rust hears of it", async () => {
    const field = step.field(ada);
    await until(() => field.evaluate((field) => field.getRootNode().activeElement === field), "the form has the focus");
    await page.keyboard.type("Exports from Rust never finish.");
    assert.equal(await field.inputValue(), "Exports from Rust never finish.");
    await step.chooseLevel(ada, "SEV2");
    await shoot(ada, "80-yew-form");
    const reference = await step.sendReport(ada);
    await page.locator("#receipt").getByText(`Your report is ${reference}`).waitFor();
    assert.equal(await keys(), "0", "what is typed into the panel reaches none of the product's handlers");
  });

  await chapter("the thread stands in the page, and takes neither the focus nor the scroll", async () => {
    await inThread("Exports from Rust never finish.").waitFor();
    const at = await page.evaluate(() => [document.activeElement.localName, scrollY]);
    assert.deepEqual(at, ["callpoint-widget", 0], "the focus is where it was: in the panel");
    await page.keyboard.press("Escape");
    await step.widget(page).locator(".panel").waitFor({ state: "hidden" });
    const focused = await page.evaluate(() => document.querySelector("callpoint-widget").shadowRoot.activeElement?.className);
    assert.equal(focused, "launcher");
    await accessible(page, "the product");
    await shoot(ada, "80-yew-thread");
  });

  await chapter("both sides write in it", async () => {
    const { incidents } = await site.ask("ada", "/v1/incidents");
    incident = incidents.find(({ title }) => title.startsWith("Exports from Rust")).id;
    await site.command("mara", incident, { message: { text: "We restart the exporter.", to: { account: "acme" } } });
    await inThread("We restart the exporter.").waitFor();
    await thread.getByLabel("Reply").fill("It finishes again, slowly.");
    await thread.getByRole("button", { name: "Send", exact: true }).click();
    await inThread("It finishes again, slowly.").waitFor();
    assert.equal(await inThread("It finishes again, slowly.").count(), 1);
    assert.equal(await keys(), "0");
  });

  await chapter("the product's own button opens a view, and gets the focus back", async () => {
    const help = page.getByRole("button", { name: "Is anything wrong?" });
    await help.click();
    await step.widget(page).getByRole("heading", { name: "Status" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Is anything wrong?");
    await page.getByLabel("Search").press("x");
    assert.equal(await keys(), "1", "the product's own keys still reach it");
  });

  await chapter("signed out, nothing is left; who comes next sees nothing of it", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await until(() => wire.open("/v1/events") === 0, "no stream");
    assert.equal(await page.locator("callpoint-widget, callpoint-status, callpoint-thread").count(), 0);
    await page.getByRole("button", { name: "Sign in as Gita" }).click();
    await step.openPanel(ada);
    await step.widget(page).getByText("You have no open incidents.").waitFor();
    assert.equal(await step.widget(page).getByText("Exports from Rust").count(), 0);
    await until(() => wire.open("/v1/events") === 1, "one stream");
  });
});
