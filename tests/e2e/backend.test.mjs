// The widget as it ships, on a page of somebody else, with a backend that is no line of ours: www/examples/backend, in
// plain Node. What a customer does there is done, and read by whoever should, as with our own server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { World, chapters, shoot } from "./harness.mjs";
import * as step from "./steps.mjs";

const SECRET = "a secret of the tests that is long enough for HS256";
const file = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** The example, on a port that the system chooses the first time, with one log from start to start. */
class Example {
  #port = 0;

  constructor(folder) {
    this.env = { ...process.env, CALLPOINT_CUSTOMERS_SECRET: SECRET, CALLPOINT_LOG: path.join(folder, "example.log"), CALLPOINT_WEB: file("target/web") };
  }

  async start(origins) {
    const env = { ...this.env, PORT: String(this.#port), CALLPOINT_ORIGINS: origins ?? this.origins };
    this.origins = env.CALLPOINT_ORIGINS;
    this.process = spawn(process.execPath, [file("www/examples/backend/backend.mjs")], { env, stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.origin = (await lines.next()).value;
    this.#port = Number(this.origin.split(":").at(-1));
    const [, invite] = /^mara signs in with (\S+)$/.exec((await lines.next()).value);
    const answer = await this.#send("/v1/staff/session", { invite }, {});
    this.session = answer.headers.get("set-cookie").split(";")[0];
  }

  async stop() {
    if (this.process?.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill();
    await ended;
  }

  #send(where, words, headers) {
    return fetch(this.origin + where, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(words) });
  }

  /** Mara of the staff asks something. */
  async asks(where, words) {
    const answer = await this.#send(where, words, { Cookie: this.session, "Idempotency-Key": randomUUID() });
    assert.equal(answer.status, 200, await answer.text());
  }
}

test("the widget works with a backend in plain Node", async (t) => {
  const chapter = chapters(t);
  const world = await World.create(t, { CALLPOINT_CUSTOMERS_SECRET: SECRET });
  const example = new Example(world.folder);
  world.ends(() => example.stop());
  const pages = {};
  const host = await world.host(pages);
  await example.start(host.origin);
  const html = (await readFile(file("www/examples/script-tag.html"), "utf8")).replaceAll("https://incidents.vendor.example", example.origin);
  const visitor = async (who, look) => {
    pages[`/${who}`] = { html: html.replace("/callpoint-token", `/${who}/token`) };
    pages[`/${who}/token`] = { html: await world.site.token(who), type: "text/plain" };
    return world.visitor(who, `${host.origin}/${who}`, { ...look, tolerates: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/ });
  };
  const ada = await visitor("ada", { width: 390 });
  const gita = await visitor("gita");
  const incident = async () => {
    const headers = { Authorization: `Bearer ${await world.site.token("ada")}` };
    return (await (await fetch(`${example.origin}/v1/incidents`, { headers })).json()).incidents[0];
  };
  let id;

  await chapter("a report gets its receipt, and is there", async () => {
    await step.openForm(ada);
    await step.takenOver(ada);
    await step.field(ada).fill("Every pipeline waits");
    await step.chooseLevel(ada, "SEV2");
    assert.equal(await step.sendReport(ada), "NW-4127");
    id = (await incident()).id;
    await step.openThread(ada);
    await step.entries(ada, "Every pipeline waits").first().waitFor();
  });

  await chapter("what staff say arrives by the stream, and is the answer that was owed", async () => {
    await example.asks(`/v1/incidents/${id}/commands`, { message: { text: "We see it **too**.", to: "affected" } });
    await step.readsOnce(ada, "We see it too.");
    await step.widget(ada.page).getByText("Acknowledged by Mara Lind").first().waitFor();
    await step.write(ada, "Since noon.");
    await step.readsOnce(ada, "Since noon.");
    await shoot(ada, "95-example-backend");
  });

  await chapter("the status moves under the eyes of another account, which learns nothing of the incident", async () => {
    await step.openPanel(gita);
    await step.headline(gita, "All systems operational");
    await gita.page.getByText("You have no open incidents.").waitFor();
    await example.asks("/v1/components/pages/commands", { set_status: { status: "partial_outage" } });
    await step.headline(gita, "Partial outage");
    await gita.page.getByText("You have no open incidents.").waitFor();
  });

  await chapter("a backend that was away has lost nothing, and the page goes on by itself", async () => {
    await example.stop();
    await example.start();
    await example.asks(`/v1/incidents/${id}/commands`, { move: { status: "identified" } });
    await step.facts(ada, "Identified").waitFor();
    await step.readsOnce(ada, "Since noon.");
  });

  await chapter("a resolution is disputed, and the next one agreed to: over by the customer's word", async () => {
    const propose = (text) => example.asks(`/v1/incidents/${id}/commands`, { propose_resolution: { text } });
    await propose("The queue was restarted.");
    await step.dispute(ada, "Two still wait.");
    await step.readsOnce(ada, "Two still wait.");
    await propose("The two were started by hand.");
    await step.confirm(ada);
    await step.widget(ada.page).getByText("Resolved and confirmed").first().waitFor();
    assert.deepEqual([(await incident()).status, "confirmed" in (await incident()).stakes[0].closure], ["resolved", true]);
  });
});
