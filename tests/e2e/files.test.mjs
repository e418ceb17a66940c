// Files that people attach: chosen, pasted, dropped or taken from the screen; uploaded through faults and a reload; seen
// by whoever sees the entry; and pictures in which what was hidden is gone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { hold } from "./embedding.mjs";
import { accessible, chapters, shoot, sidewaysScroll, until, World } from "./harness.mjs";
import * as step from "./steps.mjs";

/** A PNG of these pixels: `of` gives red, green and blue by place. */
function png(width, height, of) {
  const table = Array.from({ length: 256 }, (_, n) => [...Array(8)].reduce((c) => (c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1), n));
  const crc = (bytes) => (bytes.reduce((c, byte) => (c >>> 8) ^ table[(c ^ byte) & 255], 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (kind, body) => {
    const data = Buffer.concat([Buffer.from(kind), body]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    check.writeUInt32BE(crc(data));
    return Buffer.concat([length, data, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Array.from({ length: height }, (_, y) => [0, ...Array.from({ length: width }, (_, x) => of(x, y)).flat()]);
  const secret = chunk("tEXt", Buffer.from("Comment\0taken at home by ada"));
  const parts = [chunk("IHDR", head), secret, chunk("IDAT", deflateSync(Buffer.from(rows.flat()))), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts]);
}

/** Green on the left, a red secret on the right. */
const PICTURE = png(400, 200, (x) => (x < 200 ? [0, 160, 80] : [220, 0, 0]));
const LOG = Buffer.from("GET /labels 500\n".repeat(40_000));

const file = (name, buffer, mimeType = "") => ({ name, buffer, mimeType });

const area = (visitor) => step.widget(visitor.page).locator(".files");
const row = (visitor, name) => area(visitor).locator(".file").filter({ hasText: name });
const picker = (visitor) => step.widget(visitor.page).getByLabel("Attach files");
const attachedTo = (visitor, words) => step.entries(visitor, words).and(visitor.page.locator(":not(.echo)")).locator(".attached");

/** Waits until the picture of an entry is drawn. It is fetched once somebody is about to see it. */
const drawn = async (visitor, words) => {
  await attachedTo(visitor, words).scrollIntoViewIfNeeded();
  await attachedTo(visitor, words).locator("canvas").waitFor();
};

/** Puts a file into an event of this kind, as a browser does when somebody pastes or drops it. */
const give = (visitor, kind, target, { name, buffer, mimeType }) =>
  target.evaluate(
    (element, { kind, name, bytes, type }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
      const given = { bubbles: true, composed: true, cancelable: true };
      if (kind == "paste") return element.dispatchEvent(new ClipboardEvent(kind, { ...given, clipboardData: transfer }));
      element.dispatchEvent(new DragEvent("dragover", { ...given, dataTransfer: transfer }));
      return element.dispatchEvent(new DragEvent("drop", { ...given, dataTransfer: transfer }));
    },
    { kind, name, bytes: [...buffer], type: mimeType },
  );

/** The pixel of a PNG at a place, as the browser decodes it. */
const pixels = (page, bytes, places) =>
  page.evaluate(
    async ({ bytes, places }) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const all = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
      const red = Array.from({ length: all.length / 4 }, (_, at) => all[4 * at] > 100 && all[4 * at + 1] < 100).filter(Boolean).length;
      const found = places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3));
      return { width: bitmap.width, height: bitmap.height, red, found };
    },
    { bytes: [...bytes], places },
  );

test("what people attach is seen by whoever sees their words", async (t) => {
  const world = await World.create(t);
  const chapter = chapters(t);
  const { site } = world;
  const tolerates = /status of (4\d\d|503)|ERR_FAILED|ERR_INTERNET/;
  const ada = await world.visitor("Ada", site.origin + "/demo", { tolerates });
  let incident;

  await chapter("a report takes a picture and a log from the picker", async () => {
    await step.openForm(ada);
    await step.takenOver(ada);
    await step.field(ada).fill("Labels come out red.");
    await picker(ada).setInputFiles([file("label.png", PICTURE, "image/png"), file("server.log", LOG)]);
    await row(ada, "label.png").getByText("Attached").waitFor();
    await row(ada, "server.log").getByText("Attached").waitFor();
    await shoot(ada, "files-report");
    await accessible(ada.page, "a report with files", "callpoint-widget");
    assert.deepEqual(await sidewaysScroll(ada.page, "callpoint-widget"), []);
    await step.chooseLevel(ada, "SEV2");
    await step.sendReport(ada);
    await step.openThread(ada);
    const files = attachedTo(ada, "Labels come out red.");
    await files.getByRole("button", { name: "Open label.png" }).locator("canvas").waitFor();
    const box = await files.locator(".picture").boundingBox();
    assert.equal(Math.round(box.height), 150, "its box is there whatever is in it");
    await files.getByRole("button", { name: "Download server.log" }).waitFor();
    await shoot(ada, "files-thread");
    await accessible(ada.page, "a thread with files", "callpoint-widget");
    const download = ada.page.waitForEvent("download");
    await files.getByRole("button", { name: "Download server.log" }).click();
    assert.deepEqual(await readFile(await (await download).path()), LOG);
    const { incidents } = await site.ask("ada", "/v1/incidents");
    incident = incidents.find(({ title }) => title === "Labels come out red.").id;
  });

  await chapter("what was sent is no longer being written", async () => {
    assert.equal(await area(ada).locator(".file").count(), 0);
  });

  await chapter("files are pasted and dropped, and what can't be attached says why", async () => {
    const reply = step.widget(ada.page).getByLabel("Reply");
    assert.equal(await give(ada, "paste", reply, file("pasted.png", PICTURE, "image/png")), false, "the page gets none of it");
    assert.equal(await give(ada, "drop", reply, file("dropped.har", Buffer.from('{"log":{}}'))), false);
    await give(ada, "drop", reply, file("setup.exe", Buffer.from("MZ\x90\0\x03\0\0\0", "latin1")));
    await row(ada, "pasted.png").getByText("Attached").waitFor();
    await row(ada, "dropped.har").getByText("Attached").waitFor();
    await row(ada, "setup.exe").getByText("Not attached: Files of this type can't be attached.").waitFor();
    await shoot(ada, "files-refused");
    await accessible(ada.page, "a refused file", "callpoint-widget");
    await row(ada, "setup.exe").getByRole("button", { name: "Remove setup.exe" }).click();
    assert.equal(await row(ada, "setup.exe").count(), 0);
    await step.write(ada, "Here is more.");
    await attachedTo(ada, "Here is more.").getByRole("button", { name: "Download dropped.har" }).waitFor();
  });

  await chapter("a colleague and staff see them, another account does not", async () => {
    const entries = (await site.ask("ben", `/v1/incidents/${incident}`)).entries;
    const ids = entries.flatMap(({ change }) => change.said?.attachments ?? change.declared?.report.attachments ?? []);
    assert.equal(ids.length, 4);
    for (const { id } of ids) {
      const seen = await Promise.all(["ada", "ben", "mara", "gita", undefined].map((who) => site.status(who, `/v1/attachments/${id}`)));
      assert.deepEqual(seen, [200, 200, 200, 404, 404]);
    }
    const mara = await world.visitor("Mara", site.origin + "/demo/console?as=mara", { tolerates });
    await mara.page.locator("main.incident").waitFor();
    await mara.page.goto(`${site.origin}/console#incident=${incident}`);
    await mara.page.reload();
    const files = mara.page.locator(".timeline .attached");
    await files.first().scrollIntoViewIfNeeded();
    await files.first().locator("canvas").waitFor();
    await files.getByRole("button", { name: "Download server.log" }).waitFor();
    await mara.page.getByLabel("Attach files").setInputFiles([file("answer.png", PICTURE, "image/png")]);
    await mara.page.locator(".files .file").getByText("Attached").waitFor();
    await shoot(mara, "files-console");
    await accessible(mara.page, "the console with files");
    await mara.page.locator("textarea.compose").fill("This is how it should look.");
    await mara.page.keyboard.press("Control+Enter");
    await attachedTo(ada, "This is how it should look.").getByRole("button", { name: "Open answer.png" }).waitFor();
  });

  await chapter("a fault in the middle and a reload lose nothing, and nothing is uploaded twice", async () => {
    const big = Buffer.from("Line of a long trace.\n".repeat(60_000));
    let parts = 0;
    await ada.page.route("**/v1/attachments/**", (route) =>
      route.request().method() === "PATCH" && ++parts > 2 ? route.abort("failed") : route.continue(),
    );
    await picker(ada).setInputFiles([file("trace.log", big)]);
    await until(() => parts > 2, "the line broke");
    await step.widget(ada.page).getByLabel("Reply").fill("The trace.");
    await step.widget(ada.page).getByRole("button", { name: "Send", exact: true }).click();
    await step.widget(ada.page).getByText("Your files are still uploading.").waitFor();
    await shoot(ada, "files-waiting");
    await accessible(ada.page, "words that wait for their files", "callpoint-widget");
    await ada.page.unroute("**/v1/attachments/**");
    await ada.page.reload();
    const sizes = [];
    ada.page.on("request", (request) => {
      if (request.method() === "PATCH") sizes.push([Number(request.headers()["upload-offset"]), request.postDataBuffer()?.length ?? 0]);
    });
    await step.openPanel(ada);
    await step.openOwn(ada, "Labels come out red.");
    await row(ada, "trace.log").getByText("Attached").waitFor();
    assert.ok(sizes.every(([offset]) => offset > 0), "what had arrived is not sent again");
    await step.write(ada, "The trace.");
    const files = attachedTo(ada, "The trace.");
    const download = ada.page.waitForEvent("download");
    await files.getByRole("button", { name: "Download trace.log" }).click();
    assert.deepEqual(await readFile(await (await download).path()), big);
  });

  await chapter("words go without a file that doesn't get there, at their author's wish", async () => {
    await ada.page.route("**/v1/attachments", (route) => route.abort("failed"));
    await picker(ada).setInputFiles([file("stuck.log", LOG)]);
    await row(ada, "stuck.log").getByRole("progressbar").waitFor();
    await step.widget(ada.page).getByLabel("Reply").fill("It is urgent.");
    await step.widget(ada.page).getByRole("button", { name: "Send", exact: true }).click();
    await step.widget(ada.page).getByRole("button", { name: "Send without them" }).click();
    await step.readsOnce(ada, "It is urgent.");
    await row(ada, "stuck.log").getByRole("button", { name: "Remove stuck.log" }).click();
    await ada.page.unroute("**/v1/attachments");
  });

  await chapter("what is hidden in a picture is in no pixel of what is sent", async () => {
    await picker(ada).setInputFiles([file("secret.png", PICTURE, "image/png")]);
    await row(ada, "secret.png").getByRole("button", { name: "Edit secret.png" }).click();
    const editor = ada.page.getByRole("dialog", { name: "Edit picture" });
    const canvas = editor.getByRole("application", { name: "Edit picture" });
    await canvas.waitFor();
    const box = await canvas.boundingBox();
    const drag = async (from, to) => {
      await ada.page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
      await ada.page.mouse.down();
      await ada.page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 4 });
      await ada.page.mouse.up();
    };
    await drag([0.495, 0], [1, 1]);
    await editor.getByRole("button", { name: "Highlight", exact: true }).click();
    await drag([0.1, 0.2], [0.3, 0.6]);
    await editor.getByRole("button", { name: "Undo" }).click();
    await drag([0.1, 0.2], [0.3, 0.6]);
    await shoot(ada, "files-editor");
    await accessible(ada.page, "the picture editor", "callpoint-widget");
    await editor.getByRole("button", { name: "Attach", exact: true }).click();
    await row(ada, "secret.png").getByText("Attached").waitFor();
    await step.write(ada, "Without the secret.");
    await drawn(ada, "Without the secret.");
    const sent = await contents("Without the secret.");
    const { width, height, red, found } = await pixels(ada.page, sent, [[300, 100], [398, 198], [10, 10]]);
    assert.deepEqual([width, height, red], [400, 200, 0], "no pixel of the secret is left");
    assert.deepEqual(found, [[0, 0, 0], [0, 0, 0], [0, 160, 80]]);
    assert.ok(!sent.includes("ada") && !sent.includes("tEXt"), "nor anything that the file knew besides");
  });

  await chapter("by the keyboard alone a picture is cut to what is left of it", async () => {
    await picker(ada).setInputFiles([file("wide.png", PICTURE, "image/png")]);
    await row(ada, "wide.png").getByRole("button", { name: "Edit wide.png" }).focus();
    await ada.page.keyboard.press("Enter");
    const editor = ada.page.getByRole("dialog", { name: "Edit picture" });
    await editor.getByRole("button", { name: "Crop" }).focus();
    await ada.page.keyboard.press("Enter");
    await editor.getByRole("application").focus();
    await ada.page.keyboard.press("Enter");
    for (let press = 0; press < 13; press++) await ada.page.keyboard.press("ArrowLeft");
    await editor.getByText(/Crop: 0% from the left/).waitFor();
    await editor.getByRole("button", { name: "Attach", exact: true }).focus();
    await ada.page.keyboard.press("Enter");
    await editor.waitFor({ state: "detached" });
    await row(ada, "wide.png").getByText("Attached").waitFor();
    await step.write(ada, "Cut.");
    await drawn(ada, "Cut.");
    const { width, height, red } = await pixels(ada.page, await contents("Cut."), []);
    assert.deepEqual([width, height, red], [200, 100, 0], "what was cut off is gone too");
  });

  /** The first file of an entry, as the server gives it to its author. */
  async function contents(words) {
    const { entries } = await site.ask("ada", `/v1/incidents/${incident}`);
    const { id } = entries.find(({ change }) => change.said?.text === words).change.said.attachments[0];
    const answer = await fetch(`${site.origin}/v1/attachments/${id}`, { headers: { Authorization: `Bearer ${await site.token("ada")}` } });
    return Buffer.from(await answer.arrayBuffer());
  }
});

/** Whether the page is still given a picture of the screen. */
const captures = ({ page }) => page.evaluate(() => window.captured.getTracks().some(({ readyState }) => readyState === "live"));

/** Pastes text with a picture beside it, as programs of offices put it on the clipboard; whether the page took it away. */
const pastes = ({ page }) =>
  page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "Copied");
    data.items.add(new File(["x"], "copied.png", { type: "image/png" }));
    const field = document.querySelector("callpoint-widget").shadowRoot.querySelector("textarea[name=what]");
    return !field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true }));
  });

test("text that has a picture beside it is pasted as text, in both forms", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", "about:blank");
  const release = await hold(ada.page, "**/v1/events");
  await ada.page.goto(world.site.origin + "/demo");
  await step.openForm(ada);
  await until(() => ada.page.evaluate(() => Boolean(document.querySelector("callpoint-widget").panel.onpaste)), "the form takes files");
  assert.equal(await pastes(ada), false);
  release();
  await step.takenOver(ada);
  assert.equal(await pastes(ada), false);
  assert.equal(await area(ada).locator(".file").count(), 0);
});

test("while somebody changes a picture, what waits for files is not sent with it", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo");
  await step.openForm(ada);
  await step.takenOver(ada);
  await step.field(ada).fill("The label shows a name.");
  await step.chooseLevel(ada, "SEV2");
  const release = await hold(ada.page, "**/v1/attachments/*");
  await picker(ada).setInputFiles([file("wide.png", PICTURE, "image/png")]);
  await step.widget(ada.page).getByRole("button", { name: "Send report" }).click();
  await step.widget(ada.page).getByRole("button", { name: "Send without them" }).waitFor();
  await row(ada, "wide.png").getByRole("button", { name: "Edit wide.png" }).click();
  const editor = ada.page.getByRole("dialog", { name: "Edit picture" });
  await editor.getByRole("application").waitFor();
  release();
  const uploads = (name) => row(ada, name).getByText("Attached").waitFor({ state: "attached" });
  await uploads("wide.png");
  assert.deepEqual((await world.site.ask("ada", "/v1/incidents")).incidents, [], "it waits for what becomes of the picture");
  await editor.getByRole("button", { name: "Cancel" }).click();
  await step.widget(ada.page).getByText("We've got your report.").waitFor();
});

test("what is sent waits for files whose code is still on its way", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo", { tolerates: /ERR_FAILED/ });
  const draft = async (words) => {
    await step.openForm(ada);
    await step.takenOver(ada);
    await step.field(ada).fill(words);
    await step.chooseLevel(ada, "SEV2");
    await picker(ada).setInputFiles([file("wide.png", PICTURE, "image/png")]);
    await step.widget(ada.page).getByRole("button", { name: "Send report" }).click();
  };
  const sent = async () => (await world.site.ask("ada", "/v1/incidents")).incidents.map(({ title }) => title);

  const fail = await hold(ada.page, "**/assets/attachments-*", (route) => route.abort());
  await draft("The label shows a name.");
  await step.widget(ada.page).getByRole("button", { name: "Send without them" }).waitFor();
  fail();
  await step.widget(ada.page).getByText("Files can't be added right now").waitFor();
  assert.deepEqual(await sent(), [], "its author decides whether it goes without");

  await ada.page.unroute("**/assets/attachments-*");
  await ada.page.reload();
  const release = await hold(ada.page, "**/assets/attachments-*");
  await draft("The label shows a name.");
  await step.widget(ada.page).getByRole("button", { name: "Send without them" }).waitFor();
  assert.deepEqual(await sent(), []);
  release();
  await step.widget(ada.page).getByText("We've got your report.").waitFor();
  await step.widget(ada.page).getByRole("button", { name: "Open thread" }).click();
  await step.widget(ada.page).getByRole("button", { name: "Open wide.png" }).waitFor();
});

test("when the widget goes, so does the picture that somebody was changing", async (t) => {
  const world = await World.create(t);
  const ada = await world.visitor("Ada", world.site.origin + "/demo");
  await step.openForm(ada);
  await step.takenOver(ada);
  await picker(ada).setInputFiles([file("wide.png", PICTURE, "image/png")]);
  await row(ada, "wide.png").getByText("Attached").waitFor();
  await row(ada, "wide.png").getByRole("button", { name: "Edit wide.png" }).click();
  const editor = ada.page.getByRole("dialog", { name: "Edit picture" });
  await editor.getByRole("application").waitFor();
  await ada.page.evaluate(() => callpoint("shutdown"));
  await editor.waitFor({ state: "detached" });
  await ada.page.evaluate(() => callpoint("boot", {}));
  assert.equal(await editor.count(), 0);
});

test("a picture of the screen is taken where the browser can, and guests attach nothing", async (t) => {
  const world = await World.create(t, { CALLPOINT_CUSTOMERS_GUESTS: "true" });
  const { site } = world;
  const ada = await world.visitor("Ada", site.origin + "/demo");
  // A screen that is always there, and red.
  await ada.page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 160 });
      const context = canvas.getContext("2d");
      const paint = () => {
        context.fillStyle = "#d00";
        context.fillRect(0, 0, 320, 160);
      };
      paint();
      setInterval(paint, 50);
      return (window.captured = canvas.captureStream(20));
    };
  });
  await step.openForm(ada);
  await step.takenOver(ada);
  await step.widget(ada.page).getByRole("button", { name: "Take a screenshot" }).click();
  const editor = ada.page.getByRole("dialog", { name: "Edit picture" });
  await editor.getByRole("application").waitFor();
  assert.equal(await captures(ada), false, "the screen is not looked at for longer than it takes");
  await ada.page.keyboard.press("Escape");
  await editor.waitFor({ state: "detached" });
  assert.equal(await row(ada, "screenshot").count(), 0, "nothing is added without their word");
  assert.ok(await step.field(ada).isVisible(), "and the form is still there");
  await step.widget(ada.page).getByRole("button", { name: "Take a screenshot" }).click();
  await editor.getByRole("button", { name: "Attach", exact: true }).click();
  await row(ada, "screenshot.png").getByText("Attached").waitFor();

  const guest = await world.visitor("A guest", site.origin + "/report");
  await step.widget(guest.page).getByText("Help me choose").waitFor();
  assert.equal(await picker(guest).count(), 0);
});
