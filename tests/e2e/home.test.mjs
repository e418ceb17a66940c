// Home when there is much on it: what is severe comes first, what is mine stands apart, and one can be found.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, shoot } from "./harness.mjs";
import * as step from "./steps.mjs";

test("many incidents are grouped, folded and searchable", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  for (let arm = 1; arm <= 9; arm++) await site.declare("ada", `Arm ${arm} of the line stops.`, { severity: arm === 4 ? 1 : 3 });
  for (let gate = 1; gate <= 2; gate++) await site.declare("ben", `Gate ${gate} stays shut.`);
  const ada = await world.visitor("Ada", site.origin + "/demo?as=ada", { width: 390 });
  const panel = step.widget(ada.page);
  await step.openPanel(ada);
  await step.headline(ada, "You have 11 open incidents · not all acknowledged yet");
  const rows = panel.locator(".row");
  const group = (name) => panel.locator("h2", { hasText: name }).locator("+ .rows .row");
  await t.test("mine first, the most severe of them on top; a colleague's apart", async () => {
    await group("Your incidents").first().waitFor();
    assert.match(await group("Your incidents").first().innerText(), /Arm 4[^]*SEV1[^]*Waiting for Northwind/);
    assert.equal(await group("Your incidents").count(), 6);
    assert.equal(await group("Others at Acme Robotics").count(), 2);
    await accessible(ada.page, "home with much on it", "callpoint-widget");
    await shoot(ada, "09-home-many");
  });
  await t.test("all of a group are one press away", async () => {
    await rows.filter({ hasText: "Arm 1 " }).waitFor({ state: "hidden" });
    await panel.getByText("Show all 9").click();
    await rows.filter({ hasText: "Arm 1 " }).waitFor();
  });
  await t.test("one is found by its words or its reference", async () => {
    const search = panel.getByRole("searchbox", { name: "Search incidents" });
    await search.fill("gate 2");
    await rows.filter({ hasText: "Gate 2" }).waitFor();
    assert.equal(await rows.count(), 1);
    await search.fill("nothing of the kind");
    await panel.getByText("No incident matches.").waitFor();
  });
});
