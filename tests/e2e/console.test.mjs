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

  await chapter("digits choose a queue; nobody commands is said until somebody does", async () => {
    await step.row(theo, "The arm stops").waitFor();
    await page.keyboard.press("4");
    await page.locator(".list h2").getByText("Needs commander").waitFor();
    await step.openIncident(theo, "The arm stops");
    await accessible(page, "the console without a commander");
    await press(theo, "Become commander");
    await facts(theo, "commander: Theo Park").waitFor();
    assert.equal(await facts(theo, "No incident commander").count(), 0);
    await page.keyboard.press("6");
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
