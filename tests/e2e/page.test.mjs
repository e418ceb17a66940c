// What a stranger's page pays for the widget, and what it must never get from it. The page stands at another origin
// than the backend, under a strict policy, and has its own shortcuts.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const NONCE = "c2VjcmV0";
const POLICY =
  `script-src 'nonce-${NONCE}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; ` +
  "require-trusted-types-for 'script'; trusted-types 'none'; object-src 'none'; base-uri 'none'";

/** A page that embeds the widget as the guide says, and writes down what reaches it. */
function embedding(backend, tokens) {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Somebody else's page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><link rel="stylesheet" href="/host.css">
<script nonce="${NONCE}">
  window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
  const tokens = ${JSON.stringify(tokens)};
  window.seen = { keys: [], violations: [], events: [], errors: [] };
  addEventListener("keydown", (event) => seen.keys.push(event.key));
  addEventListener("error", (event) => seen.errors.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
  addEventListener("securitypolicyviolation", (event) => seen.violations.push(event.violatedDirective + " " + event.blockedURI));
  const enter = (who) => callpoint("boot", { getToken: () => tokens[who] });
  const enterWith = (answers) => callpoint("boot", { getToken: async () => answers.length > 1 ? answers.shift()() : answers[0]() });
  for (const name of ["open", "close", "ready", "report"]) callpoint("on", name, () => seen.events.push(name));
  enter("ada");
</script>
<script nonce="${NONCE}" async src="${backend}/v1/loader.js"></script></head>
<body><h1>Somebody else's page</h1><p><input aria-label="The page's own field"> <button id="help">Something wrong?</button></p>
<script nonce="${NONCE}">document.getElementById("help").onclick = () => callpoint("show", "report");</script></body></html>`;
  return { "/": { html, policy: POLICY }, "/host.css": { html: "body { font: 16px serif; letter-spacing: 2px }", type: "text/css" } };
}

/** How many listeners the page has on its window, its document and its body, by event. */
async function listeners(page) {
  const session = await page.context().newCDPSession(page);
  const expression = `Object.fromEntries([window, document, document.documentElement, document.body].flatMap((target, at) =>
    Object.entries(getEventListeners(target)).map(([type, held]) => [["window", "document", "html", "body"][at] + " " + type, held.length])))`;
  const { result } = await session.send("Runtime.evaluate", { expression, includeCommandLineAPI: true, returnByValue: true });
  await session.detach();
  return result.value;
}

test("a widget in a stranger's page", async (t) => {
  const world = await World.create(t);
  const tokens = { ada: await world.site.token("ada"), gita: await world.site.token("gita") };

  /** Somebody on that page, with a wire of their own to the backend. */
  const visit = async (name, options) => {
    const wire = await world.relay();
    const host = await world.host(embedding(wire.origin, tokens));
    const visitor = await world.visitor(name, host.origin, options);
    await visitor.page.waitForFunction(() => document.querySelector("callpoint-widget[booted]"));
    const seen = () => visitor.page.evaluate(() => window.seen);
    return Object.assign(visitor, { wire, seen });
  };

  await t.test("before anybody shows interest, one script is all that is fetched", async () => {
    const { page, wire } = await visit("Ada, reading");
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    assert.deepEqual(wire.asked, ["/v1/loader.js"]);
    await step.launcher({ page }).hover();
    await until(() => wire.asked.some((url) => url.endsWith(".wasm")), "the widget is fetched once the pointer comes near");
  });

  await t.test("a report goes through, under a strict policy, from another origin", async () => {
    const ada = await visit("Ada, strict");
    await step.openPanel(ada);
    await step.report(ada, "The page under a strict policy.");
    await step.openThread(ada);
    await step.readsOnce(ada, "The page under a strict policy.");
    await step.write(ada, "And a word more.");
    await step.readsOnce(ada, "And a word more.");
    await shoot(ada, "20-strict-page");
    const { violations, errors, events } = await ada.seen();
    assert.deepEqual([violations, errors], [[], []]);
    assert.deepEqual(events, ["open", "ready", "report"]);
  });

  await t.test("Tab goes round inside the panel; Escape closes it and gives the focus back", async () => {
    const ada = await visit("Ada, by keyboard");
    await step.launcher(ada).focus();
    await ada.page.keyboard.press("Enter");
    await step.field(ada).waitFor();
    const inside = () => ada.page.evaluate(() => {
      const { shadowRoot } = document.querySelector("callpoint-widget");
      return Boolean(shadowRoot.activeElement?.closest(".panel"));
    });
    await until(inside, "the focus is in the panel");
    for (const key of ["Tab", "Shift+Tab"]) {
      for (let press = 0; press < 12; press++) {
        await ada.page.keyboard.press(key);
        assert.ok(await inside(), `${key} number ${press + 1} stays in the panel`);
      }
    }
    await ada.page.keyboard.press("Escape");
    await step.widget(ada.page).locator(".panel").waitFor({ state: "hidden" });
    const focused = () => ada.page.evaluate(() => document.querySelector("callpoint-widget").shadowRoot.activeElement?.className);
    assert.equal(await focused(), "launcher");
  });

  await t.test("opened from the page's own button, the form has the focus, and the button gets it back", async () => {
    const ada = await visit("Ada, from the page");
    await ada.page.getByRole("button", { name: "Something wrong?" }).click();
    const form = step.widget(ada.page).getByLabel("What's going wrong?");
    await until(() => form.evaluate((field) => field.getRootNode().activeElement === field), "the form has the focus");
    await ada.page.keyboard.press("Escape");
    assert.equal(await ada.page.evaluate(() => document.activeElement.id), "help");
  });

  await t.test("what is typed into the widget fires none of the page's shortcuts", async () => {
    const ada = await visit("Ada, typing");
    await step.openPanel(ada);
    await step.beginReport(ada, "");
    await ada.page.keyboard.type("g/ jk?");
    assert.equal(await step.widget(ada.page).getByLabel("What's going wrong?").inputValue(), "g/ jk?");
    assert.deepEqual((await ada.seen()).keys, []);
    await ada.page.keyboard.press("Escape");
    await ada.page.getByLabel("The page's own field").press("x");
    assert.deepEqual((await ada.seen()).keys, ["x"], "the page's own keys still reach it");
  });

  await t.test("boot, shutdown and boot again leave nothing behind, and `on` goes on hearing", async () => {
    const ada = await visit("Ada, thrice");
    const widgets = () => ada.page.locator("callpoint-widget").count();
    let after;
    for (let round = 1; round <= 3; round++) {
      await step.openPanel(ada);
      await until(() => ada.wire.open("/v1/events") === 1, "one stream");
      assert.equal(await widgets(), 1);
      await ada.page.evaluate(() => callpoint("shutdown"));
      await until(() => ada.wire.open("/v1/events") === 0, "no stream");
      assert.equal(await widgets(), 0);
      const left = await listeners(ada.page);
      after ??= left;
      assert.deepEqual(left, after, `listeners after round ${round}`);
      await ada.page.evaluate(() => enter("ada"));
    }
    const { events, errors } = await ada.seen();
    const round = ["open", "ready", "close"];
    assert.deepEqual(events, [...round, ...round, ...round]);
    assert.deepEqual(errors, []);
    const mounted = Object.keys(after).filter((name) => /online|pageshow|visibilitychange|^body/.test(name));
    assert.deepEqual(mounted, [], "none of the widget's own listeners is left");
  });

  await t.test("who comes after somebody else never sees their incidents", async () => {
    const ada = await visit("Ada, then Gita");
    await step.openPanel(ada);
    await step.openOwn(ada, "The page under a strict policy.");
    await step.readsOnce(ada, "And a word more.");
    await ada.page.evaluate(() => {
      callpoint("shutdown");
      enter("gita");
      window.leaks = 0;
      const look = () => {
        const text = [...document.querySelectorAll("callpoint-widget")].map((one) => one.shadowRoot.textContent).join();
        if (text.includes("strict policy")) window.leaks++;
        requestAnimationFrame(look);
      };
      look();
    });
    await step.openPanel(ada);
    await step.widget(ada.page).getByText("You have no open incidents.").waitFor();
    assert.equal(await ada.page.evaluate(() => window.leaks), 0);
  });

  await t.test("when the widget can't be fetched, the panel says so and the page hears no error", async () => {
    const ada = await visit("Ada, cut off", { tolerates: /ERR_FAILED|Failed to load resource/ });
    await ada.page.route("**/*.wasm", (route) => route.abort());
    await step.openForm(ada);
    await step.widget(ada.page).getByRole("button", { name: "Back" }).click();
    await step.widget(ada.page).getByText("This didn't load").waitFor();
    await shoot(ada, "20-did-not-load");
    await ada.page.unroute("**/*.wasm");
    await step.widget(ada.page).getByRole("button", { name: "Try again" }).click();
    await step.widget(ada.page).getByRole("button", { name: /View full status/ }).waitFor();
    const { errors } = await ada.seen();
    assert.deepEqual(errors, []);
  });

  await t.test("when not even the form can be fetched, the panel says so, and the next try can succeed", async () => {
    const ada = await visit("Ada, cut off early", { tolerates: /ERR_FAILED|Failed to load resource/ });
    await ada.page.route("**/assets/form*", (route) => route.abort());
    await step.launcher(ada).click();
    await step.widget(ada.page).getByText("This didn't load").waitFor();
    await step.widget(ada.page).getByRole("link", { name: "Report a problem" }).waitFor();
    await ada.page.unroute("**/assets/form*");
    await step.widget(ada.page).getByRole("button", { name: "Try again" }).click();
    await step.field(ada).waitFor();
    assert.deepEqual((await ada.seen()).errors, []);
  });

  await t.test("when the page has no token to give, the panel says so; when it has one again, it goes on", async () => {
    const ada = await visit("Ada, without a token");
    await ada.page.evaluate(() => {
      callpoint("shutdown");
      window.answers = [() => Promise.reject(new Error("no token today"))];
      enterWith(answers);
    });
    await step.launcher(ada).click();
    await step.widget(ada.page).getByText("We can't confirm who you are right now.").waitFor();
    await step.widget(ada.page).getByText("Public status: All systems operational.").waitFor();
    await shoot(ada, "20-no-token");
    await ada.page.evaluate(() => void (answers[0] = () => tokens.ada));
    await step.goHome(ada);
    assert.deepEqual((await ada.seen()).errors, []);
  });

  await t.test("a token that is turned down is asked for anew, and the person notices nothing", async () => {
    const ada = await visit("Ada, with an old token", { tolerates: /status of 401/ });
    await ada.page.evaluate(() => {
      callpoint("shutdown");
      enterWith([() => tokens.ada.replace(/.$/, "!"), () => tokens.ada]);
    });
    await step.openPanel(ada);
    await step.openOwn(ada, "The page under a strict policy.");
    await step.readsOnce(ada, "And a word more.");
    assert.deepEqual((await ada.seen()).errors, []);
  });

  await t.test("verbs at odd moments throw nothing into the page", async () => {
    const ada = await visit("Ada, all thumbs");
    await ada.page.evaluate(async () => {
      for (const verb of ["hide", "toggle", "toggle", "shutdown", "shutdown", "hide", "show", "nonsense"]) callpoint(verb);
      enter("ada");
      callpoint("show");
      callpoint("shutdown");
      enter("gita");
      callpoint("show", "status");
      callpoint("update", { theme: "dark" });
      await callpoint("update", { theme: "light" });
    });
    await step.openPanel(ada);
    assert.equal(await ada.page.locator("callpoint-widget").count(), 1);
    await until(() => ada.wire.open("/v1/events") === 1, "one stream, whatever was begun and given up");
    assert.deepEqual((await ada.seen()).errors, []);
  });
});

test("a shared link leads into the product, where people are signed in, and to the thread", async (t) => {
  const world = await World.create(t);
  const { site } = world;
  const id = await site.declare("ada", "The link in a message.");
  const ada = await world.visitor("Ada", `${site.origin}/t/${id}`, { tolerates: /status of 404/ });
  await ada.page.getByRole("link", { name: "Open in Northwind" }).click();
  await step.readsOnce(ada, "The link in a message.");
  const theo = await world.visitor("Theo", `${site.origin}/demo/console?as=theo`);
  await step.row(theo, "The link in a message.").waitFor();
  await theo.page.goto(`${site.origin}/console#incident=${id}`);
  await theo.page.reload();
  await step.staffSees(theo, "The link in a message.");
});

test("the pages that the server hosts around the widget show it", async (t) => {
  const world = await World.create(t);
  await t.test("the report page tells somebody unknown what it is for, and leads to where they sign in", async () => {
    const passer = await world.visitor("passer-by", world.site.origin + "/");
    await passer.page.getByRole("link", { name: "Report a problem" }).click();
    await passer.page.getByRole("heading", { name: "Report a problem" }).first().waitFor();
    await passer.page.getByText("Reports belong to your account").waitFor();
    await accessible(passer.page, "the report page");
    await shoot(passer, "50-hosted-report");
    await passer.page.getByRole("link", { name: "Sign in to Northwind" }).click();
    await passer.page.waitForURL("**/demo");
  });
  await t.test("an address where there is nothing answers with a page", async () => {
    const passer = await world.visitor("passer-by", world.site.origin + "/nope", { tolerates: /status of 404/ });
    await passer.page.getByRole("heading", { name: "Page not found" }).waitFor();
    await accessible(passer.page, "the page where there is none");
    await shoot(passer, "50-not-found");
    await passer.page.getByRole("link", { name: "View full status" }).click();
    await passer.page.getByRole("heading", { name: "All systems operational" }).waitFor();
  });
  await t.test("the page of a thread that is somebody else's, or nobody's, says so", async () => {
    const address = world.site.origin + "/t/01890a5d-ac96-774b-bcce-b302099a8057";
    const passer = await world.visitor("passer-by", address, { tolerates: /status of 404/ });
    await step.widget(passer.page).getByText("We can't show you this").waitFor({ timeout: 5_000 });
  });
});

test("where guests may report, somebody unknown gets a reference, and staff see that nobody has checked who it is", async (t) => {
  const world = await World.create(t, { CALLPOINT_CUSTOMERS_GUESTS: "true" });
  const guest = await world.visitor("somebody", world.site.origin + "/report", { width: 390 });
  await step.takenOver(guest);
  assert.equal(await guest.page.evaluate(() => document.activeElement.tagName), "BODY", "what is part of a page takes no focus");
  await step.widget(guest.page).getByLabel("What's going wrong?").fill("Your sign-in page is blank.");
  await step.chooseLevel(guest, "SEV1");
  await step.sendReport(guest);
  await step.widget(guest.page).getByText("Keep this reference.").waitFor();
  assert.equal(await step.widget(guest.page).getByRole("button", { name: "Open thread" }).count(), 0);
  await shoot(guest, "62-guest");
  const mara = await world.visitor("Mara", world.site.origin + "/demo/console?as=mara");
  await step.openIncident(mara, "Your sign-in page is blank.");
  await mara.page.locator(".facts").getByText("Guest, unverified").first().waitFor();
});
