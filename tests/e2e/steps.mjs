// The steps that people take, in the words that stand on their screens. Each waits for what a person would see.
import assert from "node:assert/strict";

/** The widget on a page. */
export const widget = (page) => page.locator("callpoint-widget");
const button = (page, name) => widget(page).getByRole("button", { name, exact: true });

// --- a customer ------------------------------------------------------------------------------------------------

/** The button that opens the panel; the page in it has one of the same name. */
export const launcher = ({ page }) => widget(page).locator(".launcher");

/** The button on the home page that begins a report. */
export const reportButton = ({ page }) => widget(page).locator(".panel").getByRole("button", { name: "Report a problem", exact: true });

/** Opens the panel, goes home from the form that it may open with, and waits until home knows how things are. */
export async function openPanel({ page }) {
  await launcher({ page }).click();
  await goHome({ page });
}

/** Home, from wherever the open panel is. */
export async function goHome({ page }) {
  const home = widget(page).getByRole("button", { name: /View full status/ });
  await home.or(button(page, "Back")).first().waitFor();
  if (await home.isHidden()) await button(page, "Back").click();
  await home.waitFor();
}

/** Opens the panel with its form; whether that is the instant one or already the widget's is not seen. */
export async function openForm({ page }) {
  await launcher({ page }).click();
  await field({ page }).waitFor();
}

/** What is going wrong. */
export const field = ({ page }) => widget(page).getByLabel("What's going wrong?");

/** What only the widget's own form has: it helps to choose. */
export const help = ({ page }) => widget(page).getByText("Help me choose");

/** Waits until the widget's own form stands there. */
export const takenOver = ({ page }) => help({ page }).waitFor();

/** Answers one of the guided questions, unfolded first. */
export async function answer({ page }, question, reply) {
  const group = widget(page).getByRole("group", { name: question });
  if (await group.isHidden()) await help({ page }).click();
  await group.getByRole("button", { name: reply, exact: true }).click();
}

/** Says that it could be a security issue, or no longer. */
export const worry = ({ page }) => widget(page).getByLabel("This could be a security issue").click();

/** From the home page to the open form with these words in it. */
export async function beginReport({ page }, what) {
  await reportButton({ page }).click();
  await widget(page).getByLabel("What's going wrong?").fill(what);
}

/** Chooses how bad it is. */
export const chooseLevel = ({ page }, name) => widget(page).getByRole("radio", { name: new RegExp(name) }).click();

/** Sends the report and reads the reference on the receipt. */
export async function sendReport({ page }) {
  await button(page, "Send report").click();
  await widget(page).getByText("We've got your report.").waitFor();
  const receipt = await widget(page).getByRole("status").filter({ hasText: "Reference" }).innerText();
  const [reference] = receipt.match(/NW-\d+/) ?? [];
  assert.ok(reference, `a reference stands in: ${receipt}`);
  return reference;
}

/** A whole report in a few words, as far as its receipt. */
export async function report(who, what, { level = "SEV2" } = {}) {
  await beginReport(who, what);
  await chooseLevel(who, level);
  return sendReport(who);
}

export const openThread = ({ page }) => button(page, "Open thread").click();
export const back = ({ page }) => button(page, "Back").click();

/** Opens one of the person's own incidents from the home page. */
export const openOwn = ({ page }, title) => widget(page).locator(".rows").getByRole("button", { name: title }).click();

/** Writes into the thread that is open. */
export async function write({ page }, words) {
  await widget(page).getByLabel("Reply").fill(words);
  await button(page, "Send").click();
}

/** The entries of the open thread that hold these words, as they stand on the timeline; echoes count. */
export const entries = ({ page }, words) => widget(page).locator(".timeline .entry").filter({ hasText: words });

/** Waits until these words are on the timeline as the server has them, exactly once. */
export async function readsOnce(who, words) {
  await entries(who, words).and(who.page.locator(":not(.echo)")).first().waitFor();
  assert.equal(await entries(who, words).count(), 1, `"${words}" stands there once`);
}

/** Says something that takes a word and a level: opens it, fills it in, sends it. */
export async function sayIt({ page }, open, { label, words, level, send }) {
  await button(page, open).click();
  if (level) await widget(page).getByRole("radio", { name: new RegExp(level) }).click();
  if (words) await widget(page).getByLabel(label).fill(words);
  await button(page, send).click();
}

/** Invites somebody to a sealed incident: a colleague who is known by name, or whoever has an address. */
export async function invite({ page }, { colleague, email }) {
  await button(page, "Invite a colleague").click();
  if (colleague) await widget(page).getByLabel("Who should see this?").selectOption({ label: colleague });
  if (email) await widget(page).getByLabel("Their work email").fill(email);
  await button(page, "Invite a colleague").click();
}

/** The facts above the open thread. */
export const facts = ({ page }, words) => widget(page).locator(".facts").getByText(words).first();

/** Opens the panel at one thread. */
export async function openLink({ page }, incident) {
  await page.evaluate((id) => window.callpoint("open", id), incident);
  await widget(page).locator(".timeline").waitFor();
}

/** Says that it is not fixed, and why. */
export async function dispute({ page }, reason) {
  await button(page, "No, not yet").click();
  await widget(page).getByLabel("What's still wrong?").fill(reason);
  await button(page, "Not fixed yet").click();
}

export const confirm = ({ page }) => button(page, "Yes, it's fixed").click();

/** The headline of the home page says this. */
export const headline = ({ page }, words) => widget(page).locator(".headline").filter({ hasText: words }).waitFor();

// --- staff -----------------------------------------------------------------------------------------------------

/** The row of an incident in the list that is shown. */
export const row = ({ page }, words) => page.locator(".list").getByRole("button").filter({ hasText: words });

export async function openIncident(who, words) {
  await row(who, words).click();
  await who.page.locator("article.incident").waitFor();
}

export const acknowledge = ({ page }) => page.getByRole("button", { name: "Acknowledge", exact: true }).click();

/** Chooses how far the words reach, and writes them; the caller sends. */
export async function compose({ page }, mode, words) {
  await page.getByRole("radio", { name: mode, exact: true }).check({ force: true });
  await page.locator("textarea.compose").fill(words);
}

export async function staffReply(who, words) {
  await compose(who, "Reply", words);
  await who.page.getByRole("button", { name: "Send reply" }).click();
  await staffSees(who, words);
}

export async function staffNote(who, words) {
  await compose(who, "Internal note", words);
  await who.page.getByRole("button", { name: "Add internal note" }).click();
  await staffSees(who, words);
}

/** Waits until these words are on the console's timeline as the server has them. */
export const staffSees = ({ page }, words) =>
  page.locator(".timeline .entry:not(.echo)").filter({ hasText: words }).first().waitFor();

/** Makes the incident public, with its title, impact and next update. */
export async function publish({ page }, { title, impact, next, words }) {
  await compose({ page }, "Public update", words);
  await page.getByLabel("Public title").fill(title);
  await page.getByLabel("Impact").selectOption({ label: impact });
  await page.getByRole("combobox", { name: "Next update" }).selectOption({ label: next });
}

export async function setComponent({ page }, component, status) {
  await page.locator(".side").getByRole("combobox", { name: component, exact: true }).selectOption({ label: status });
}

export async function propose({ page }, words) {
  await page.getByRole("button", { name: "Propose resolution" }).click();
  await page.getByLabel("What was fixed?").fill(words);
  await page.locator(".incident form.form").getByRole("button", { name: "Propose resolution" }).click();
  await staffSees({ page }, words);
}

/** How many incidents stand in a queue. */
export const queue = ({ page }, name) => page.getByRole("navigation", { name: "Queues" }).getByRole("button", { name });
