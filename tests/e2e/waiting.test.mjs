// A server that takes connections and never answers: whatever it holds back, the person soon reads how things are, and
// can go on.
import assert from "node:assert/strict";
import test from "node:test";
import { embed, hold } from "./embedding.mjs";
import { World } from "./harness.mjs";
import * as step from "./steps.mjs";

const NOISE = /ERR_|Failed to load resource/;
const panel = ({ page }) => step.widget(page).locator(".panel");

test("the form's own code never comes: there is a time limit, a way out and another try", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  let release;
  const ada = await visit("Ada", { tolerates: NOISE, prepare: async (page) => (release = await hold(page, "**/assets/form*")) });
  await step.launcher(ada).click();
  await panel(ada).getByText("Loading…").waitFor();
  await panel(ada).getByText("This didn't load").waitFor();
  await panel(ada).getByRole("link", { name: "Report a problem" }).waitFor();
  release();
  await panel(ada).getByRole("button", { name: "Try again" }).click();
  await step.field(ada).waitFor();
  assert.deepEqual((await ada.seen()).errors, []);
});

test("nothing but the form comes: it can be written in, says that the rest didn't load, and goes on by itself", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  const released = [];
  const silent = async (page) => {
    for (const pattern of ["**/*.wasm", "**/assets/element*", "**/v1/status", "**/v1/events"]) released.push(await hold(page, pattern));
  };
  const ada = await visit("Ada", { tolerates: NOISE, prepare: silent });
  const said = [];
  ada.page.on("console", (message) => message.text().startsWith("callpoint:") && said.push(message.text()));
  await step.openForm(ada);
  await ada.page.keyboard.type("Nothing answers.");
  await panel(ada).getByText("This didn't load").waitFor();
  await panel(ada).getByRole("button", { name: "Try again" }).waitFor();
  for (const release of released) release();
  await step.chooseLevel(ada, "SEV2");
  assert.equal(await step.field(ada).inputValue(), "Nothing answers.");
  await step.sendReport(ada);
});
