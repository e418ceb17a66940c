// One incident from its report to its end a month later, as six people live through it: Ada, who reports it on her phone,
// Ben, her colleague, Gita of another account, Mara, who looks after both, Theo, who is in command, and Nora, the executive
// who ends it for an account that no longer answers. The clock is the server's, and is moved.
import assert from "node:assert/strict";
import test from "node:test";
import { World, chapters, shoot } from "./harness.mjs";
import * as step from "./steps.mjs";

const HOUR = 60;
const DAY = 24 * HOUR;

/** A token runs out while time passes; the widget fetches another. */
const EXPIRED = /status of 401/;

const WORDS = "Nobody can release a robot: every pipeline waits.";
const TITLE = "Pipelines wait in the queue";
const UPDATE = "Pipelines wait longer than usual. We have found the cause.";

test("an incident from its report to its end, as six people live through it", async (t) => {
  const chapter = chapters(t);
  const world = await World.create(t, { CALLPOINT_ENGAGEMENT_SILENCE_REMINDERS: "1", CALLPOINT_ENGAGEMENT_REMINDER_DAYS: "3" });
  const { site } = world;
  const customer = (who, look) => world.visitor(who, `${site.origin}/demo?as=${who}`, { ...look, tolerates: EXPIRED });
  const staff = (who, look) => world.visitor(who, `${site.origin}/demo/console?as=${who}`, { ...look, tolerates: EXPIRED });
  const ada = await customer("ada", { width: 390 });
  const ben = await customer("ben", { scheme: "dark" });
  const gita = await customer("gita", { width: 390, scheme: "dark" });
  const [mara, theo] = [await staff("mara"), await staff("theo", { scheme: "dark" })];
  const passer = await world.visitor("passer-by", site.origin + "/", { width: 390 });
  let incident;
  let reference;
  // Time passes for the server alone here: a console learns of it when it is opened.
  const passes = async (minutes) => {
    await site.pass(minutes);
    for (const one of [mara, theo]) {
      await one.page.getByText("Sign out").waitFor();
      await one.page.reload();
      await step.openIncident(one, reference);
    }
  };

  await chapter("Ada reports in three steps, and reads what comes next", async () => {
    await step.openForm(ada);
    await step.field(ada).fill(WORDS);
    await step.chooseLevel(ada, "SEV1");
    reference = await step.sendReport(ada);
    for (const words of [/We usually answer by .*\d/, "Your customer success manager: Mara Lind", /We'll reply in the thread/]) {
      await step.widget(ada.page).getByText(words).waitFor();
    }
    await shoot(ada, "80-receipt");
    await step.goHome(ada);
    await step.headline(ada, "You have 1 open incident · not acknowledged yet");
    await shoot(ada, "80-home");
    ({ id: incident } = (await site.ask("ada", "/v1/incidents")).incidents.find((one) => one.reference === reference));
    await step.openLink(ada, incident);
  });

  await chapter("nobody takes it up: Ada reads that the answer is late, staff who was paged and that nothing could be", async () => {
    await passes(45);
    await step.entries(ada, "First response is overdue").waitFor();
    await step.staffSees(mara, "no connector is set up");
    await shoot(ada, "81-late");
    await shoot(mara, "81-console-late");
  });

  await chapter("Theo takes command; a reply of Mara's is an answer", async () => {
    await step.acknowledge(theo);
    await step.widget(ada.page).getByText("Acknowledged by Theo Park").waitFor();
    await site.command("theo", incident, { assign_role: { role: "commander", person: "theo" } });
    await step.staffReply(mara, "We see it too. Theo is on it, and I stay with you here.");
    await step.readsOnce(ada, "We see it too.");
    await step.openLink(ben, incident);
    await step.write(ben, "Our night release is blocked as well.");
    await step.readsOnce(ada, "Our night release is blocked as well.");
    await shoot(ada, "82-thread");
    await shoot(ben, "82-thread-colleague");
    await shoot(theo, "82-console-commander");
  });

  await chapter("it becomes public with a promise; Gita is affected too", async () => {
    await step.publish(mara, { title: TITLE, impact: "Major impact", next: "in 30 min", words: UPDATE });
    await mara.page.getByRole("combobox", { name: "Status", exact: true }).selectOption({ label: "Identified" });
    await mara.page.getByRole("button", { name: "Publish to everyone" }).click();
    await step.staffSees(mara, UPDATE);
    await step.openPanel(gita);
    await step.headline(gita, TITLE);
    await shoot(gita, "83-home-public");
    await step.openLink(gita, incident);
    await step.sayIt(gita, "We're affected too", { level: "SEV2", send: "We're affected too" });
    await step.facts(gita, "SEV2").waitFor();
    await passer.page.reload();
    await passer.page.getByText(UPDATE).first().waitFor();
    await shoot(gita, "83-joined");
    await shoot(passer, "83-status-page");
  });

  await chapter("the promise is broken, and everybody who was given it reads so", async () => {
    await passes(31);
    for (const who of [ada, gita]) await step.entries(who, "The update we promised is late").waitFor();
    await passer.page.reload();
    await passer.page.locator(".duties .late").first().waitFor();
    await shoot(ada, "84-promise-late");
    await shoot(passer, "84-status-page-late");
    await shoot(mara, "84-console-late");
  });

  await chapter("a lower severity is proposed to Ada, who refuses it and says why", async () => {
    await site.command("mara", incident, { propose_downgrade: { account: "acme", severity: 2, reason: "Short pipelines run." } });
    await step.widget(ada.page).getByRole("heading", { name: /proposes SEV2/ }).waitFor();
    await shoot(ada, "85-downgrade");
    await step.sayIt(ada, "No, keep SEV1", { label: "Why is it more severe for you?", words: "A release is never short.", send: "Keep SEV1" });
    await step.readsOnce(ada, "A release is never short.");
    await step.staffSees(mara, "A release is never short.");
  });

  await chapter("Ada disputes the first fix: Gita is no longer asked to confirm it", async () => {
    await step.propose(mara, "The queue was restarted.");
    for (const who of [ada, gita]) await step.widget(who.page).getByRole("heading", { name: "Is it fixed for you?" }).waitFor();
    await shoot(gita, "86-question");
    await step.dispute(ada, "Two pipelines still wait.");
    await step.staffSees(mara, "Two pipelines still wait.");
    await step.widget(gita.page).getByRole("heading", { name: "Is it fixed for you?" }).waitFor({ state: "detached" });
    await shoot(ada, "86-disputed");
    await shoot(gita, "86-asked-no-more");
  });

  await chapter("the second fix ends it for Gita and for the public; Ada's own thread stays open", async () => {
    await step.propose(mara, "The two pipelines were started by hand.");
    await step.confirm(gita);
    await theo.page.getByRole("button", { name: "Resolved", exact: true }).click();
    await step.widget(gita.page).getByText("Resolved and confirmed").waitFor();
    await passer.page.reload();
    await passer.page.getByRole("heading", { name: "All systems operational" }).waitFor();
    await theo.page.getByText(/Still open for Acme/).waitFor();
    await step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" }).waitFor();
    await shoot(ada, "87-own-thread");
    await shoot(gita, "87-confirmed");
    await shoot(theo, "87-console-still-open");
    await shoot(passer, "87-status-page-after");
  });

  await chapter("a month of silence and reminders later an executive closes it for Acme, and says why", async () => {
    for (let days = 0; days < 30; days += 5) await site.pass(5 * DAY);
    const nora = await staff("nora");
    await step.openIncident(nora, reference);
    await nora.page.getByRole("button", { name: "Close for Acme Robotics", exact: true }).click();
    await nora.page.getByText("They will see your name and your reason, and can reopen this.").waitFor();
    await shoot(nora, "88-executive");
    await nora.page.getByLabel("Why? Acme Robotics will see this.").fill("Every pipeline has run since, and we wrote to you four times.");
    await nora.page.getByRole("button", { name: "Close for them" }).click();
    const again = await customer("ada", { width: 390 });
    await step.openLink(again, incident);
    await step.entries(again, "closed this on your behalf as an executive").filter({ hasText: "Every pipeline has run since" }).waitFor();
    await shoot(again, "88-closed-by-executive");
    await step.back(again);
    await step.widget(again.page).getByText("Recently closed").waitFor();
    await shoot(again, "88-home-after");
    const mailbox = await world.visitor("mailbox", site.origin + "/demo/mail");
    await mailbox.page.getByText("Ada Marsh").first().waitFor();
    await shoot(mailbox, "88-mailbox");
    assert.equal(await passer.page.getByText("night release").count(), 0, "no word of an account is on the public page");
  });
});
