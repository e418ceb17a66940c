// The server goes away in the middle of a thread, and the page does: nothing that was written is missed or doubled.
import assert from "node:assert/strict";
import test from "node:test";
import { World, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const LINE = /ERR_|Failed to load resource/;

/** The messages of the person's first incident, in order, as the server tells them. */
async function said(world, who) {
  const [{ id }] = (await world.site.ask(who, "/v1/incidents")).incidents;
  const { entries } = await world.site.ask(who, `/v1/incidents/${id}`);
  return entries.flatMap(({ change }) => (change.said ? [change.said.text] : []));
}

test("the server stops and starts while people write", async (t) => {
  const chapter = chapters(t);
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo?as=ada", { width: 390, tolerates: LINE });
  const mara = await world.visitor("Mara", world.site.origin + "/demo/console?as=mara", { tolerates: LINE });
  const offline = step.widget(ada.page).locator(".offline");
  const kept = ada.page.getByText("Saved on this device. We'll send it when you're back online.");

  await chapter("a thread is open on both sides", async () => {
    await step.openPanel(ada);
    await step.report(ada, "Artifacts do not download.");
    await step.openThread(ada);
    await step.openIncident(mara, "Artifacts do not download.");
    await step.write(ada, "Opening words.");
    await step.staffSees(mara, "Opening words.");
    await step.staffReply(mara, "First answer.");
    await step.readsOnce(ada, "First answer.");
  });

  await chapter("the server stops: the widget says so, and keeps what is written meanwhile", async () => {
    await world.site.stop();
    await offline.getByText("No connection. Last updated at").waitFor();
    await step.write(ada, "Meanwhile.");
    await step.entries(ada, "Meanwhile.").filter({ has: kept }).waitFor();
    await shoot(ada, "10-thread-offline");
    await mara.page.getByText("No connection. Last updated at").waitFor();
    await shoot(mara, "10-console-offline");
  });

  await chapter("it starts again: both reconnect by themselves, and nothing is missed or doubled", async () => {
    await world.site.start();
    await step.staffReply(mara, "Second answer.");
    await offline.waitFor({ state: "detached" });
    await step.readsOnce(ada, "Meanwhile.");
    await step.readsOnce(ada, "Second answer.");
    await step.staffSees(mara, "Meanwhile.");
    const words = await said(world, "ada");
    assert.deepEqual(words.toSorted(), ["First answer.", "Meanwhile.", "Opening words.", "Second answer."]);
    for (const text of words) await step.readsOnce(ada, text);
    assert.equal(await kept.count(), 0);
  });

  await chapter("a whole report waits the same way, and its receipt comes by itself", async () => {
    await step.back(ada);
    await world.site.stop();
    await offline.waitFor();
    await step.beginReport(ada, "Nothing answers at all.");
    await step.chooseLevel(ada, "SEV1");
    await step.widget(ada.page).getByRole("button", { name: "Send report" }).click();
    await kept.waitFor();
    assert.equal(await step.widget(ada.page).getByText("We've got your report.").count(), 0, "nothing is promised before the answer");
    await shoot(ada, "10-receipt-offline");
    await world.site.start();
    await step.widget(ada.page).getByText("We've got your report.").waitFor();
    await step.row(mara, "Nothing answers at all.").waitFor();
    const { incidents } = await world.site.ask("ada", "/v1/incidents");
    assert.equal(incidents.filter(({ title }) => title.startsWith("Nothing answers")).length, 1);
  });
});

test("a page that dies with an unsent message sends it, once, when it is opened again", async (t) => {
  const world = await World.create(t);
  const address = world.site.origin + "/demo?as=ada";
  const before = await world.visitor("Ada", address, { keeps: "ada", tolerates: LINE });
  await step.openPanel(before);
  await step.report(before, "Packages can't be published.");
  await step.openThread(before);
  await step.entries(before, "Packages can't be published.").waitFor();
  await world.site.stop();
  await step.write(before, "Written before the page died.");
  await step.entries(before, "Written before the page died.").getByText("Saved on this device").waitFor();
  await before.context.close();

  await world.site.start();
  const after = await world.visitor("Ada again", address, { keeps: "ada" });
  await until(async () => (await said(world, "ada")).length > 0, "the message is with the server, without a click");
  await step.openPanel(after);
  await step.openOwn(after, "Packages can't be published.");
  await step.readsOnce(after, "Written before the page died.");
  assert.deepEqual(await said(world, "ada"), ["Written before the page died."]);
});

test("words that were only begun are there again after the page was closed", async (t) => {
  const world = await World.create(t);
  const address = world.site.origin + "/demo?as=ada";
  const before = await world.visitor("Ada", address, { keeps: "ada" });
  await step.openPanel(before);
  await step.beginReport(before, "Half a sentence");
  await before.context.close();
  const after = await world.visitor("Ada again", address, { keeps: "ada" });
  await step.openPanel(after);
  await step.reportButton(after).click();
  await until(async () => (await step.widget(after.page).getByLabel("What's going wrong?").inputValue()) === "Half a sentence", "the words are there");
});
