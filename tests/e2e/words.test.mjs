// What people write in a thread: Markdown as nodes on both sides, hostile words as words, and names that complete
// themselves.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { World, accessible, shoot, sidewaysScroll } from "./harness.mjs";
import * as step from "./steps.mjs";

const WRITTEN = [
  "It **stops** at _export 3_ of `nightly.sh`:",
  "",
  "```sh",
  `curl ${"-H 'X-Trace: 1' ".repeat(20)}`,
  "```",
  "",
  "3. restart",
  "4. read https://vendor.example/runbook_(3).",
  "",
  "> Did it ever work?",
  "",
  "[the log](https://vendor.example/log)",
].join("\n");

/** In the manner of the lists that sanitisers are tested with: each would run somewhere, if it were HTML or a link. */
const HOSTILE = [
  "[a](javascript:alert(1))",
  "[a](JaVaScRiPt:alert(1))",
  "[a](<java\tscript:alert(1)>)",
  "[a](javascript&colon;alert(1))",
  "[a](&#106;avascript:alert(1))",
  "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "[a](vbscript:msgbox(1))",
  "<javascript:alert(1)>",
  "![a](x\"onerror=\"alert(1))",
  "![a](https://vendor.example/pixel.png)",
  "[a](https://vendor.example/\"onmouseover=\"alert(1))",
  "[a][b]\n\n[b]: javascript:alert(1)",
  "<svg/onload=alert(1)>",
  "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
  "<form id=x><input name=attributes>",
  "<a href=\"javascript:alert(1)\">a</a>",
  "<iframe srcdoc=\"<script>alert(1)</script>\">",
  "`<img src=x onerror=alert(1)>`",
  "```\n</pre><script>alert(1)</script>\n```",
  "<![CDATA[<script>alert(1)</script>]]>",
  "<style>@import 'https://vendor.example/x.css'</style>",
  "{{constructor.constructor('alert(1)')()}}",
].join("\n\n");

/** The links inside of an element, as the browser understands them, and what could run or be fetched. */
const made = (locator) =>
  locator.evaluate((element) => ({
    links: [...element.querySelectorAll("a")].map(({ href, rel }) => [href, rel]),
    others: [...element.querySelectorAll("img, script, iframe, svg:not(.shape), style, form input[name=attributes], [onload], [onerror]")].length,
  }));

test("what people write is Markdown, and never more than words", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo?as=ada", { width: 390 });
  const mara = await world.visitor("Mara", world.site.origin + "/demo/console?as=mara");
  const passer = await world.visitor("passer-by", world.site.origin + "/");
  const dialogs = [];
  const fetched = [];
  for (const { page } of [ada, mara, passer]) {
    page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
    page.on("request", (request) => request.url().includes("vendor.example") && fetched.push(request.url()));
  }
  const rel = "noopener noreferrer nofollow";
  const links = [["https://vendor.example/runbook_(3)", rel], ["https://vendor.example/log", rel]];

  await t.test("marks become nodes in the widget and in the console, and code scrolls in itself", async () => {
    await step.openPanel(ada);
    await step.report(ada, "Exports stop half-way");
    await step.openThread(ada);
    const preview = step.widget(ada.page).getByRole("group", { name: "Preview" });
    await step.widget(ada.page).getByLabel("Reply").fill("No marks: 3 * 4 = 12");
    assert.equal(await preview.count(), 0, "what has no marks is read as it is written");
    await step.widget(ada.page).getByLabel("Reply").fill(WRITTEN);
    await preview.locator("strong", { hasText: /^stops$/ }).waitFor();
    await accessible(ada.page, "a message with its preview", "callpoint-widget");
    await shoot(ada, "42-preview");
    await step.write(ada, WRITTEN);
    await preview.waitFor({ state: "detached" });
    await step.readsOnce(ada, "Did it ever work?");
    await step.openIncident(mara, "Exports stop half-way");
    await step.staffSees(mara, "Did it ever work?");
    const words = [step.entries(ada, "Did it ever work?"), mara.page.locator(".timeline .entry").filter({ hasText: "Did it ever work?" })];
    for (const one of words) {
      assert.equal(await one.locator("strong", { hasText: /^stops$/ }).count(), 1);
      assert.equal(await one.locator("em", { hasText: "export 3" }).count(), 1);
      assert.equal(await one.locator("code", { hasText: "nightly.sh" }).count(), 1);
      assert.equal(await one.locator("pre").evaluate((pre) => pre.scrollWidth > pre.clientWidth), true);
      assert.deepEqual(await one.locator("ol > li").evaluateAll((items) => items.map((item) => item.value)), [3, 4]);
      assert.equal(await one.locator("blockquote", { hasText: "Did it ever work?" }).count(), 1);
      assert.deepEqual(await made(one), { links, others: 0 });
    }
    assert.deepEqual(await sidewaysScroll(ada.page, "callpoint-widget"), []);
    await accessible(ada.page, "the thread with Markdown", "callpoint-widget");
    await shoot(ada, "42-thread-markdown");
    await shoot(mara, "42-console-markdown");
  });

  await t.test("what would run somewhere stays words", async () => {
    await step.write(ada, HOSTILE);
    await step.readsOnce(ada, "constructor.constructor");
    await step.staffSees(mara, "constructor.constructor");
    const words = [step.entries(ada, "constructor.constructor"), mara.page.locator(".timeline .entry").filter({ hasText: "constructor.constructor" })];
    for (const one of words) {
      const { links, others } = await made(one);
      assert.equal(others, 0);
      for (const [href] of links) assert.match(href, /^https:\/\/vendor\.example\//);
    }
    await step.publish(mara, { title: "Exports stop", impact: "Minor impact", next: "in 30 min", words: `${WRITTEN}\n\n${HOSTILE}` });
    await mara.page.getByRole("button", { name: "Publish to everyone" }).click();
    const update = passer.page.locator(".update").filter({ hasText: "Did it ever work?" }).first();
    await update.waitFor();
    const onPage = await made(update);
    assert.equal(onPage.others, 0);
    assert.deepEqual(onPage.links.slice(0, 2), links);
    await passer.page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await sidewaysScroll(passer.page), []);
    await shoot(passer, "42-status-page-markdown");
    assert.deepEqual([dialogs, fetched], [[], []]);
  });

  await t.test("a name is completed by the keyboard, and whoever is named learns of it", async () => {
    const reply = step.widget(ada.page).getByLabel("Reply");
    const options = step.widget(ada.page).getByRole("listbox", { name: "People you can mention" }).getByRole("option");
    await reply.pressSequentially("Thanks @");
    await options.first().waitFor();
    assert.ok(!(await options.allInnerTexts()).some((name) => name.startsWith("Ada")), "nobody is offered themselves");
    await reply.pressSequentially("Ma");
    const name = await options.first().innerText();
    assert.match(name, /^Ma/);
    const active = await reply.evaluate((field) => field.getRootNode().getElementById(field.getAttribute("aria-activedescendant"))?.innerText);
    assert.equal(active, name);
    await accessible(ada.page, "the list of names", "callpoint-widget");
    await shoot(ada, "42-mention");
    await ada.page.keyboard.press("Escape");
    await options.first().waitFor({ state: "detached" });
    assert.equal(await step.widget(ada.page).getByLabel("Reply").isVisible(), true, "Escape closes the list alone");
    await reply.pressSequentially("r");
    await ada.page.keyboard.press("Enter");
    assert.equal(await reply.inputValue(), `Thanks @${name} `);
    await reply.pressSequentially("for the quick look");
    await ada.page.keyboard.press("Control+Enter");
    await step.staffSees(mara, "for the quick look");
    await mara.page.locator(".timeline .entry").filter({ hasText: "for the quick look" }).getByText("mentions you").waitFor();
  });

  await t.test("staff take a thread out as a file", async () => {
    await step.compose(mara, "Internal note", "The **shard** is full.");
    await mara.page.getByRole("button", { name: "Add internal note" }).click();
    await step.staffSees(mara, "The shard is full.");
    const link = mara.page.getByRole("link", { name: "Export as Markdown" });
    const [download] = await Promise.all([mara.page.waitForEvent("download"), link.click()]);
    assert.match(download.suggestedFilename(), /^NW-\d+\.md$/);
    const file = await readFile(await download.path(), "utf8");
    assert.match(file, /^# Exports stop half-way$/m);
    assert.match(file, /It \*\*stops\*\* at \*export 3\*/);
    assert.match(file, /^The \*\*shard\*\* is full\.$/m);
    assert.ok(!/(?<!\\)<(svg|iframe|form)/.test(file), "no HTML");
  });

  await t.test("a customer copies its link, keeps it as a file and prints it, without the notes of staff", async () => {
    const panel = step.widget(ada.page);
    const facts = panel.locator(".facts");
    if (!(await facts.evaluate((facts) => facts.open))) await facts.locator("summary").click();
    await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await panel.getByRole("button", { name: "Copy link" }).click();
    await panel.getByRole("status").filter({ hasText: "Link copied" }).waitFor();
    const address = await ada.page.evaluate(() => navigator.clipboard.readText());
    assert.match(address, new RegExp(`^${world.site.origin}/t/[0-9a-f-]{36}$`));
    await accessible(ada.page, "what can be taken out", "callpoint-widget");
    await shoot(ada, "42-take-out");

    const [download] = await Promise.all([ada.page.waitForEvent("download"), panel.getByRole("button", { name: "Export as Markdown" }).click()]);
    assert.match(download.suggestedFilename(), /^NW-\d+\.md$/);
    const file = await readFile(await download.path(), "utf8");
    assert.match(file, /^# Exports stop half-way$/m);
    assert.match(file, /It \*\*stops\*\*/);
    assert.ok(!file.includes("shard"), "notes stay with staff");

    await ada.context.addInitScript(() => (globalThis.print = () => (globalThis.printed = true)));
    const [tab] = await Promise.all([ada.context.waitForEvent("page"), panel.getByRole("button", { name: "Print" }).click()]);
    await tab.getByRole("heading", { name: "Exports stop half-way" }).waitFor();
    await tab.waitForFunction(() => globalThis.printed);
    await tab.getByText("for the quick look").waitFor();
    assert.equal(await tab.getByText("shard").count(), 0);
    await tab.emulateMedia({ media: "print" });
    await shoot({ ...ada, page: tab }, "42-printed");
    await tab.close();
  });
});
