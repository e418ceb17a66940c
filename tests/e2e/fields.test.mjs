// The fields that a vendor defines: asked for in both forms, wrong ones told beside them, carried over from the one to the
// other, and never in the way of a report.
import assert from "node:assert/strict";
import test from "node:test";
import { BOOT, embed, hold } from "./embedding.mjs";
import { World, accessible, chapters, shoot, until } from "./harness.mjs";
import * as step from "./steps.mjs";

const FIELDS = `[
  { id = "order", label = "Order number", kind = "number", required = true, min = 1, help = "It is on the packing slip.", words = { de = { label = "Auftragsnummer" } } },
  { id = "plant", label = "Plant", kind = "choice", choices = ["Graz", "Wien"] },
  { id = "day", label = "Day of the delivery", kind = "date", max = "2030-12-31" },
]`;

test("a vendor's own fields are asked for, told when wrong, and keep nobody from reporting", async (t) => {
  const world = await World.create(t, { CALLPOINT_REPORT_FIELDS: FIELDS.replaceAll("\n", " ").replace(/,\s*\]$/, "]") });
  const { visit } = await embed(world, { boot: BOOT });
  const chapter = chapters(t);
  const ada = await visit("ada");
  const panel = step.widget(ada.page);
  const order = panel.getByLabel("Order number");
  const send = panel.getByRole("button", { name: "Send report" });
  const fault = (words) => panel.locator(".fault").filter({ hasText: words });
  const focused = (field) => field.evaluate((field) => field.getRootNode().activeElement == field);

  await chapter("what is wrong stands beside its field, which has the focus", async () => {
    await step.openPanel(ada);
    await step.beginReport(ada, "Labels do not print.");
    await step.takenOver(ada);
    await step.chooseLevel(ada, "SEV2");
    await send.click();
    await fault("Order number is missing").first().waitFor();
    assert.equal(await focused(order), true);
    await order.fill("seven");
    await send.click();
    await fault("Enter a number").first().waitFor();
    assert.equal(await order.getAttribute("aria-invalid"), "true");
    await order.fill("0");
    await send.click();
    await fault("Enter 1 or more.").first().waitFor();
    await panel.getByText("Add details (optional)").click();
    await shoot(ada, "report-fields");
    await accessible(ada.page, "the form with a vendor's fields", "callpoint-widget");
  });

  await chapter("what was written stands in the thread, for its reporter and for staff", async () => {
    await order.fill("4127,5");
    await panel.getByLabel("Plant").selectOption("Wien");
    await panel.getByLabel("Day of the delivery").fill("2026-11-27");
    await step.sendReport(ada);
    await step.openThread(ada);
    const fields = panel.locator(".own-fields");
    await panel.getByText("What you told us").waitFor();
    assert.equal((await fields.innerText()).replace(/\s+/g, " "), "Order number 4127.5 Plant Wien Day of the delivery 2026-11-27");
    await shoot(ada, "thread-fields");
    const mara = await world.visitor("mara", `${world.site.origin}/demo/console?as=mara`);
    await mara.page.getByText("Labels do not print.").first().click();
    await mara.page.locator(".own-fields").getByText("4127.5").waitFor();
    await shoot(mara, "console-fields");
  });

  await chapter("whoever doesn't have it sends again, and is asked in the thread", async () => {
    await step.goHome(ada);
    await step.beginReport(ada, "Returns fail as well.");
    await step.chooseLevel(ada, "SEV3");
    await send.click();
    await fault("Order number is missing").first().waitFor();
    await step.sendReport(ada);
    await step.openThread(ada);
    await panel.locator(".own-fields").getByText("Not given yet. Please add it in a reply.").waitFor();
  });

  await chapter("the instant form asks for the same, and what is written there goes over with its caret", async () => {
    const gita = await visit("gita", { width: 390 });
    const release = await hold(gita.page, "**/*.wasm");
    const instant = step.widget(gita.page);
    const order = instant.getByLabel("Order number");
    await step.openForm(gita);
    await step.field(gita).fill("Nothing loads at all.");
    await step.chooseLevel(gita, "SEV1");
    await order.fill("seven");
    await instant.getByRole("button", { name: "Send report" }).click();
    await instant.getByRole("alert").filter({ hasText: "Enter a number" }).waitFor();
    await instant.getByText("Add details (optional)").click();
    await shoot(gita, "instant-fields");
    await accessible(gita.page, "the instant form with a vendor's fields", "callpoint-widget");
    await instant.getByLabel("Plant").selectOption("Graz");
    await order.fill("4128");
    await order.evaluate((field) => field.setSelectionRange(2, 2));
    await order.focus();
    release();
    await step.takenOver(gita);
    assert.equal(await focused(order), true, "the field still has the focus");
    await gita.page.keyboard.type("0");
    assert.equal(await order.inputValue(), "41028", "and the caret stands where it stood");
    assert.equal(await instant.getByLabel("Plant").inputValue(), "Graz");
    await shoot(gita, "taken-over-fields");
    await step.sendReport(gita);
    await step.openThread(gita);
    await instant.locator(".own-fields").getByText("41028").waitFor();
  });

  await chapter("the instant form by itself sends what was answered, and without it what was not", async () => {
    const ben = await visit("ben", { width: 390, tolerates: /wasm/, prepare: (page) => page.route("**/*.wasm", (route) => route.abort()) });
    const instant = step.widget(ben.page);
    for (const [what, number, kept] of [["Half of it loads.", "12,5", "12.5"], ["None of it loads.", "", ""]]) {
      await until(async () => {
        if (!(await instant.locator("form").isVisible())) await ben.page.evaluate(() => callpoint("show", "report"));
        return instant.locator("form").isVisible();
      }, "the form stands there");
      await step.field(ben).fill(what);
      await step.chooseLevel(ben, "SEV2");
      const send = instant.getByRole("button", { name: "Send report" });
      await instant.getByLabel("Order number").fill(number);
      await send.click();
      if (!number) {
        await instant.getByRole("alert").filter({ hasText: "Order number is missing" }).waitFor();
        await send.click();
      }
      await instant.getByText("We've got your report.").waitFor();
      const { incidents } = await world.site.ask("ada", "/v1/incidents");
      const { id } = incidents.find(({ title }) => title === what);
      const { entries } = await world.site.ask("ada", `/v1/incidents/${id}`);
      assert.deepEqual(entries[0].change.declared.report.fields, [{ id: "order", label: "Order number", value: kept }]);
      await ben.page.evaluate(() => callpoint("hide"));
    }
  });

  await chapter("a draft keeps them on the device", async () => {
    await step.goHome(ada);
    await step.beginReport(ada, "Not sent yet.");
    await order.fill("77");
    await ada.page.reload();
    await step.openPanel(ada);
    await step.reportButton(ada).click();
    await step.takenOver(ada);
    await until(async () => (await order.inputValue()) === "77", "the number is still there");
  });
});

test("of a page's own fields those that can't be used are left out, and whoever develops it is told which", async (t) => {
  const world = await World.create(t);
  const boot = `callpoint("boot", { getToken: () => tokens.ada, fields: [
    { id: "shelf", label: "Shelf", kind: {} }, { id: "order", label: "Order number", required: true }, { id: "", label: "Dock" }] });`;
  const { visit } = await embed(world, { boot });
  const said = [];
  const ada = await visit("ada", { prepare: (page) => page.on("console", (message) => said.push(message.text())) });
  await step.openForm(ada);
  await step.takenOver(ada);
  await step.widget(ada.page).getByLabel("Order number").waitFor();
  assert.equal(await step.widget(ada.page).getByLabel("Dock").count(), 0);
  const told = said.filter((words) => words.startsWith("callpoint: fields["));
  assert.equal(told.length, 2, said.join("\n"));
  assert.equal(told[0], "callpoint: fields[0] is no field; this field is left out");
  assert.match(told[1], /^callpoint: fields\[2\]\./);
});
