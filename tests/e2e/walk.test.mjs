// The whole path, as three customers of two accounts, one of staff and a passer-by live through it.
import assert from "node:assert/strict";
import test from "node:test";
import { World, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const WORDS = "Pipelines stay queued and nobody can deploy the gripper firmware.";
const TITLE = "Delays in starting runs";
const NOTE = "Between us: the queue broker of cell 7 lost its quorum.";
const REPLY = "We see it as well and are on the broker now.";
const UPDATE = "Runs start late for some customers. We are working on it.";
const REASON = "Two of our jobs are still queued since lunch.";

test("an incident from its alarm to its end, as everybody sees it", async (t) => {
  const chapter = chapters(t);
  const world = await World.create(t);
  const wires = { ada: await world.relay(), ben: await world.relay(), gita: await world.relay(), passer: await world.relay() };
  const ada = await world.visitor("Ada", wires.ada.origin + "/demo?as=ada", { width: 390 });
  const ben = await world.visitor("Ben", wires.ben.origin + "/demo?as=ben");
  const gita = await world.visitor("Gita", wires.gita.origin + "/demo?as=gita", { scheme: "dark" });
  const passer = await world.visitor("passer-by", wires.passer.origin + "/");
  const mara = await world.visitor("Mara", world.site.origin + "/demo/console?as=mara");
  let reference;
  let incident;

  await chapter("before: all is well, for everybody", async () => {
    await passer.page.getByRole("heading", { name: "All systems operational" }).waitFor();
    await mara.page.getByText("No open incidents.").waitFor();
    await shoot(mara, "01-console-empty");
    await shoot(passer, "01-status-page-well");
    await step.openPanel(gita);
    await step.headline(gita, "All systems operational");
    await gita.page.getByText("You have no open incidents.").waitFor();
    await step.openPanel(ben);
    await shoot(ben, "01-home-empty");
    await shoot(gita, "01-home-empty-gita");
  });

  await chapter("Ada raises the alarm: questions, a hint with reasons, her own judgement, a receipt", async () => {
    await shoot(ada, "02-page-closed");
    await step.openPanel(ada);
    await step.reportButton(ada).click();
    await step.help(ada).waitFor();
    await shoot(ada, "02-report-empty");
    await step.widget(ada.page).getByLabel("What's going wrong?").fill(WORDS);
    await step.answer(ada, "Who is affected?", "Everyone");
    await step.answer(ada, "Is there a workaround?", "No");
    const hint = step.widget(ada.page).locator(".hint");
    await hint.getByText("We suggest SEV1").waitFor();
    assert.match(await hint.innerText(), /because nobody can work and there's no workaround/);
    await step.chooseLevel(ada, "SEV2");
    await hint.getByText("You chose SEV2. We'll use yours.").waitFor();
    await shoot(ada, "02-report-hint", "report");
    reference = await step.sendReport(ada);
    for (const words of [/We usually answer by .*\d/, "Your customer success manager: Mara Lind", /We'll reply in the thread/]) {
      await step.widget(ada.page).getByText(words).waitFor();
    }
    await shoot(ada, "02-receipt");
    await step.goHome(ada);
    await step.headline(ada, "You have 1 open incident · not acknowledged yet");
    await shoot(ada, "02-home-sent");
    await step.openOwn(ada, "Pipelines stay queued");
    await step.entries(ada, WORDS).waitFor();
    ({ id: incident } = (await world.site.ask("ada", "/v1/incidents")).incidents.find((one) => one.reference === reference));
  });

  await chapter("the console shows it without a reload; Mara takes it up", async () => {
    await step.row(mara, reference).waitFor();
    await step.openIncident(mara, reference);
    await step.staffSees(mara, WORDS);
    await shoot(mara, "03-console-new");
    await step.acknowledge(mara);
    await step.widget(ada.page).getByText("Acknowledged by Mara Lind").waitFor();
    await step.staffReply(mara, REPLY);
    await step.staffNote(mara, NOTE);
    await step.readsOnce(ada, REPLY);
    await step.entries(ada, REPLY).getByText("Customer success manager", { exact: true }).waitFor();
    await shoot(ada, "03-thread-answered", "thread");
    await shoot(mara, "03-console-answered");
  });

  await chapter("Ben sees his colleague's incident; Gita and the passer-by see nothing of it", async () => {
    await step.openOwn(ben, "Pipelines stay queued");
    await step.readsOnce(ben, REPLY);
    await step.write(ben, "Same here: the calibration run waits as well.");
    await step.readsOnce(ada, "Same here: the calibration run waits as well.");
    await shoot(ben, "04-thread-colleague");
    await gita.page.getByText("You have no open incidents.").waitFor();
    for (const secret of ["Pipelines stay queued", reference, incident, REPLY, NOTE]) {
      assert.deepEqual(wires.gita.heard(secret), [], `Gita was never sent "${secret}"`);
      assert.deepEqual(wires.passer.heard(secret), [], `nobody outside was ever sent "${secret}"`);
    }
  });

  await chapter("with the panel closed, the launcher counts what is unread; the thread is where she left it", async () => {
    const badge = step.widget(ada.page).locator(".badge");
    assert.equal(await badge.innerText(), "");
    await step.widget(ada.page).getByRole("button", { name: "Close", exact: true }).click();
    await step.staffReply(mara, "One more question: which region are your runners in?");
    await badge.getByText("1", { exact: true }).waitFor();
    await shoot(ada, "04-launcher-unread");
    await step.launcher(ada).click();
    await step.readsOnce(ada, "which region are your runners in?");
    await until(async () => (await badge.innerText()) === "", "nothing is unread any more");
  });

  await chapter("Mara makes it public, and a component degraded: everybody learns of it, in the public words", async () => {
    await step.publish(mara, { title: TITLE, impact: "Minor impact", next: "in 30 min", words: UPDATE });
    await mara.page.getByRole("combobox", { name: "Status", exact: true }).selectOption({ label: "Identified" });
    await shoot(mara, "05-console-publishing", "console");
    await mara.page.getByRole("button", { name: "Publish to everyone" }).click();
    await step.staffSees(mara, UPDATE);
    await step.setComponent(mara, "Actions", "Degraded performance");
    await step.headline(gita, "Degraded performance");
    await step.headline(gita, TITLE);
    await step.headline(gita, /Next update in (30:00|29:\d\d)/);
    await gita.page.locator("callpoint-status").getByText("Degraded performance").waitFor();
    await passer.page.getByRole("heading", { name: "Degraded performance" }).waitFor();
    await passer.page.getByText(UPDATE).first().waitFor();
    const card = passer.page.locator(`article[id="${reference}"]`);
    await card.getByText("Minor impact").waitFor();
    await card.locator(".state").getByText("Identified").waitFor();
    await shoot(gita, "05-home-public");
    await shoot(passer, "05-status-page-degraded", "status");
    await step.widget(gita.page).locator(".headline").click();
    await step.widget(gita.page).getByRole("heading", { name: "Status" }).waitFor();
    await shoot(gita, "05-status-public");
    await step.widget(gita.page).getByRole("button", { name: TITLE }).click();
    await step.readsOnce(gita, UPDATE);
    await shoot(gita, "05-thread-public");
    for (const secret of ["Pipelines stay queued", "gripper firmware", "Ada Marsh", "Acme Robotics", REPLY, NOTE]) {
      assert.deepEqual(wires.gita.heard(secret), [], `Gita was never sent "${secret}"`);
      assert.deepEqual(wires.passer.heard(secret), [], `nobody outside was ever sent "${secret}"`);
    }
  });

  await chapter("a resolution is proposed; Ada says that it is not fixed, and why", async () => {
    await step.propose(mara, "The broker was restarted; runs start at once again.");
    await step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" }).waitFor();
    await shoot(ada, "06-thread-question");
    await step.dispute(ada, REASON);
    await step.readsOnce(ada, REASON);
    await step.staffSees(mara, REASON);
    await mara.page.getByText("Disputed once").waitFor();
    assert.match(await step.queue(mara, /Disputed/).innerText(), /1$/);
    assert.equal(await step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" }).count(), 0);
    await shoot(ada, "06-thread-disputed");
    await shoot(mara, "06-console-disputed");
    await passer.page.locator(`[id="${reference}"] .state`).getByText("Investigating").waitFor();
  });

  await chapter("proposed again, confirmed: resolved and settled, everywhere", async () => {
    await step.propose(mara, "The two stuck jobs were started by hand.");
    await step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" }).waitFor();
    await step.setComponent(mara, "Actions", "Operational");
    await step.confirm(ada);
    await step.widget(ada.page).getByText("Resolved and confirmed").waitFor();
    await step.widget(ada.page).locator(".facts summary").getByText("Resolved", { exact: true }).waitFor();
    await step.widget(ben.page).getByText("Resolved and confirmed").waitFor();
    await mara.page.locator(".facts").getByText("Fix confirmed").waitFor();
    await mara.page.locator(".facts").getByText("Resolved", { exact: true }).waitFor();
    await passer.page.getByRole("heading", { name: "All systems operational" }).waitFor();
    await step.widget(gita.page).locator(".facts summary").getByText("Resolved", { exact: true }).waitFor();
    await shoot(ada, "07-thread-settled");
    await shoot(mara, "07-console-settled");
    await shoot(gita, "07-thread-resolved");
    await shoot(passer, "07-status-page-after");
    await step.queue(mara, /Recently closed/).click();
    await step.row(mara, reference).waitFor();
    await step.back(ada);
    await step.widget(ada.page).getByText("Recently closed").waitFor();
    await shoot(ada, "07-home-after");
  });

  await chapter("to the end, the note reached nobody but staff", async () => {
    for (const [who, wire] of Object.entries(wires)) {
      assert.deepEqual(wire.heard(NOTE), [], `${who} was never sent the note`);
      assert.deepEqual(wire.heard("cell 7"), [], `${who} was never sent a word of the note`);
    }
    assert.ok(wires.ada.heard(REPLY).some((url) => url === "/v1/events"), "the relay does hear the stream");
    await until(() => wires.ben.heard(REPLY).length > 0, "and what Ben was sent");
  });
});

test("a security worry is sealed: its reporter and the security staff, nobody else", async (t) => {
  const world = await World.create(t);
  const wires = { ben: await world.relay(), gita: await world.relay(), mara: await world.relay() };
  const ada = await world.visitor("Ada", world.site.origin + "/demo?as=ada");
  const ben = await world.visitor("Ben", wires.ben.origin + "/demo?as=ben");
  const gita = await world.visitor("Gita", wires.gita.origin + "/demo?as=gita");
  const mara = await world.visitor("Mara", wires.mara.origin + "/demo/console?as=mara");
  const theo = await world.visitor("Theo", world.site.origin + "/demo/console?as=theo");
  for (const customer of [ada, ben, gita]) await step.openPanel(customer);
  for (const staff of [mara, theo]) await staff.page.getByText("No open incidents.").waitFor();

  await step.beginReport(ada, "Our access tokens stand in a public build log.");
  await step.worry(ada);
  await step.widget(ada.page).getByText("Only you and Northwind's security team will see this.").waitFor();
  const reference = await step.sendReport(ada);
  await step.openThread(ada);
  await step.widget(ada.page).getByText("Sealed: only you and the security team").waitFor();
  await step.openIncident(theo, reference);
  await step.staffReply(theo, "The tokens are withdrawn.");
  await step.readsOnce(ada, "The tokens are withdrawn.");
  assert.equal(await theo.page.getByRole("radio", { name: "Public update", exact: true }).count(), 0);
  await shoot(ada, "08-thread-sealed");
  await shoot(theo, "08-console-sealed");

  // What comes after it on everybody's stream has come: whatever was to be told of the sealed one was told before.
  await step.back(ada);
  await step.report(ada, "An ordinary problem.");
  await step.row(mara, "An ordinary problem.").waitFor();
  await step.widget(ben.page).getByText("An ordinary problem.").waitFor();
  for (const [who, wire] of Object.entries(wires)) {
    for (const secret of ["access tokens", "The tokens are withdrawn", reference]) {
      assert.deepEqual(wire.heard(secret), [], `${who} was never sent "${secret}"`);
    }
  }
  assert.equal(await step.row(mara, reference).count(), 0);
});

test("in a long thread, what is new and what is asked come into view", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo?as=ada");
  const mara = await world.visitor("Mara", world.site.origin + "/demo/console?as=mara");
  await step.openPanel(ada);
  await step.report(ada, "A long story.");
  await step.openThread(ada);
  await step.openIncident(mara, "A long story.");
  for (let part = 1; part <= 9; part++) await step.staffReply(mara, `Part ${part} of the long story, in two lines of words, so that the panel is soon full.`);
  await step.readsOnce(ada, "Part 9");
  const inView = (found) => until(() => found.evaluate((one) => {
    const edge = one.closest(".app").querySelector(".composer").getBoundingClientRect().top;
    const { top } = one.getBoundingClientRect();
    return top > 0 && top < edge;
  }), "it is in view", 3_000);
  await t.test("a new entry, for whoever was reading at the end", () => inView(step.entries(ada, "Part 9")));
  const facts = step.widget(ada.page).locator(".facts");
  const share = () => facts.evaluate((card) => card.offsetHeight / card.closest(".app").offsetHeight);
  await t.test("the facts never take half of it, and two lines once somebody scrolls", async () => {
    assert.ok((await share()) < 0.5);
    await step.entries(ada, "Part 9").hover();
    await ada.page.mouse.wheel(0, -300);
    await until(async () => !(await facts.evaluate((card) => card.open)), "they are folded");
    assert.ok((await share()) < 0.15);
    await shoot(ada, "09-long-thread");
  });
  await t.test("what one writes while reading further up", async () => {
    await step.write(ada, "I am still here.");
    await inView(step.entries(ada, "I am still here."));
  });
  await step.propose(mara, "The end of the story.");
  const question = step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" });
  await question.waitFor();
  await t.test("the closing question", () => inView(question));
  await step.back(ada);
  await step.openOwn(ada, "A long story.");
  await question.waitFor();
  await t.test("and the question again, when the thread is opened later", () => inView(question));
});
