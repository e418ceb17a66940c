// One incident's thread as an element in somebody else's page: it is read and written there, and never takes the focus
// or the scroll from the page.
import assert from "node:assert/strict";
import test from "node:test";
import { policy } from "./embedding.mjs";
import { accessible, shoot, until, World } from "./harness.mjs";
import * as step from "./steps.mjs";

const NONCE = policy().match(/'nonce-([^']+)'/)[1];

/** A long page with the thread at its end. */
const page = (backend, token, incident) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>An order in somebody else's product</title><link rel="icon" href="data:,">
<script nonce="${NONCE}">
  window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
  window.keys = [];
  document.addEventListener("keydown", ({ key }) => keys.push(key));
  callpoint("boot", { getToken: () => ${JSON.stringify(token)} });
</script>
<script nonce="${NONCE}" async src="${backend}/v1/loader.js"></script></head>
<body><main><h1>An order</h1><p><label>Note <input></label></p>${"<p>Another line of the order.</p>".repeat(80)}
<callpoint-thread incident="${incident}"></callpoint-thread></main></body></html>`;

test("a thread stands in a page and leaves the page alone", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const token = await site.token("ada");
  const first = await site.declare("ada", "The order can't be paid.");
  const second = await site.declare("ada", "The order has no invoice.");
  const { reference } = (await site.ask("ada", `/v1/incidents/${second}`)).incident;
  const host = await world.host({ "/": { html: page(site.origin, token, first), policy: policy() } });
  const ada = await world.visitor("Ada", host.origin);
  const thread = ada.page.locator("callpoint-thread");
  const stands = (words) => thread.locator(".timeline .entry:not(.echo)").filter({ hasText: words }).first();
  const readTo = async (incident) => (await site.ask("ada", `/v1/incidents/${incident}`)).incident.stakes[0].read_to;
  const focus = () => ada.page.evaluate(() => document.activeElement.localName);

  await t.test("it comes by itself, and the page keeps its focus and its place", async () => {
    await ada.page.getByLabel("Note").focus();
    await stands("The order can't be paid.").waitFor({ state: "attached" });
    assert.deepEqual([await focus(), await ada.page.evaluate(() => scrollY)], ["input", 0]);
    await site.command("mara", first, { message: { text: "We ask the payment provider.", to: { account: "acme" } } });
    await stands("We ask the payment provider.").waitFor({ state: "attached" });
    assert.deepEqual([await focus(), await ada.page.evaluate(() => scrollY)], ["input", 0]);
    assert.equal(await thread.getByRole("button", { name: "Back" }).count(), 0, "it leads nowhere else");
  });

  await t.test("it counts as read once somebody can see its end", async () => {
    const before = await readTo(first);
    await site.command("mara", first, { message: { text: "They answer within the hour.", to: { account: "acme" } } });
    await stands("They answer within the hour.").waitFor({ state: "attached" });
    assert.equal(await readTo(first), before, "nobody has seen it");
    await thread.getByLabel("Reply").scrollIntoViewIfNeeded();
    await until(async () => (await readTo(first)) > before, "it is read");
  });

  await t.test("what is written in it is sent, and reaches no shortcut of the page", async () => {
    await thread.getByLabel("Reply").click();
    await ada.page.keyboard.type("We wait.");
    await thread.getByRole("button", { name: "Send", exact: true }).click();
    await stands("We wait.").waitFor();
    assert.deepEqual(await ada.page.evaluate(() => keys), []);
    await accessible(ada.page, "the page with the thread");
    await shoot(ada, "81-thread-element");
  });

  await t.test("another incident, by its reference, takes its place", async () => {
    await thread.evaluate((element, reference) => element.setAttribute("incident", reference), reference);
    await stands("The order has no invoice.").waitFor();
    assert.equal(await stands("The order can't be paid.").count(), 0);
  });

  await t.test("it goes on beside the panel, which may show the same", async () => {
    await ada.page.evaluate((incident) => callpoint("open", incident), second);
    await step.entries(ada, "The order has no invoice.").first().waitFor();
    await ada.page.keyboard.press("Escape");
    await site.command("mara", second, { message: { text: "Here is your invoice.", to: { account: "acme" } } });
    await stands("Here is your invoice.").waitFor();
  });

  await t.test("taken out, it asks for nothing more; put back, it is there again", async () => {
    await ada.page.evaluate(() => {
      window.kept = document.querySelector("callpoint-thread");
      kept.remove();
    });
    await ada.page.evaluate(() => document.querySelector("main").append(kept));
    await stands("Here is your invoice.").waitFor();
  });
});
