// The console: what staff do to an incident beside writing, by keyboard and pointer, against a real server.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const facts = ({ page }, words) => page.locator(".facts").getByText(words);
const press = ({ page }, name) => page.getByRole("button", { name, exact: true }).click();
const sends = ({ page }, name) => page.locator(".incident form.form").getByRole("button", { name }).click();

test("staff command, talk a severity over, merge, seal and close, all in one pane", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const acme = await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
  await site.declare("gita", "Labels stop at the gate.");
  await site.declare("hugo", "Payslips are late.", { severity: 1, class: "billing" });
  const theo = await world.visitor("Theo", site.origin + "/demo/console?as=theo", { width: 1440 });
  const { page } = theo;

  await chapter("j and k walk the rows, Enter opens one, and Escape returns to it", async () => {
    await step.row(theo, "The arm stops").waitFor();
    const stands = (words) => page.locator(".list [data-incident]:focus").filter({ hasText: words }).waitFor();
    await page.keyboard.press("j");
    await stands("The arm stops");
    await page.keyboard.press("j");
    await stands("Payslips");
    await page.keyboard.press("k");
    await stands("The arm stops");
    await page.keyboard.press("Enter");
    await page.locator("#incident-title:focus").waitFor();
    await page.keyboard.press("s");
    await page.locator(".incident form.form").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".incident form.form").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await stands("The arm stops");
    await page.getByText("Select an incident.").waitFor();
  });

  await chapter("the escalation policies are listed, and an incident says where it stands on its own", async () => {
    const policies = page.locator("summary").filter({ hasText: "Escalation policies" });
    await policies.click();
    const policy = page.locator(".policies li").filter({ hasText: "SEV1 · all classes except security" });
    await policy.getByText("Step 1: on-call, component owners. Escalates after 5").waitFor();
    await policy.getByText("Step 3: Theo Park.").waitFor();
    await accessible(page, "the escalation policies");
    await shoot(theo, "49-console-policies");
    await policies.click();
    await step.openIncident(theo, "The arm stops");
    await facts(theo, "Policy: SEV1 · all classes except security").waitFor();
    await facts(theo, /next: step 2 of 3 at .*, on-call \(secondary\)/).waitFor();
    await page.keyboard.press("Escape");
  });

  await chapter("digits choose a queue; nobody commands is said until somebody does", async () => {
    await step.row(theo, "The arm stops").waitFor();
    await page.keyboard.press("6");
    await page.locator(".list h2").getByText("Needs commander").waitFor();
    await step.openIncident(theo, "The arm stops");
    await accessible(page, "the console without a commander");
    await press(theo, "Become commander");
    await facts(theo, "commander: Theo Park").waitFor();
    assert.equal(await facts(theo, "No incident commander").count(), 0);
    await facts(theo, "Acknowledged, escalation stopped").waitFor();
    await page.keyboard.press("8");
  });

  await chapter("a role is handed to a colleague and released with a reason for staff", async () => {
    await page.keyboard.press("o");
    await page.getByRole("combobox", { name: "Assign technical lead to" }).selectOption({ label: "Mara Lind" });
    await facts(theo, "technical lead: Mara Lind").waitFor();
    await accessible(page, "the roles");
    await press(theo, "Release: technical lead");
    await page.getByLabel("Why? Only staff will see this.").fill("Not the robot.");
    await sends(theo, "Release");
    await step.staffSees(theo, "Not the robot.");
    await press(theo, "Set war room");
    await page.getByLabel(/War room link/).fill("http://meet.example/arm");
    await page.keyboard.press("Enter");
    await page.getByText("Enter a link that starts with https://").waitFor();
    await page.getByLabel(/War room link/).fill("https://meet.example/arm");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "War room" }).waitFor();
  });

  await chapter("led by the customer: lowering is a question; another engagement counts from the next incident on", async () => {
    await press(theo, "Lower severity for Acme Robotics");
    await page.getByRole("radio", { name: "SEV3" }).check();
    await page.getByLabel("Why? Acme Robotics will see this.").fill("It stops once a day.");
    await sends(theo, "Send request");
    await facts(theo, "Proposed SEV3, waiting for their reply").waitFor();
    await press(theo, "Engagement for Acme Robotics");
    await page.getByRole("radio", { name: /^Advisory/ }).check();
    await page.getByLabel("Auto-close after (hours)").fill("0");
    await sends(theo, "Apply to new incidents");
    await page.getByText("Enter a whole number of hours, 1 or more.").waitFor();
    await page.getByLabel("Auto-close after (hours)").fill("12");
    await sends(theo, "Apply to new incidents");
    await facts(theo, "Advisory for new incidents").waitFor();
    const next = await site.declare("ada", "The next one.", { severity: 3 });
    const [{ terms }] = (await site.ask("ada", `/v1/incidents/${next}`)).incident.stakes;
    assert.deepEqual([terms.engagement, terms.closure_minutes, terms.downgrade_minutes], ["advisory", 720, 240]);
    await step.compose(theo, "Update affected", "We know the cause.");
    await page.getByLabel("Workaround").fill("Restart the cell.");
    await press(theo, "Send update");
    await facts(theo, "Restart the cell.").waitFor();
    await shoot(theo, "50-console");
  });

  await chapter("two become one: the old one leads on, and its account's key is there", async () => {
    await step.openIncident(theo, "Labels stop");
    await press(theo, "Merge");
    await page.getByLabel(/Merge into which incident/).fill("arm");
    await accessible(page, "merging");
    await page.getByRole("radio", { name: /The arm stops/ }).check();
    await sends(theo, /Merge into NW-/);
    await facts(theo, /Merged into NW-/).waitFor();
    assert.equal(await step.row(theo, "Labels stop").count(), 0);
    await page.locator(".facts").getByRole("button", { name: /Open NW-/ }).click();
    await facts(theo, "Globex Logistics reported SEV2").waitFor();
    await site.command("theo", acme, { propose_resolution: { text: "Restarted." } });
    await facts(theo, /closes in 3\sd/).waitFor();
    await facts(theo, /no timeout/).waitFor();
    await site.command("gita", acme, { dispute: { reason: "Still stuck." } });
    await facts(theo, "Disputed once").waitFor();
    assert.match(await page.locator(".stake").first().innerText(), /Globex/);
    await shoot(theo, "51-console-disputed");
    await until(async () => (await site.ask("ada", `/v1/incidents/${acme}`)).incident.staff_read_to > 0, "staff have read it");
  });

  await chapter("sealed and opened again under another title; closed with a reason where that was agreed", async () => {
    await step.openIncident(theo, "Payslips");
    await press(theo, "Seal");
    await page.getByLabel("Why? Hugo Meyer will see this.").fill("Salaries are in it.");
    await sends(theo, "Seal");
    await facts(theo, /Sealed: only the reporter/).waitFor();
    await press(theo, "Unseal");
    await page.getByText("Nobody new gets to see earlier entries.").waitFor();
    await page.getByLabel("New title").fill("Payroll matter");
    await page.getByLabel("Why? The customer will see this.").fill("Nothing secret after all.");
    await sends(theo, "Unseal");
    await page.locator("#incident-title").getByText("Payroll matter").waitFor();
    await press(theo, "Close for Initech Payroll");
    await page.getByLabel("Why? Initech Payroll will see this.").fill("Fixed by phone.");
    await sends(theo, "Close for them");
    await facts(theo, "Closed by us").waitFor();
  });
});

/** In place of the browser's notifications: keeps what is shown, and what the person said when they were asked. */
function keepNotifications() {
  const said = "test: permission";
  window.shown = [];
  window.asked = 0;
  window.Notification = class extends EventTarget {
    static get permission() {
      return localStorage.getItem(said) ?? "default";
    }
    static async requestPermission() {
      window.asked += 1;
      localStorage.setItem(said, "granted");
      return "granted";
    }
    constructor(title, options) {
      super();
      Object.assign(this, { title, ...options });
      window.shown.push(this);
    }
    close() {
      this.closed = true;
    }
  };
  Document.prototype.hasFocus = () => !window.away;
}

test("staff are notified on the desktop while the console is in the background", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const arm = await site.declare("ada", "The arm stops in its cell.");
  const mara = await world.visitor("Mara", site.origin + "/demo/console?as=mara", { width: 1440 });
  const { page } = mara;
  // Signed in first: the link that signs in can be used once.
  await step.row(mara, "The arm stops").waitFor();
  await page.addInitScript(keepNotifications);
  await page.reload();
  const desktop = page.locator("summary").filter({ hasText: "Desktop notifications" });
  const says = (word) => desktop.filter({ hasText: `Desktop notifications · ${word}` }).waitFor();
  const shown = () => page.evaluate(() => window.shown.map(({ title, body, tag }) => ({ title, body, tag })));
  const leave = (away) => page.evaluate((away) => (window.away = away), away);
  const news = (count) => until(async () => (await shown()).length === count, `${count} notifications`);
  const fresh = (count) => step.row(mara, "The arm stops").filter({ hasText: `${count} new` }).waitFor();
  const { reference } = (await site.ask("ada", `/v1/incidents/${arm}`)).incident;

  await chapter("permission is asked for on a click only, and on is what was seen to work", async () => {
    await says("Off");
    assert.equal(await page.evaluate(() => window.asked), 0);
    await desktop.click();
    await accessible(page, "the switch for desktop notifications");
    await press(mara, "Turn on");
    await says("On");
    assert.equal(await page.evaluate(() => window.asked), 1);
    assert.deepEqual((await shown()).map(({ title }) => title), ["Desktop notifications are on"]);
  });

  await chapter("nothing while somebody looks, one notification of what a customer does behind their back", async () => {
    await site.command("ada", arm, { message: { text: "It stopped again." } });
    await fresh(1);
    await news(1);
    await leave(true);
    await site.command("ada", arm, { message: { text: "And again." } });
    await fresh(2);
    await news(2);
    const [, message] = await shown();
    assert.deepEqual(message, { title: `[${reference}] The arm stops in its cell.`, body: "Ada Marsh (Acme Robotics) wrote.", tag: arm });
  });

  await chapter("nothing of one's own actions or of other people's customers; a dispute is", async () => {
    await site.command("mara", arm, { propose_resolution: { text: "Restarted." } });
    await site.command("theo", arm, { message: { text: "Looks good.", to: "internal" } });
    await site.command("ada", arm, { dispute: { reason: "Still stuck." } });
    await news(3);
    assert.equal((await shown())[2].body, "Ada Marsh (Acme Robotics) said it's not fixed yet.");
  });

  await chapter("a click opens the incident", async () => {
    await page.evaluate(() => window.shown.at(-1).dispatchEvent(new Event("click")));
    await page.locator("#incident-title").getByText("The arm stops").waitFor();
    assert.equal(await page.evaluate(() => window.shown.at(-1).closed), true);
    await page.keyboard.press("Escape");
  });

  await chapter("the choice is kept on this device, and can be taken back", async () => {
    await page.reload();
    await says("On");
    assert.deepEqual([await page.evaluate(() => window.asked), await shown()], [0, []]);
    await desktop.click();
    await press(mara, "Turn off");
    await says("Off");
    await leave(true);
    await site.command("ada", arm, { message: { text: "Hello?" } });
    await fresh(1);
    assert.deepEqual(await shown(), []);
  });

  await chapter("where the browser blocks them, it says where to allow them", async () => {
    await page.evaluate(() => localStorage.setItem("test: permission", "denied"));
    await page.reload();
    await says("Blocked");
    await desktop.click();
    await page.getByText("Allow them in the site settings").waitFor();
    assert.equal(await page.getByRole("button", { name: "Turn on", exact: true }).count(), 0);
    await shoot(mara, "52-console-desktop");
  });
});

test("of a sealed incident a notification says only that there is news", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const theo = await world.visitor("Theo", site.origin + "/demo/console?as=theo", { width: 1440 });
  const { page } = theo;
  // The link is spent by then; what is loaded before that has no session yet.
  await page.getByText("Sign out").waitFor();
  await page.addInitScript(keepNotifications);
  await page.evaluate(() => localStorage.setItem("test: permission", "granted"));
  await page.reload();
  await page.locator("summary").filter({ hasText: "Desktop notifications" }).click();
  await press(theo, "Turn on");
  await page.locator("summary").filter({ hasText: "Desktop notifications · On" }).waitFor();
  await page.evaluate(() => (window.away = true));
  await site.declare("hugo", "Salaries are open to all.", { answers: { security: true } });
  const last = () => page.evaluate(() => (({ title, body }) => `${title} ${body}`)(window.shown.at(-1)));
  await until(async () => /\[NW-\d+\] New update/.test(await last()), "the news");
  assert.doesNotMatch(await last(), /Salaries|Hugo|Initech/);
});
