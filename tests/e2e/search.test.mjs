// Staff search by the keyboard alone: what the console knows is found at once, what the server finds joins it, and a
// search has an address, a title and a way back.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, chapters, shoot, sidewaysScroll, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const at = ({ page }, place) => until(() => page.evaluate((place) => location.pathname + location.search === place, place), `the address ${place}`);
const shows = ({ page }, title) => page.locator("#incident-title").getByText(title).waitFor();
const inQueue = ({ page }, name) => page.locator(".list h2").getByText(name).waitFor();

test("staff find by words, references, accounts and people, by keys alone", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const arm = await site.declare("ada", "The arm stops in its cell.", { severity: 1 });
  await site.declare("gita", "Labels stop at the gate.");
  const { reference } = (await site.ask("ada", `/v1/incidents/${arm}`)).incident;
  const theo = await world.visitor("Theo", site.origin + "/demo/console?as=theo", { width: 1440, tolerates: /Failed to load resource/ });
  const { page } = theo;
  const field = page.getByRole("searchbox", { name: "Search incidents" });
  const rows = page.locator(".rows [data-incident]");
  const only = (title) => until(async () => (await rows.count()) === 1 && (await rows.first().textContent()).includes(title), `${title} alone`);
  const search = async (words) => {
    await page.keyboard.press("/");
    await page.locator(".find:focus").waitFor();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(words);
  };

  await chapter("what the console knows is found while it is typed, and Escape leads back to the queue", async () => {
    await step.row(theo, "The arm stops").waitFor();
    for (const [words, title] of [["labels GATE", "Labels stop"], [reference, "The arm stops"], ["globex label", "Labels stop"], ["ada marsh arm", "The arm stops"]]) {
      await search(words);
      await inQueue(theo, "Search results");
      await only(title);
      await page.keyboard.press("Escape");
      await inQueue(theo, "All open");
      assert.equal(await field.inputValue(), "");
    }
    await at(theo, "/console");
  });

  await chapter("what is only said on a timeline is found by the server, with the place", async () => {
    await search("arm stops");
    await only("The arm stops");
    await page.keyboard.press("Enter");
    await shows(theo, "The arm stops");
    await page.keyboard.press("n");
    await page.locator(".compose:focus").waitFor();
    await page.keyboard.type("The zebra valve on line 7 is stuck");
    await page.getByRole("button", { name: "Add internal note" }).click();
    await step.staffSees(theo, "The zebra valve");
    await page.goBack();
    // A key that is pressed while the note still has the focus is a letter in it.
    await page.locator(".compose").waitFor({ state: "detached" });
    await search("zebra arm");
    await page.locator(".row-found mark").getByText("zebra").waitFor();
    await only("The arm stops");
    await accessible(page, "what was found");
    await shoot(theo, "55-console-search", undefined, [390, 1440]);
    assert.deepEqual(await sidewaysScroll(page), []);
  });

  await chapter("arrows and letters walk through what was found, Enter opens it, and Back is the search", async () => {
    await search("stop");
    await until(async () => (await rows.count()) >= 2, "several rows");
    await page.keyboard.press("ArrowDown");
    await page.locator(".list [data-incident]:focus").waitFor();
    const first = await page.locator(":focus").getAttribute("data-incident");
    await page.keyboard.press("j");
    await until(async () => (await page.locator(":focus").getAttribute("data-incident")) !== first, "the next row");
    await page.keyboard.press("k");
    await until(async () => (await page.locator(":focus").getAttribute("data-incident")) === first, "the row before");
    await search("arm stops");
    await only("The arm stops");
    await at(theo, "/console?q=arm%20stops");
    await until(async () => (await page.title()).startsWith("Search results"), "the title");
    await page.keyboard.press("ArrowDown");
    await page.locator(".list [data-incident]:focus").waitFor();
    await page.keyboard.press("Enter");
    await shows(theo, "The arm stops");
    await at(theo, `/console/incidents/${reference}?q=arm%20stops`);
    await page.reload();
    await shows(theo, "The arm stops");
    await only("The arm stops");
    await page.goBack();
    await at(theo, "/console?q=arm%20stops");
    await page.locator(".list [data-incident]:focus").waitFor();
    await page.keyboard.press("Escape");
    await inQueue(theo, "All open");
    await at(theo, "/console");
    await page.goBack();
    await inQueue(theo, "Search results");
    assert.equal(await field.inputValue(), "arm stops");
  });

  await chapter("nothing found says so, and keys are letters in the field", async () => {
    await search("gjrn?1/ nobody");
    await page.getByText("No incidents match “gjrn?1/ nobody”.").waitFor();
    assert.equal(await field.inputValue(), "gjrn?1/ nobody");
    await accessible(page, "nothing was found");
    await shoot(theo, "56-console-search-nothing", undefined, [390, 1440]);
    await page.keyboard.press("Escape");
  });

  await chapter("without the server's answer it says what it shows, and searches again", async () => {
    await page.route("**/v1/search?*", (route) => route.abort());
    await search("arm");
    await page.getByText("We couldn't search everything.").waitFor();
    await step.row(theo, "The arm stops").waitFor();
    await accessible(page, "a search without the server");
    await shoot(theo, "57-console-search-offline", undefined, [390, 1440]);
    await page.unroute("**/v1/search?*");
    await page.getByRole("button", { name: "Search again" }).click();
    await page.getByText("We couldn't search everything.").waitFor({ state: "detached" });
    await step.row(theo, "The arm stops").waitFor();
  });
});
