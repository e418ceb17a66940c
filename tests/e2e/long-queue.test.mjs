// A queue of thousands: only what is in view is mounted, and keyboard, focus and screen readers don't notice.
import assert from "node:assert/strict";
import test from "node:test";
import { begin, snapshot, standIn } from "../bench/support/stand-in.mjs";
import { World, accessible, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const COUNT = 3_000;

/** The console of somebody with `COUNT` open incidents, of which every third is late and takes more room; the server knows no timeline of theirs. */
async function crowded(world, t) {
  const { site } = world;
  await site.declare("ada", "Exports stop half-way");
  const link = await fetch(`${site.origin}/demo/console?as=theo`, { redirect: "manual" });
  const invite = new URL(link.headers.get("location"), site.origin).hash.split("=").at(-1);
  const signedIn = await fetch(site.origin + "/v1/staff/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ invite }) });
  const known = await snapshot(site.origin, { Cookie: signedIn.headers.get("set-cookie").split(";")[0] });
  const incident = known.incidents.find(({ title }) => title === "Exports stop half-way");
  const incidents = Array.from({ length: COUNT }, (_, number) => ({
    ...incident,
    id: incident.id.slice(0, -5) + number.toString(16).padStart(5, "0"),
    reference: `NW-${5_000 + number}`,
    title: `Exports stop, case ${number}`,
    overdue: { ...incident.overdue, update: number % 3 === 0, promise: number % 6 === 0 },
  }));
  const backend = await standIn(site.origin, (request, reply) => request.url === "/v1/events" && begin(reply, { ...known, incidents }));
  t.after(() => backend.close());
  return world.visitor("Theo", backend.origin + "/demo/console?as=theo", { width: 1440, tolerates: /status of 404/ });
}

/** The rows on the screen: place, where they stand, and what is at hand. */
const seen = ({ page }) =>
  page.evaluate(() => {
    const list = document.querySelector(".list").getBoundingClientRect();
    const rows = [...document.querySelectorAll(".rows > [aria-posinset]")].map((row) => ({ place: Number(row.ariaPosInSet), box: row.getBoundingClientRect() }));
    const inView = rows.filter(({ box }) => box.bottom > list.top && box.top < list.bottom);
    const focused = document.activeElement.closest("[aria-posinset]");
    return {
      places: inView.map(({ place }) => place),
      tops: Object.fromEntries(inView.map(({ place, box }) => [place, box.top])),
      empty: list.bottom - Math.max(list.top, ...inView.map(({ box }) => box.bottom)),
      mounted: rows.length,
      focused: focused && Number(focused.ariaPosInSet),
      focusInView: inView.some(({ place }) => place === Number(focused?.ariaPosInSet)),
    };
  });
const frame = ({ page }) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const scroll = async (who, to) => {
  await who.page.evaluate((to) => document.querySelector(".list").scrollTo(0, to < 0 ? 1e9 : to), to);
  await frame(who);
};
/** Rows follow each other without a gap, from edge to edge. */
const full = async (who, what) => {
  const now = await seen(who);
  const { places, empty } = now;
  assert.ok(places.length > 5, `${what}: ${places.length} rows in view`);
  places.forEach((place, index) => assert.equal(place, places[0] + index, `${what}: ${places}`));
  assert.ok(empty < 12, `${what}: ${empty} px are empty`);
  return now;
};

test("a queue of thousands scrolls, is walked by keys and read aloud as one list, with few rows mounted", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const theo = await crowded(world, t);
  const { page } = theo;

  await chapter("few rows are mounted, and each says its place among all", async () => {
    await step.row(theo, "case 0").first().waitFor();
    await until(async () => (await page.locator(".list h2 .count").innerText()) === String(COUNT), "all are counted");
    const { places, mounted } = await full(theo, "at first");
    assert.equal(places[0], 1);
    assert.ok(mounted < 90, `${mounted} rows are mounted`);
    assert.ok((await page.evaluate(() => document.querySelectorAll("*").length)) < 1_500);
    assert.equal(await page.locator(".rows > [aria-posinset]").first().getAttribute("aria-setsize"), String(COUNT));
    await accessible(page, "a long queue");
  });

  await chapter("what is read stays where it is while others are mounted, whatever their height", async () => {
    for (const by of [...Array(25).fill(300), ...Array(25).fill(-290)]) {
      const before = await seen(theo);
      await page.evaluate((by) => document.querySelector(".list").scrollBy(0, by), by);
      await frame(theo);
      const after = await full(theo, `scrolled by ${by}`);
      const shared = before.places.filter((place) => after.tops[place] !== undefined);
      assert.ok(shared.length > 0, `${before.places} and ${after.places} share none`);
      for (const place of shared) {
        const moved = after.tops[place] - before.tops[place];
        assert.ok(Math.abs(moved + by) < 3, `row ${place} moved by ${moved} and not by ${-by}`);
      }
    }
  });

  await chapter("from end to end at once", async () => {
    await scroll(theo, -1);
    await until(async () => (await full(theo, "at the end")).places.at(-1) === COUNT, "the last row is in view");
    await scroll(theo, 60_000);
    const middle = await full(theo, "in the middle");
    assert.ok(middle.places[0] > 500 && middle.places[0] < 2_500, String(middle.places));
    await shoot(theo, "54-console-long-queue", undefined, [390, 1280, 1440]);
    await page.setViewportSize({ width: 1440, height: 900 });
    await scroll(theo, 0);
    await until(async () => (await full(theo, "at the top")).places[0] === 1, "the first row is in view");
  });

  await chapter("the focus stays at its row when that is scrolled away, and j goes on from there", async () => {
    for (let press = 0; press < 70; press++) await page.keyboard.press("j");
    await until(async () => (await seen(theo)).focused === 70, "the focus is on the 70th row");
    assert.ok((await seen(theo)).focusInView);
    await scroll(theo, -1);
    await until(async () => (await seen(theo)).places.at(-1) === COUNT, "the last row is in view");
    assert.equal((await seen(theo)).focused, 70);
    assert.equal(await page.locator(".rows [tabindex='0']").count(), 1);
    await page.keyboard.press("k");
    await until(async () => (({ focused, focusInView }) => focused === 69 && focusInView)(await seen(theo)), "the focus is on the 69th row, in view");
    await full(theo, "around the focus");
  });

  await chapter("each queue is found as it was left, and an incident's row is where one comes back to", async () => {
    await page.keyboard.press("Enter");
    await page.goBack();
    await until(async () => (({ focused, focusInView }) => focused === 69 && focusInView)(await seen(theo)), "back at the 69th row");
    const before = await seen(theo);
    await page.keyboard.press("g");
    await page.keyboard.press("x");
    await page.getByText("No fixes are disputed.").waitFor();
    await page.goBack();
    await until(async () => (await seen(theo)).places[0] === before.places[0], "the rows that were in view before");
  });
});
