// Where staff are in the console: every queue and every incident has an address, a title and a way back, and sign-in
// leads to where somebody was going.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const at = ({ page }, place) => until(() => page.evaluate((place) => location.pathname + location.search + location.hash === place, place), `the address ${place}`);
const titled = ({ page }, title) => until(async () => (await page.title()) === title, `the title ${title}`);
const shows = ({ page }, title) => page.locator("#incident-title").getByText(title).waitFor();
const inQueue = ({ page }, name) => page.locator(".list h2").getByText(name).waitFor();

test("every queue and every incident has an address, a title and a way back", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const arm = await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
  const secret = await site.declare("hugo", "Salaries are open to all.", { answers: { security: true } });
  await site.declare("gita", "Labels stop at the gate.");
  const referenceOf = async (id, who) => (await site.ask(who, `/v1/incidents/${id}`)).incident.reference;
  const [reference, sealed] = [await referenceOf(arm, "ada"), await referenceOf(secret, "hugo")];
  const theo = await world.visitor("Theo", site.origin + "/demo/console?as=theo", { width: 1440, tolerates: /status of 404/ });
  const { page } = theo;

  await chapter("an incident is an address, and Back is the queue with its row at hand", async () => {
    await step.row(theo, "The arm stops").waitFor();
    await titled(theo, "All open · Northwind");
    await at(theo, "/console");
    await page.keyboard.press("1");
    await inQueue(theo, "Waiting on us");
    await at(theo, "/console/queue/waiting-on-us");
    await titled(theo, "Waiting on us · Northwind");
    await step.openIncident(theo, "The arm stops");
    await at(theo, `/console/incidents/${reference}?queue=waiting-on-us`);
    await titled(theo, `${reference} The arm stops in its cell. · Northwind`);
    await page.goBack();
    await page.locator(".list [data-incident]:focus").filter({ hasText: "The arm stops" }).waitFor();
    await inQueue(theo, "Waiting on us");
    await page.goBack();
    await inQueue(theo, "All open");
    await page.goForward();
    await page.goForward();
    await shows(theo, "The arm stops");
    await inQueue(theo, "Waiting on us");
  });

  await chapter("a reload, a reference and an id lead to the same, and Escape to the queue", async () => {
    await page.reload();
    await shows(theo, "The arm stops");
    await inQueue(theo, "Waiting on us");
    await page.goto(`${site.origin}/console/incidents/${arm}`);
    await shows(theo, "The arm stops");
    await inQueue(theo, "All open");
    await page.goto(`${site.origin}/console#incident=${arm}`);
    await shows(theo, "The arm stops");
    await at(theo, `/console/incidents/${arm}`);
    await page.keyboard.press("Escape");
    await at(theo, "/console");
  });

  await chapter("the title of what is sealed stays off the tab", async () => {
    await step.openIncident(theo, "Salaries");
    await titled(theo, `${sealed} · Northwind`);
  });

  await chapter("an address that leads nowhere says so, with a way back", async () => {
    for (const [place, words] of [
      ["/console/incidents/NW-999999", "This incident doesn't exist, or you don't have access to it."],
      ["/console/incidents/0192f3a0-0000-7000-8000-00000000dead", "This incident doesn't exist, or you don't have access to it."],
      ["/console/queue/nope", "There's no page at this address."],
    ]) {
      await page.goto(site.origin + place);
      await page.getByRole("alert").getByText(words).waitFor();
      await accessible(page, place);
      if (place.endsWith("nope")) await shoot(theo, "53-console-nowhere");
      await page.getByRole("button", { name: "Show all open incidents" }).click();
      await step.row(theo, "The arm stops").waitFor();
      await at(theo, "/console");
    }
  });
});

test("a link from a page or a mail survives sign-in, and leads nowhere but into the console", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const arm = await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
  const mara = await world.visitor("Mara", `${site.origin}/console/incidents/${arm}`, { width: 1440 });
  const { page } = mara;

  await chapter("whoever is not signed in gets there by the link that signs in, in another tab too", async () => {
    await page.getByText("You're not signed in").waitFor();
    const other = await mara.context.newPage();
    await other.goto(site.origin + "/demo/console?as=mara");
    await other.locator("#incident-title").getByText("The arm stops").waitFor();
    assert.equal(new URL(other.url()).pathname, `/console/incidents/${arm}`);
    await other.close();
    await page.bringToFront();
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow")));
    await shows(mara, "The arm stops");
  });

  await chapter("it is used once, and what somebody else wrote there is no place", async () => {
    for (const kept of ["//evil.example/console", "https://evil.example", "javascript:alert(1)", "/demo", "/console/../demo"]) {
      await page.evaluate((kept) => localStorage.setItem("callpoint:console:wanted", `${Date.now()} ${kept}`), kept);
      await page.goto(site.origin + "/console");
      await inQueue(mara, "All open");
      await at(mara, "/console");
      assert.equal(await page.evaluate(() => localStorage.getItem("callpoint:console:wanted")), null);
    }
  });

  await chapter("what was wanted long ago is not where anybody goes", async () => {
    await page.evaluate((arm) => localStorage.setItem("callpoint:console:wanted", `${Date.now() - 3_700_000} /console/incidents/${arm}`), arm);
    await page.goto(site.origin + "/console");
    await inQueue(mara, "All open");
    await at(mara, "/console");
  });
});

test("staff go to queues and write by keys alone, and typing is never taken for a key", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
  const theo = await world.visitor("Theo", site.origin + "/demo/console?as=theo", { width: 1440 });
  const { page } = theo;

  await step.row(theo, "The arm stops").waitFor();
  await chapter("g and a letter go to a queue, n begins a note, and ? lists the keys", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await inQueue(theo, "Waiting on them");
    await at(theo, "/console/queue/waiting-on-them");
    await page.keyboard.press("g");
    await page.keyboard.press("n");
    await inQueue(theo, "No update scheduled");
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await step.openIncident(theo, "The arm stops");
    await page.keyboard.press("n");
    await page.locator(".compose:focus").waitFor();
    await page.keyboard.type("gone? j/k");
    await page.getByRole("button", { name: "Add internal note" }).click();
    await step.staffSees(theo, "gone? j/k");
    await page.locator("#incident-title").click();
    await page.keyboard.press("?");
    await page.locator(".keys summary:focus").waitFor();
    await page.locator(".keys").getByText("Waiting on them").waitFor();
    await accessible(page, "the keys");
    await shoot(theo, "56-console-keys", undefined, [1440]);
    await page.keyboard.press("?");
    await page.locator(".keys dl").waitFor({ state: "detached" });
  });
});
