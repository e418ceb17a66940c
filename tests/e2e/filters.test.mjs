// Staff narrow a queue and order it: by keys, kept in the address, and never with a count that is wrong.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, chapters, shoot, sidewaysScroll, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const at = ({ page }, place) => until(() => page.evaluate((place) => location.pathname + location.search === place, place), `the address ${place}`);
const heading = ({ page }, words) => until(async () => (await page.locator(".list h2").textContent()).trim() === words, `the heading ${words}`);

test("staff narrow a queue and order it, and the address keeps it", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
  await site.declare("gita", "Labels stop at the gate.");
  await site.declare("gita", "Scanners are slow.", { severity: 3 });
  const theo = await world.visitor("Theo", site.origin + "/demo/console?as=theo", { width: 1440 });
  const { page } = theo;
  const choose = (name, option) => page.getByRole("combobox", { name, exact: true }).selectOption({ label: option });
  const titles = () => page.locator(".rows .row-title").allTextContents();
  const shown = (...wanted) => until(async () => (await titles()).join() === wanted.join(), `the rows ${wanted}`);

  await chapter("f opens the choices with the focus in them, and Escape closes them", async () => {
    await heading(theo, "All open 3");
    await page.keyboard.press("f");
    await page.locator(".filters select:focus").first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".filters").waitFor({ state: "detached" });
    await page.locator(".list [data-incident]:focus").waitFor();
  });

  await chapter("an account, a severity and an order are in the address, and outlast a reload", async () => {
    await page.keyboard.press("f");
    await choose("Account", "Globex Logistics");
    await heading(theo, "All open 2 of 3");
    await choose("Severity", "SEV2");
    await shown("Labels stop at the gate.");
    await at(theo, "/console?account=globex&severity=2");
    await accessible(page, "the filters");
    await shoot(theo, "58-console-filters", undefined, [390, 1440]);
    assert.deepEqual(await sidewaysScroll(page), []);
    await page.reload();
    await heading(theo, "All open 1 of 3");
    await page.getByRole("button", { name: "Filter · 2" }).waitFor();
    await step.openIncident(theo, "Labels stop");
    await until(async () => (await page.evaluate(() => location.search)) === "?account=globex&severity=2", "the filter beside the incident");
    await page.goBack();
    await heading(theo, "All open 1 of 3");
  });

  await chapter("what nothing fits says so and is cleared; Back brings it again", async () => {
    await page.keyboard.press("f");
    await choose("Status", "Monitoring");
    await page.getByText("No incidents in this queue match these filters.").waitFor();
    await accessible(page, "a filter that nothing fits");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await heading(theo, "All open 3");
    await at(theo, "/console");
    await page.goBack();
    await page.getByText("No incidents in this queue match these filters.").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
  });

  await chapter("the roles that somebody has, and the order of the rest", async () => {
    await choose("Sort by", "Oldest first");
    await shown("The arm stops in its cell.", "Labels stop at the gate.", "Scanners are slow.");
    await choose("Sort by", "Newest first");
    await shown("Scanners are slow.", "Labels stop at the gate.", "The arm stops in its cell.");
    await choose("My role", "Any role of mine");
    await page.getByText("No incidents in this queue match these filters.").waitFor();
    await choose("My role", "With or without a role");
    await step.openIncident(theo, "The arm stops");
    await page.getByRole("button", { name: "Become commander" }).click();
    await page.goBack();
    await choose("My role", "Any role of mine");
    await shown("The arm stops in its cell.");
  });
});
