// What a person gets where WebAssembly is refused, missing, spoilt, slow or broken: the form with their words in it,
// and a report that arrives once, as theirs. The page around it hears nothing of the fault.
import assert from "node:assert/strict";
import test from "node:test";
import { embed, hold, stored } from "./embedding.mjs";
import { World, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const WASM = "**/*.wasm";
/** What these tests bring about shows in the console of whoever develops the page. */
const NOISE = /WebAssembly|wasm|ERR_|Failed to load resource|Content Security Policy|panicked/;

const titles = async (world, who) => (await world.site.ask(who, "/v1/incidents")).incidents.map(({ title }) => title);
const once = async (world, title) => {
  await until(async () => (await titles(world, "ada")).includes(title), `"${title}" is with the server`);
  assert.equal((await titles(world, "ada")).filter((one) => one === title).length, 1, `"${title}" is there once`);
};

/** From now on each call into our WebAssembly traps once `panics` is set on the page, as it does after a panic. */
const trapped = (page) =>
  page.addInitScript(() => {
    // (module (func (export "trap") unreachable))
    const trapping = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    const { Instance } = WebAssembly;
    const { trap } = new Instance(new WebAssembly.Module(new Uint8Array(trapping))).exports;
    const guard = (call) => (...rest) => (window.panics ? trap() : call(...rest));
    WebAssembly.Instance = function (...rest) {
      const held = Object.entries(new Instance(...rest).exports);
      return { exports: Object.fromEntries(held.map(([name, it]) => [name, typeof it === "function" ? guard(it) : it])) };
    };
  });
const panicFromTheStart = async (page) => {
  await trapped(page);
  await page.addInitScript(() => (window.panics = true));
};
// A page that is gone meanwhile needs no answer.
const answer = (how) => (page) =>
  page.route(WASM, async (route) => {
    await Promise.resolve(how(route)).then((response) => route.fulfill(response)).catch(() => {});
  });
const spoil = async (route) => {
  const response = await route.fetch();
  return { response, body: (await response.body()).fill(7, 2000, 4000) };
};
const cut = async (route) => {
  const response = await route.fetch();
  return { response, body: (await response.body()).subarray(0, 9000) };
};

const FAULTS = {
  "refused by the page's policy, as frames are": { allowed: "", frames: "'none'", prepare: async () => {} },
  "not there": { prepare: answer(() => ({ status: 404, body: "" })) },
  "out of reach": { prepare: (page) => page.route(WASM, (route) => route.abort()) },
  "spoilt on the way": { prepare: answer(spoil) },
  "cut short": { prepare: answer(cut) },
  "panicking at its start": { prepare: panicFromTheStart },
  "missing with all of its scripts": { prepare: (page) => page.route("**/assets/element*", (route) => route.abort()) },
};

for (const [what, { allowed, frames, prepare }] of Object.entries(FAULTS)) {
  test(`the WebAssembly is ${what}`, async (t) => {
    const world = await World.create(t);
    const { visit, wire } = await embed(world, { allowed, frames });
    const title = `It is ${what}.`;
    const ada = await visit("Ada", { tolerates: NOISE, prepare });
    await step.openForm(ada);
    await ada.page.keyboard.type(title);
    await step.chooseLevel(ada, "SEV2");
    await ada.heard("error");
    assert.equal(await step.field(ada).inputValue(), title);
    // The draft outlives the page.
    await ada.page.reload();
    await step.openForm(ada);
    await until(async () => (await step.field(ada).inputValue()) === title, "the draft is there again");
    await ada.heard("error");
    await step.widget(ada.page).getByRole("button", { name: "Back" }).click();
    await step.widget(ada.page).getByText("This view couldn't load.").waitFor();
    await step.widget(ada.page).getByRole("button", { name: "Try again" }).waitFor();
    await step.reportButton(ada).click();
    assert.equal(await step.field(ada).inputValue(), title);
    await step.sendReport(ada);
    await once(world, title);
    assert.equal(wire.asked.filter((url) => url === "/v1/reports").length >= 1, true);
    // The thread needs the widget, and says so.
    await step.openThread(ada);
    await step.widget(ada.page).getByText("This view couldn't load.").waitFor();
    assert.deepEqual((await ada.seen()).errors, []);
  });
}

/** Tries at once, unless it has been tried since by itself. */
const tryNow = (panel) => panel.getByRole("button", { name: "Try now" }).click({ timeout: 3000 }).catch(() => {});

test("the WebAssembly comes with a wrong type: it works all the same", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  const prepare = answer(async (route) => ({ response: await route.fetch(), contentType: "application/octet-stream" }));
  const ada = await visit("Ada", { prepare });
  await step.openForm(ada);
  await ada.page.keyboard.type("Of a wrong type.");
  await step.takenOver(ada);
  await step.chooseLevel(ada, "SEV2");
  await step.sendReport(ada);
  await once(world, "Of a wrong type.");
});

test("home says plainly that it can't be had, and comes when it can", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  const ada = await visit("Ada", { tolerates: NOISE, prepare: (page) => page.route(WASM, (route) => route.abort()) });
  await ada.page.evaluate(() => callpoint("show", "home"));
  await step.widget(ada.page).getByText("This didn't load").waitFor();
  await shoot(ada, "71-view-unavailable");
  await ada.page.unroute(WASM);
  await step.widget(ada.page).getByRole("button", { name: "Try again" }).click();
  await step.widget(ada.page).getByRole("button", { name: /View full status/ }).waitFor();
  assert.deepEqual((await ada.seen()).errors, []);
});

test("the widget panics while it runs: the form takes over, with what was written", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  const ada = await visit("Ada", { tolerates: NOISE, prepare: trapped });
  await step.openForm(ada);
  await step.takenOver(ada);
  await ada.page.keyboard.type("Written before the fault");
  await step.chooseLevel(ada, "SEV3");
  await step.field(ada).focus();
  await ada.page.evaluate(() => (window.panics = true));
  await ada.page.keyboard.type("!");
  await ada.heard("error");
  assert.equal(await step.help(ada).count(), 0, "the widget is down");
  assert.equal(await step.field(ada).inputValue(), "Written before the fault!");
  assert.match(await step.widget(ada.page).getByRole("radio", { checked: true }).evaluate((one) => one.closest("label").textContent), /SEV3/);
  await step.sendReport(ada);
  await once(world, "Written before the fault!");
  assert.deepEqual((await ada.seen()).errors, [], "the page hears nothing of it");

  await ada.page.evaluate(() => (window.panics = false));
  // The next try begins with code of its own.
  await step.openThread(ada);
  await step.entries(ada, "Written before the fault!").waitFor();
});

test("the page's own faults stay the page's", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  const ada = await visit("Ada", { tolerates: /the page's own fault/ });
  await step.openForm(ada);
  await step.takenOver(ada);
  await ada.page.evaluate(() => {
    callpoint("on", "close", () => {
      throw new Error("the page's own fault");
    });
    callpoint("hide");
  });
  assert.deepEqual((await ada.seen()).errors, ["Uncaught Error: the page's own fault"]);
  ada.faults.length = 0;
  await step.openPanel(ada);
});

test("a report kept offline by the form is sent by the widget, and the reverse, once", async (t) => {
  const world = await World.create(t);
  const { visit, wire } = await embed(world);
  const kept = (who) => step.widget(who.page).getByText("Saved on this device. We'll send it when you're back online.");
  const send = (who) => step.widget(who.page).getByRole("button", { name: "Send report" }).click();

  await t.test("from the form to the widget", async () => {
    const before = await visit("Ada, with the form alone", { keeps: "one", tolerates: NOISE, prepare: (page) => page.route(WASM, (route) => route.abort()) });
    await before.page.route("**/v1/reports", (route) => route.abort());
    await step.openForm(before);
    await before.page.keyboard.type("Kept by the form.");
    await step.chooseLevel(before, "SEV2");
    await send(before);
    await kept(before).waitFor();
    await shoot(before, "71-instant-offline");
    const [[[owner, id], value]] = await stored(before.page);
    assert.deepEqual([JSON.parse(value).id, JSON.parse(owner).at(-1)], [id, "ada"]);
    await before.context.close();

    const after = await visit("Ada, with the widget", { keeps: "one" });
    await step.openPanel(after);
    await once(world, "Kept by the form.");
    await until(async () => (await stored(after.page)).length === 0, "the device forgets it");
    await step.openOwn(after, "Kept by the form.");
    assert.deepEqual((await after.seen()).errors, []);
  });

  await t.test("from the widget to the form", async () => {
    const before = await visit("Ada, with the widget", { keeps: "two", tolerates: NOISE });
    await before.page.route("**/v1/reports", (route) => route.abort());
    await step.openForm(before);
    await step.takenOver(before);
    await before.page.keyboard.type("Kept by the widget.");
    await step.chooseLevel(before, "SEV2");
    await send(before);
    await until(async () => (await stored(before.page)).length === 1, "the widget keeps it");
    await before.context.close();
    assert.ok(!(await titles(world, "ada")).includes("Kept by the widget."));

    const after = await visit("Ada, with the form alone", { keeps: "two", tolerates: NOISE, prepare: (page) => page.route(WASM, (route) => route.abort()) });
    await after.page.evaluate(() => callpoint("show", "report"));
    await once(world, "Kept by the widget.");
    await until(async () => (await stored(after.page)).length === 0, "the device forgets it");
    assert.deepEqual((await after.seen()).errors, []);
  });
  assert.ok(wire.asked.includes("/v1/reports"));
});

test("an answer that is no answer is tried again, and what the server asks is obeyed", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  const ada = await visit("Ada", { tolerates: NOISE, prepare: async (page) => void (await hold(page, WASM)) });
  const panel = step.widget(ada.page);
  let posts = 0;
  await ada.page.route("**/v1/reports", (route) => {
    if (route.request().method() !== "POST") return route.continue();
    posts++;
    const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After", "Retry-After": "2990" };
    return route.fulfill({ status: 503, headers, body: "" });
  });
  await step.openForm(ada);
  await ada.page.keyboard.type("In an hour at the latest.");
  await step.chooseLevel(ada, "SEV2");
  await panel.getByRole("button", { name: "Send report" }).click();
  await panel.getByText("Trying again in 50 minutes.").waitFor();
  await ada.page.evaluate(() => dispatchEvent(new Event("online")));
  assert.equal(posts, 1, "being online again does not shorten what the server asked for");
  assert.equal((await stored(ada.page)).length, 1);
  await ada.page.unroute("**/v1/reports");
  await tryNow(panel);
  await panel.getByText("We've got your report.").waitFor();
  await once(world, "In an hour at the latest.");
});

test("what the server refuses can be changed and sent again", async (t) => {
  const world = await World.create(t);
  const { visit } = await embed(world);
  const ada = await visit("Ada", { tolerates: NOISE, prepare: async (page) => void (await hold(page, WASM)) });
  const panel = step.widget(ada.page);
  await step.openForm(ada);
  await step.field(ada).fill("x".repeat(2001));
  await step.chooseLevel(ada, "SEV2");
  await panel.getByRole("button", { name: "Send report" }).click();
  await panel.getByRole("alert").filter({ hasText: /Couldn't send/ }).waitFor();
  assert.equal((await step.field(ada).inputValue()).length, 2001);
  assert.deepEqual(await stored(ada.page), []);
  await step.field(ada).fill("Short enough.");
  await step.sendReport(ada);
  await once(world, "Short enough.");
});

test("nobody's words are sent or kept while it is not known whose they are", async (t) => {
  const world = await World.create(t, { CALLPOINT_CUSTOMERS_GUESTS: "true" });
  const boot = 'window.answer = "<!doctype html>Sign in"; callpoint("boot", { getToken: () => answer });';
  const { visit, wire } = await embed(world, { boot });
  const ada = await visit("Ada, unknown yet", { tolerates: NOISE, prepare: async (page) => void (await hold(page, WASM)) });
  const panel = step.widget(ada.page);
  await ada.page.evaluate(() => callpoint("show", "report", { severity: 2 }));
  await step.field(ada).fill("Whose words are these?");
  await panel.getByRole("button", { name: "Send report" }).click();
  await panel.getByText("Not saved on this device").waitFor();
  assert.deepEqual(wire.asked.filter((url) => url === "/v1/reports"), []);
  assert.deepEqual(await stored(ada.page), []);
  await ada.page.evaluate(() => (window.answer = tokens.ada));
  await tryNow(panel);
  await panel.getByText("We've got your report.").waitFor();
  await once(world, "Whose words are these?");
});

test("who is not signed in is told before they write, and may report where the vendor lets guests", async (t) => {
  const boot = 'callpoint("boot", {});';
  await t.test("not here", async (t) => {
    const world = await World.create(t);
    const { visit } = await embed(world, { boot });
    const passer = await visit("passer-by", { prepare: async (page) => void (await hold(page, WASM)) });
    await step.openForm(passer);
    await step.widget(passer.page).getByText("Sign in to Northwind to report a problem").waitFor();
    assert.equal(await step.widget(passer.page).getByRole("button", { name: "Send report" }).count(), 0);
  });
  await t.test("here", async (t) => {
    const world = await World.create(t, { CALLPOINT_CUSTOMERS_GUESTS: "true" });
    const { visit } = await embed(world, { boot });
    const guest = await visit("guest", { prepare: async (page) => void (await hold(page, WASM)) });
    await step.openForm(guest);
    await step.widget(guest.page).getByText("You're not signed in.").waitFor();
    await guest.page.keyboard.type("A guest's words.");
    await step.chooseLevel(guest, "SEV2");
    await step.sendReport(guest);
    await step.widget(guest.page).getByText("Keep this reference.").waitFor();
  });
});
