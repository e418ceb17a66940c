// Everybody can use it: rules of accessibility on every screen, light and dark, and a phone of 320 px.
import assert from "node:assert/strict";
import test from "node:test";
import { World, accessible, shoot, sidewaysScroll } from "./harness.mjs";
import * as step from "./steps.mjs";

/** Checks what somebody sees now, in both colour schemes and at 320 px. */
async function everybodyCanUse(t, { page, look }, what, within) {
  for (const scheme of ["light", "dark"]) {
    await t.test(`${what}, ${scheme}: no rule of accessibility is broken`, async () => {
      await page.emulateMedia({ colorScheme: scheme });
      await accessible(page, `${what}, ${scheme}`, within);
    });
  }
  await t.test(`${what}: nothing to move sideways at 320 px`, async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    assert.deepEqual(await sidewaysScroll(page, within), []);
    await shoot({ page, look: { width: look.width, scheme: "light" } }, `30-${what.replaceAll(" ", "-")}`, undefined, [320]);
  });
}

test("every screen can be used by everybody", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo?as=ada", { width: 390 });
  const mara = await world.visitor("Mara", world.site.origin + "/demo/console?as=mara");
  const passer = await world.visitor("passer-by", world.site.origin + "/");
  const panel = "callpoint-widget";

  await mara.page.getByText("No open incidents.").waitFor();
  await everybodyCanUse(t, mara, "the empty console");

  await step.openPanel(ada);
  await everybodyCanUse(t, ada, "home", panel);

  await step.beginReport(ada, "Webhooks come late, and some of them come twice.");
  await step.answer(ada, "Who is affected?", "Several of us");
  await step.worry(ada);
  await everybodyCanUse(t, ada, "report", panel);
  await step.worry(ada);
  await step.chooseLevel(ada, "SEV1");
  await step.sendReport(ada);
  await everybodyCanUse(t, ada, "receipt", panel);

  await step.openThread(ada);
  await step.openIncident(mara, "Webhooks come late");
  await step.acknowledge(mara);
  await step.staffNote(mara, "A note, so that every kind of entry is there.");
  await step.staffReply(mara, "We are looking.");
  await step.publish(mara, { title: "Late webhooks", impact: "Major impact", next: "in 15 min", words: "Webhooks come late." });
  await everybodyCanUse(t, mara, "the console publishing");
  await mara.page.getByRole("button", { name: "Publish to everyone" }).click();
  await step.staffSees(mara, "Webhooks come late.");
  await step.setComponent(mara, "Webhooks", "Partial outage");
  await step.propose(mara, "The queue was drained.");
  await step.widget(ada.page).getByRole("heading", { name: "Is it fixed for you?" }).waitFor();
  await everybodyCanUse(t, ada, "thread", panel);
  await everybodyCanUse(t, mara, "the console");

  await step.back(ada);
  await step.widget(ada.page).locator(".headline").click();
  await step.widget(ada.page).getByText("Partial outage").first().waitFor();
  await everybodyCanUse(t, ada, "status", panel);

  await passer.page.getByRole("heading", { name: "Partial outage" }).waitFor();
  await everybodyCanUse(t, passer, "the status page");
});
