// The practice of customer reliability engineering as people feel it: who lowers a severity, who ends an incident, what
// happens when nobody answers, and who learns of what. Acme leads its incidents, Globex shares the keys, Initech is
// advised.
import assert from "node:assert/strict";
import test from "node:test";
import { World, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const HOUR = 60;
const DAY = 24 * HOUR;

/** A token runs out while time passes; the widget fetches another. */
const EXPIRED = /status of 401/;

const public_ = (words, title, more = {}) => ({
  update: { text: words, to: "public", publish: { title, impact: "minor", components: [] }, ...more },
});
const lower = (account, severity, reason) => ({ propose_downgrade: { account, severity, reason } });
const proposed = { propose_resolution: { text: "The queue was restarted." } };

/** Somebody at their product's page with the panel at one thread. */
async function at(world, who, incident, look) {
  const visitor = await world.visitor(who, `${world.site.origin}/demo?as=${who}`, { ...look, tolerates: EXPIRED });
  await step.openLink(visitor, incident);
  return visitor;
}

/** Waits until the server knows that somebody of the account has read the reminder: only then their silence counts. */
const reminded = (site, who, id) =>
  until(async () => {
    const { incident } = await site.ask(who, `/v1/incidents/${id}`);
    return JSON.stringify(incident.stakes).includes('"reminded":true');
  }, "the reminder is read");

test("a severity is talked over as each account has agreed", async (t) => {
  const chapter = chapters(t);
  const world = await World.create(t);
  const { site } = world;

  await chapter("advised: it is lowered at once, with a reason that the customer reads", async () => {
    const id = await site.declare("hugo", "Payslips are late.", { severity: 1 });
    const hugo = await at(world, "hugo", id, { width: 390 });
    await step.facts(hugo, "SEV1").waitFor();
    await site.command("mara", id, lower("initech", 3, "Only one of forty jobs waits."));
    await step.facts(hugo, "SEV3").waitFor();
    await step.readsOnce(hugo, "Only one of forty jobs waits.");
    await step.sayIt(hugo, "Change severity", { level: "SEV1", label: /What changed/, words: "Now it is all of them.", send: "Update severity" });
    await step.facts(hugo, "SEV1").waitFor();
    await shoot(hugo, "50-advised");
  });

  await chapter("shared: refused, agreed, and taken as agreed when the time is over", async () => {
    const id = await site.declare("gita", "Labels stop at the gate.", { severity: 1 });
    const gita = await at(world, "gita", id, { width: 390 });
    const asked = step.widget(gita.page).getByRole("heading", { name: /proposes SEV3/ });
    await site.command("mara", id, lower("globex", 3, "Printing from the browser works."));
    await asked.waitFor();
    await step.widget(gita.page).getByText("We'll lower this in 4 hours").waitFor();
    await step.facts(gita, "SEV1").waitFor();
    await shoot(gita, "51-shared-asked", "downgrade");
    await step.sayIt(gita, "No, keep SEV1", { label: "Why is it more severe for you?", words: "The gate has no browser.", send: "Keep SEV1" });
    await step.readsOnce(gita, "The gate has no browser.");
    assert.equal(await asked.count(), 0);
    await site.command("mara", id, lower("globex", 2, "We sent somebody to the gate."));
    await step.widget(gita.page).getByRole("button", { name: "Yes, we agree" }).click();
    await step.facts(gita, "SEV2").waitFor();
    await site.command("mara", id, lower("globex", 3, "All but one gate prints."));
    await asked.waitFor();
    await site.pass(3 * HOUR + 1);
    await step.entries(gita, "Reminder: please tell us").waitFor();
    await reminded(site, "gita", id);
    await site.pass(HOUR);
    await step.facts(gita, "SEV3").waitFor();
    await step.entries(gita, "Lowered automatically to SEV3: no reply").waitFor();
    await shoot(gita, "51-shared-silence");
  });

  await chapter("led by the customer: nobody else lowers it, however long it takes", async () => {
    const id = await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
    const ada = await at(world, "ada", id);
    await site.command("mara", id, lower("acme", 3, "It stops once a day."));
    await step.widget(ada.page).getByText("The severity stays as it is until you reply.").waitFor();
    await site.pass(30 * DAY);
    await site.command("mara", id, { message: { text: "A month later.", to: { account: "acme" } } });
    await step.readsOnce(ada, "A month later.");
    await step.facts(ada, "SEV1").waitFor();
    await step.widget(ada.page).getByRole("button", { name: "Yes, we agree" }).click();
    await step.facts(ada, "SEV3").waitFor();
    await shoot(ada, "52-led");
  });
});

test("an incident ends by every key, and what was disputed twice is worse", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const id = await site.declare("ada", "Webhooks of the fleet are late.", { severity: 3 });
  await site.command("mara", id, public_("Webhooks are late.", "Late webhooks"));
  const ada = await at(world, "ada", id, { width: 390 });
  const gita = await world.visitor("gita", site.origin + "/demo?as=gita", { width: 390, tolerates: EXPIRED });
  const hugo = await world.visitor("hugo", site.origin + "/demo?as=hugo", { width: 390, scheme: "dark", tolerates: EXPIRED });

  await chapter("while Gita types, what is open is offered; it is them too", async () => {
    await step.openPanel(gita);
    await step.beginReport(gita, "Our webhooks come late");
    const offered = step.widget(gita.page).locator(".suggested");
    await offered.getByText("If one is your problem, join it").waitFor();
    await offered.getByRole("button", { name: /Late webhooks/ }).waitFor();
    await step.chooseLevel(gita, "SEV2");
    await shoot(gita, "53-looks-like", "suggestion");
    await offered.getByText("Is it one of these?").click();
    await offered.getByText("If one is your problem, join it").waitFor({ state: "hidden" });
    await step.field(gita).fill("Our webhooks come late, in the depot.");
    await step.back(gita);
    await step.reportButton(gita).click();
    await offered.getByRole("button", { name: "We're affected too" }).click();
    const note = step.widget(gita.page).getByLabel(/Add a note/);
    assert.equal(await note.inputValue(), "Our webhooks come late, in the depot.", "what was typed goes along");
    assert.ok(await step.widget(gita.page).getByRole("radio", { name: /SEV2/ }).isChecked(), "and what was chosen");
    await shoot(gita, "53-joining");
    await note.fill("Our webhooks come late, in the depot. Since nine.");
    await step.widget(gita.page).getByRole("button", { name: "We're affected too" }).click();
    await step.readsOnce(gita, "Since nine.");
    await step.goHome(gita);
    await step.reportButton(gita).click();
    assert.equal(await step.field(gita).inputValue(), "", "what went along is not there again");
    await step.goHome(gita);
    await step.openOwn(gita, /Late webhooks/);
    await step.facts(gita, "SEV2").waitFor();
    assert.equal(await step.facts(gita, "Other customers are affected too").count(), 0, "two accounts are not many");
    assert.equal(await step.facts(ada, "Other customers are affected too").count(), 0);
  });

  await chapter("from three accounts on, each of them may know that it is not alone", async () => {
    await step.openLink(hugo, id);
    await step.sayIt(hugo, "We're affected too", { level: "SEV3", send: "We're affected too" });
    for (const who of [ada, gita, hugo]) await step.facts(who, "Other customers are affected too").waitFor();
    for (const [who, others] of [[ada, /Globex|Initech|depot/], [gita, /Acme|Initech|fleet/], [hugo, /Acme|Globex|depot|fleet/]]) {
      assert.doesNotMatch(await step.widget(who.page).locator(".panel").innerText(), others);
    }
    await shoot(ada, "54-others-too");
  });

  await chapter("Ada and Hugo confirm, Gita disputes; the work goes on, and their word stands", async () => {
    await site.command("mara", id, proposed);
    await step.widget(gita.page).getByText("We'll close this in 3 days").waitFor();
    for (const who of [ada, hugo]) await step.confirm(who);
    await step.dispute(gita, "Two of our depots still wait.");
    for (const who of [ada, hugo, gita]) await step.facts(who, "Investigating").waitFor();
    assert.equal(await step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" }).count(), 0);
    await site.command("mara", id, proposed);
    await step.dispute(gita, "One still waits.");
    await step.facts(gita, "SEV1").waitFor();
    for (const who of [ada, hugo, gita]) {
      await step.entries(who, "Our severity rules raised it.").waitFor();
      assert.equal(await step.entries(who, "disputed more than once").count(), 0, "what one account did is not told");
    }
    await shoot(gita, "55-disputed-twice");
    await site.command("mara", id, proposed);
    await step.confirm(gita);
    for (const who of [ada, hugo, gita]) await step.widget(who.page).getByText("Resolved and confirmed").waitFor();
  });

  await chapter("not fixed after all: opened again within its window, and not after it", async () => {
    await site.pass(2 * DAY);
    await step.sayIt(ada, "It's back – reopen", { label: "What's still wrong?", words: "It is back since this morning.", send: "Reopen" });
    await step.facts(ada, "Investigating").waitFor();
    // It is back for Ada; whether it is for the others, the vendor says.
    await step.widget(hugo.page).getByText("Resolved and confirmed").waitFor();
    await site.command("mara", id, { message: { text: "We look at the fleet.", to: { account: "acme" } } });
    await step.readsOnce(ada, "We look at the fleet.");
    const summary = step.widget(hugo.page).locator(".facts > summary");
    assert.doesNotMatch(await summary.innerText(), /Investigating/);
    await shoot(ada, "56-opened-again");
    await site.command("mara", id, proposed);
    await step.confirm(ada);
    await step.widget(ada.page).getByText("Resolved and confirmed").waitFor();
    await site.pass(15 * DAY);
    const refused = await site.command("ada", id, { reopen: { reason: "Again." } }).catch((error) => error.message);
    assert.match(refused, /too_late/);
  });
});

test("one silent account keeps its own thread open, and nobody else's page", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const id = await site.declare("gita", "Builds wait for an hour.");
  await site.command("mara", id, public_("Builds are slow.", "Slow builds"));
  for (const who of ["ada", "hugo"]) await site.command(who, id, { join: { severity: 2 } });
  await site.command("mara", id, proposed);
  for (const who of ["gita", "hugo"]) await site.command(who, id, { confirm: {} });
  const ada = await at(world, "ada", id, { width: 390 });
  const gita = await at(world, "gita", id, { width: 390 });
  const mara = await world.visitor("Mara", site.origin + "/demo/console?as=mara", { tolerates: EXPIRED });
  const passer = await world.visitor("passer-by", site.origin + "/");
  await passer.page.getByRole("heading", { name: "Degraded performance" }).waitFor();
  await step.openIncident(mara, "Builds wait for an hour.");
  await mara.page.getByRole("button", { name: "Resolved", exact: true }).click();
  await passer.page.getByRole("heading", { name: "All systems operational" }).waitFor();
  await step.widget(gita.page).getByText("Resolved and confirmed").waitFor();
  await mara.page.getByText(/Still open for Acme/).waitFor();
  await shoot(mara, "61-still-open-for");
  await site.pass(33 * DAY);
  await site.command("mara", id, { message: { text: "Are you fine?", to: { account: "acme" } } });
  await step.readsOnce(ada, "Are you fine?");
  await step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" }).waitFor();
  await step.facts(ada, "Waiting for your reply").waitFor();
  await shoot(ada, "61-own-thread");
  await passer.page.reload();
  await passer.page.getByRole("heading", { name: "All systems operational" }).waitFor();
  await step.confirm(ada);
  await step.widget(ada.page).getByText("Resolved and confirmed").waitFor();
});

test("an account that leads and never answers: an executive closes for it, says why, and it can come back", async (t) => {
  const way = { EXECUTIVES: "mara", SILENCE_DAYS: "10", SILENCE_REMINDERS: "2", REMINDER_DAYS: "3" };
  const settings = Object.entries(way).map(([key, value]) => ["CALLPOINT_ENGAGEMENT_" + key, value]);
  const world = await World.create(t, Object.fromEntries(settings));
  const { site } = world;
  const id = await site.declare("ada", "Builds wait for an hour.");
  await site.command("mara", id, proposed);
  const console = (who) => world.visitor(who, `${site.origin}/demo/console?as=${who}`, { tolerates: EXPIRED });
  const mara = await console("mara");
  await step.openIncident(mara, "Builds wait for an hour.");
  await mara.page.getByText(/Only customer can close, or an executive after 10 days/).waitFor();
  for (const reached of [1, 2]) {
    await site.pass(4 * DAY);
    await mara.page.getByText(`reminders delivered: ${reached} of 2`).waitFor();
  }
  await site.pass(3 * DAY);
  // Days pass for the server alone here; the console learns of it when it is opened.
  await mara.page.reload();
  await step.openIncident(mara, "Builds wait for an hour.");
  await mara.page.getByRole("button", { name: "Close for Acme Robotics", exact: true }).click();
  await mara.page.getByText("They will see your name and your reason, and can reopen this.").waitFor();
  await shoot(mara, "62-executive");
  await mara.page.getByLabel("Why? Acme Robotics will see this.").fill("We see no slow build since the restart.");
  await mara.page.getByRole("button", { name: "Close for them" }).click();
  const ada = await at(world, "ada", id, { width: 390 });
  await step.entries(ada, "closed this on your behalf as an executive").filter({ hasText: "We see no slow build" }).waitFor();
  await shoot(ada, "62-closed-by-executive");
  await step.sayIt(ada, "It's back – reopen", { label: "What's still wrong?", words: "I was away. They still wait.", send: "Reopen" });
  await step.facts(ada, "Investigating").waitFor();
});

test("a closure that nobody answers is announced, and counts when its time is over", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const id = await site.declare("gita", "Manifests are empty.");
  await site.command("mara", id, proposed);
  const gita = await at(world, "gita", id, { width: 390 });
  await step.widget(gita.page).getByText(/We'll close this in/).waitFor();
  await shoot(gita, "57-counted-down");
  await site.pass(55 * HOUR);
  await step.entries(gita, "Reminder: please tell us").waitFor();
  await reminded(site, "gita", id);
  await site.pass(18 * HOUR);
  await step.entries(gita, "Closed automatically: no reply").waitFor();
  await step.widget(gita.page).getByText("Resolved and closed").waitFor();
});

test("a promise that is broken is said to everybody it was given to, and pages staff", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const id = await site.declare("ada", "Deploys hang.", { severity: 2 });
  const next_update = Date.now() + 30 * 60_000;
  await site.command("mara", id, public_("We look into it.", "Deploys hang", { next_update }));
  const ada = await at(world, "ada", id, { width: 390 });
  const gita = await at(world, "gita", id);
  const passer = await world.visitor("passer-by", "about:blank", { width: 390 });
  // A device whose clock is wrong; the server's is what counts.
  await passer.page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() + 5 * 3_600_000;
  });
  await passer.page.goto(site.origin + "/");
  await passer.page.locator(".duties").getByText(/^(30:00|29:\d\d)$/).waitFor();
  await step.facts(gita, /Next update in/).waitFor();
  await site.pass(31);
  await passer.page.locator(".duties .late").getByText(/^Late: was due .* UTC$/).waitFor();
  await shoot(passer, "58-status-page-late");
  for (const who of [ada, gita]) await step.entries(who, "The update we promised is late").waitFor();
  await step.facts(gita, /Next update was due at/).waitFor();
  await shoot(ada, "58-promise-broken");
  const mara = await world.visitor("Mara", site.origin + "/demo/console?as=mara");
  await step.openIncident(mara, "Deploys hang");
  await step.staffSees(mara, "The update we promised is late");
});

test("two incidents of two accounts become one; a sealed third stays closed", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const wires = { ada: await world.relay(), gita: await world.relay(), ben: await world.relay() };
  const one = await site.declare("ada", "Firmware builds time out.");
  const two = await site.declare("gita", "Customs builds time out.", { severity: 1 });
  const sealed = await site.declare("hugo", "Salaries stand in a log.", { answers: { security: true } });
  await site.command("gita", two, { message: { text: "The Rotterdam depot waits." } });
  const open = async (who, id) => {
    const visitor = await world.visitor(who, `${wires[who].origin}/demo?as=${who}`, { width: 390 });
    await step.openLink(visitor, id);
    return visitor;
  };
  const ada = await open("ada", one);
  const gita = await open("gita", two);
  const refused = await site.command("theo", sealed, { merge: { into: one } }).catch((error) => error.message);
  assert.match(refused, /cant_merge/);
  await site.command("mara", two, { merge: { into: one } });
  await step.facts(gita, /NW-/).waitFor();
  await step.write(gita, "And the Antwerp one.");
  await step.readsOnce(gita, "And the Antwerp one.");
  await step.readsOnce(gita, "The Rotterdam depot waits.");
  await until(async () => (await site.ask("gita", `/v1/incidents/${two}`)).incident.merged_into === one, "the old one says where it went on");
  await step.openLink(gita, two);
  await step.readsOnce(gita, "The Rotterdam depot waits.");
  // How bad it is for an account is its own: nobody else's judgement shows.
  await step.facts(ada, "SEV2").waitFor();
  await step.facts(gita, "SEV1").waitFor();
  await step.write(ada, "Cell 9 is stuck too.");
  await step.readsOnce(ada, "Cell 9 is stuck too.");
  await shoot(gita, "59-merged");
  for (const secret of ["Globex", "Customs builds", "Rotterdam", "Gita"]) assert.deepEqual(wires.ada.heard(secret), [], secret);
  for (const secret of ["Acme", "Firmware builds", "Cell 9", "Ada Marsh"]) assert.deepEqual(wires.gita.heard(secret), [], secret);
  for (const wire of [wires.ada, wires.gita]) assert.deepEqual(wire.heard("Salaries"), []);
});

test("a sealed report is found by nobody but its reporter, whom they let in, and security staff", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const wires = { ben: await world.relay(), gita: await world.relay(), mara: await world.relay(), passer: await world.relay() };
  const secret = "Build logs show our signing key.";
  const ben = await world.visitor("Ben", wires.ben.origin + "/demo?as=ben");
  const gita = await world.visitor("Gita", wires.gita.origin + "/demo?as=gita");
  const mara = await world.visitor("Mara", wires.mara.origin + "/demo/console?as=mara");
  const passer = await world.visitor("passer-by", wires.passer.origin + "/");
  for (const who of [ben, gita]) await step.openPanel(who);
  const id = await site.declare("ada", secret, { severity: 1, answers: { security: true } });
  const looks = [`/v1/incidents/${id}`, "/v1/incidents", "/v1/status", "/v1/suggestions?text=signing%20key%20build%20logs"];
  for (const who of ["ben", "gita", "mara", null]) {
    assert.equal(await site.status(who, looks[0]), 404, `${who} finds no thread`);
  }
  for (const [who, wire] of Object.entries(wires)) {
    const person = who === "passer" ? null : who;
    for (const look of looks) await site.status(person, look);
    assert.deepEqual(wire.heard("signing key"), [], who);
  }
  for (const look of looks.slice(1)) {
    for (const who of ["ben", "gita"]) assert.doesNotMatch(JSON.stringify(await site.ask(who, look)), /signing key/, `${who} ${look}`);
  }
  await step.beginReport(ben, "signing key in build logs");
  await step.beginReport(gita, "signing key in build logs");
  await site.declare("ada", "Something ordinary.");
  await step.row(mara, "Something ordinary.").waitFor();
  assert.equal(await step.row(mara, "signing key").count(), 0);
  for (const wire of Object.values(wires)) assert.deepEqual(wire.heard("Build logs show"), []);

  const ada = await at(world, "ada", id);
  await step.invite(ada, { colleague: "Ben Ortiz" });
  await until(async () => (await site.status("ben", `/v1/incidents/${id}`)) === 200, "Ben may see it");
  assert.equal(await site.status("gita", `/v1/incidents/${id}`), 404);

  await step.invite(ada, { email: "cleo" });
  await step.widget(ada.page).getByText("Choose a colleague, or enter an email address.").waitFor();
  await step.widget(ada.page).getByLabel("Their work email").fill("cleo@acme.example");
  await step.widget(ada.page).getByRole("button", { name: "Invite a colleague", exact: true }).click();
  await step.facts(ada, "cleo@acme.example (invited, hasn't signed in yet)").waitFor();

  const theo = await world.visitor("Theo", site.origin + "/demo/console?as=theo");
  await step.openIncident(theo, "signing key");
  await theo.page.getByRole("button", { name: "Give access", exact: true }).click();
  await theo.page.getByRole("radio", { name: /Mara Lind/ }).click();
  await theo.page.getByRole("button", { name: "Give Mara Lind access" }).click();
  await step.entries(ada, "gave Mara Lind (Northwind) access to this").waitFor();
  await step.row(mara, "signing key").waitFor();
  await shoot(ada, "60-sealed");
  assert.ok(passer.page);
});

test("a drill runs all of it, is marked, and nobody outside learns of it", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const ada = await world.visitor("Ada", site.origin + "/demo?as=ada&drill", { width: 390 });
  const gita = await world.visitor("Gita", site.origin + "/demo?as=gita");
  const passer = await world.visitor("passer-by", site.origin + "/");
  await step.widget(ada.page).getByText("Drill", { exact: true }).waitFor();
  await step.widget(ada.page).getByLabel("What's going wrong?").fill("We rehearse the big outage.");
  await step.chooseLevel(ada, "SEV1");
  await step.sendReport(ada);
  await step.openThread(ada);
  await step.facts(ada, "Drill").waitFor();
  await shoot(ada, "61-drill");
  const mara = await world.visitor("Mara", site.origin + "/demo/console?as=mara");
  await step.openIncident(mara, "We rehearse the big outage.");
  await mara.page.locator("article.incident").getByText("Drill", { exact: true }).first().waitFor();
  await step.openPanel(gita);
  await step.headline(gita, "All systems operational");
  await passer.page.getByRole("heading", { name: "All systems operational" }).waitFor();
});
