// Files that people attach to what they write: a list of them with their progress, kept on this device and uploaded part
// by part until they are sent; and the files of entries, as pictures or links. Fetched when somebody adds or gets one.
import { button, el, fill } from "./dom";
import type { Attached, Changed, Port } from "./files";
import { type Kept, keep, keptOf, release } from "./kept";
import { isPicture, paint } from "./picture";
import { newId } from "./session";
import * as text from "callpoint:text";
import css from "callpoint:attachments.css";

declare const __SCREENSHOT_URL__: string;

/** The least and the most bytes of one part; the server says the same. */
const PART = 128 * 1024;
const PARTS = 1024 * 1024;
const TIMEOUT = 60_000;

const styles = new CSSStyleSheet();
styles.replaceSync(css);

/** Gives the list its looks, whatever root it stands in. */
const dress = (element: Element) => {
  const root = element.getRootNode() as ShadowRoot | Document;
  if (!root.adoptedStyleSheets.includes(styles)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles];
};

/** A size as people of this language write it. */
const sizeOf = (bytes: number) => {
  const [unit, of] = bytes < 1e6 ? ["kilobyte", 1e3] as const : ["megabyte", 1e6] as const;
  const format = new Intl.NumberFormat(text.LANG, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: of == 1e6 ? 1 : 0 });
  return format.format(Math.max(bytes / of, of == 1e3 ? 1 : 0));
};

/** A file that is being added. */
interface Item extends Kept {
  sent: number;
  state: "waiting" | "ready" | "failed";
  why?: string;
  /** Somebody is changing it: it is not to be sent as it is. */
  edited?: boolean;
}

const json = (answer: Response) => answer.json().catch(() => ({}));

/** What can't be helped by trying again, in words. */
class Refused extends Error {}

/** Uploads a file from where the server has it to its end. What may be helped by trying again is thrown as any error. */
const upload = async (port: Port, item: Item, moved: () => void, gone: () => boolean | undefined) => {
  const ask = async (path: string, init: RequestInit): Promise<{ offset: number; size: number }> => {
    const answer = await port.ask("/v1/attachments" + path, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
    const told = await json(answer);
    if (answer.ok) return told;
    const { status } = answer;
    // A part that does not fit is asked for anew; an upload that the server has let go begins anew.
    const again = status >= 500 || status == 401 || told.code == "rate_limited" || told.code == "offset_conflict" || (path && status == 404);
    throw again ? new Error(told.code) : new Refused(told.detail ?? String(status));
  };
  const { id, name, blob } = item;
  const headers = { "Content-Type": "application/json", "Idempotency-Key": id };
  let at = await ask("", { method: "POST", headers, body: JSON.stringify({ name, size: blob.size }) });
  for (let length = PART; !gone(); ) {
    item.sent = at.offset;
    moved();
    if (at.offset == at.size) return;
    const body = await blob.slice(at.offset, at.offset + length).arrayBuffer().catch(() => {
      throw new Refused(text.FILE_UNREADABLE);
    });
    const began = Date.now();
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at.offset) };
    at = await ask("/" + id, { method: "PATCH", headers, body });
    // As large as the line takes in about a second.
    if (Date.now() - began < 1000) length = Math.min(length * 2, PARTS);
  }
};

/** Waits longer each time, or until the device is online again. */
const pause = (tries: number) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, Math.random() * Math.min(30_000, 1000 * 2 ** tries));
    addEventListener("online", done);
  });

const createTray = (port: Port, key: string) => {
  let items: Item[] = [];
  let list: HTMLElement | undefined;
  let changed: Changed = () => {};
  let busy = false;

  const tell = () => {
    const settled = items.filter(({ edited }) => !edited);
    const ready = settled.filter(({ state }) => state == "ready");
    const failed = settled.filter(({ state }) => state == "failed").length;
    changed(ready.map(({ id }) => id), ready.map(({ name }) => name), items.length - ready.length - failed, failed);
  };

  const remove = (item: Item) => {
    items = items.filter((other) => other != item);
    void release(item);
    // What nobody sends stays nowhere.
    void port.ask("/v1/attachments/" + item.id, { method: "DELETE" }).catch(() => {});
    draw();
    tell();
  };

  const retry = (item: Item) => {
    item.state = "waiting";
    draw();
    tell();
    void work();
  };

  /** A picture after it was changed is another file; the one before it is gone. */
  const edit = async (item: Item) => {
    item.edited = true;
    tell();
    try {
      const { edit }: typeof import("./screenshot") = await import(__SCREENSHOT_URL__ + "?" + port.lang);
      const blob = await edit(list!, item.blob);
      if (!blob) return;
      // First the one that takes its place: with neither, what waits for files would go.
      add([new File([blob], item.name.replace(/\.\w+$/, "") + ".png", { type: blob.type })]);
      remove(item);
    } finally {
      item.edited = false;
      tell();
    }
  };

  const row = (item: Item) => {
    const { name, blob, state, why, sent } = item;
    const action = (words: string, label: string, act: () => void) =>
      Object.assign(button("link", act, words), { ariaLabel: fill(label, { name }) });
    const about =
      state == "failed"
        ? Object.assign(el("span", "fault", fill(text.NOT_ATTACHED, { why: why ?? "" })), { role: "alert" })
        : state == "ready"
          ? el("span", "quiet", text.ATTACHED)
          : Object.assign(el("progress", { max: blob.size, value: sent }), { ariaLabel: fill(text.UPLOADING, { name }) });
    const line = el("li", "file", el("span", { className: "file-name", dir: "auto" }, name), el("span", "quiet", sizeOf(blob.size)), about);
    if (state == "failed") line.append(action(text.TRY_AGAIN, text.TRY_AGAIN_FILE, () => retry(item)));
    if (isPicture(blob.type)) line.append(action(text.EDIT_PICTURE, text.EDIT_PICTURE_FILE, () => void edit(item).catch(() => changed())));
    line.append(action(text.REMOVE, text.REMOVE_FILE, () => remove(item)));
    return line;
  };

  /** Draws the list anew; what had the focus has it again. */
  const draw = () => {
    if (!list?.isConnected) return;
    const root = list.getRootNode() as ShadowRoot;
    const active = list.contains(root.activeElement) ? root.activeElement!.ariaLabel : undefined;
    dress(list);
    list.replaceChildren(...(items.length ? [Object.assign(el("ul", "", ...items.map(row)), { ariaLabel: text.FILES })] : []));
    if (active == undefined) return;
    const again = [...list.querySelectorAll("button")];
    (again.find(({ ariaLabel }) => ariaLabel == active) ?? again[0] ?? list.parentElement?.querySelector("input"))?.focus();
  };

  const progress = (item: Item) => {
    const bar = list?.querySelectorAll("li")[items.indexOf(item)]?.querySelector("progress");
    if (bar) bar.value = item.sent;
  };

  /** Uploads one after the other. */
  const work = async () => {
    if (busy) return;
    busy = true;
    for (let item; !port.ended?.aborted && (item = items.find(({ state }) => state == "waiting")); ) {
      const own = item;
      const gone = () => port.ended?.aborted || !items.includes(own);
      for (let tries = 0; ; tries++) {
        try {
          await upload(port, own, () => progress(own), gone);
          if (!gone()) own.state = "ready";
          break;
        } catch (error) {
          if (error instanceof Refused) {
            Object.assign(own, { state: "failed", why: error.message });
            break;
          }
          await pause(tries);
          if (gone()) break;
        }
      }
      draw();
      tell();
    }
    busy = false;
  };

  const add = (files: File[]) => {
    for (const blob of files) {
      const item: Item = { id: newId(), key, owner: port.owner(), name: blob.name || "file", blob, sent: 0, state: "waiting" };
      const full = items.filter(({ state, edited }) => state != "failed" && !edited).length >= 10;
      if (full || !blob.size) Object.assign(item, { state: "failed", why: full ? text.TOO_MANY_FILES : text.FILE_EMPTY });
      else void keep(item);
      items.push(item);
    }
    draw();
    tell();
    void work();
  };

  return {
    add,
    /** Takes a picture of the screen, which the person looks at and edits before anything of it is added. */
    async shoot() {
      try {
        const { shoot }: typeof import("./screenshot") = await import(__SCREENSHOT_URL__ + "?" + port.lang);
        const blob = await shoot(list!);
        if (blob) add([new File([blob], text.SCREENSHOT_NAME + ".png", { type: blob.type })]);
      } catch {
        changed();
      }
    },
    /** Shows itself there from now on. */
    show(root: HTMLElement, hear: Changed) {
      [list, changed] = [root, hear];
      draw();
      tell();
    },
    /** Takes up what an earlier visit left. */
    async restore() {
      const owner = port.owner();
      const left = owner ? await keptOf(owner, key) : [];
      const known = items.map(({ id }) => id);
      items.push(...left.filter(({ id }) => !known.includes(id)).map((kept) => ({ ...kept, sent: 0, state: "waiting" as const })));
      draw();
      tell();
      void work();
    },
    /** These are sent; the rest stays. */
    sent(ids: string[]) {
      items.filter(({ id }) => ids.includes(id)).forEach((item) => void release(item));
      items = items.filter(({ id }) => !ids.includes(id));
      draw();
      tell();
    },
  };
};

type Tray = ReturnType<typeof createTray>;

/** Those of each boot: the next reads again what this device keeps. */
const trays = new WeakMap<Port, Map<string, Promise<Tray>>>();

const trayOf = (port: Port, key: string) => {
  const own = trays.get(port) ?? new Map<string, Promise<Tray>>();
  trays.set(port, own);
  const name = JSON.stringify([port.owner(), key]);
  const found = own.get(name);
  if (found) return found;
  const tray = createTray(port, key);
  const opened = tray.restore().then(() => tray);
  own.set(name, opened);
  return opened;
};

/** The files of what is being written under `key`, shown in `list`. */
export const openTray = async (port: Port, key: string, list: HTMLElement, changed: Changed) => {
  const tray = await trayOf(port, key);
  tray.show(list, changed);
  return tray;
};

/** What was written under `key` is on its way, with these files. */
export const sent = async (port: Port, key: string, ids: string[]) => (await trayOf(port, key)).sent(ids);

/** Gives a blob to the browser: a picture to look at, anything else to keep. */
const give = (blob: Blob, name: string) => {
  const href = URL.createObjectURL(blob);
  const link = el("a", { href, ...(isPicture(blob.type) ? { target: "_blank", rel: "noopener" } : { download: name }) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
};

/** One file of an entry. */
const attached = (port: Port, [id, name, size, mediaType]: Attached) => {
  const picture = isPicture(mediaType);
  let blob: Promise<Blob> | undefined;
  const bytes = () =>
    (blob ??= (async () => {
      const answer = await port.ask("/v1/attachments/" + id, { signal: AbortSignal.timeout(TIMEOUT) });
      if (!answer.ok) throw new Error((await json(answer)).detail);
      return answer.blob();
    })()).catch((error) => {
      blob = undefined;
      throw error;
    });
  const fault = Object.assign(el("span", { className: "fault", hidden: true }), { role: "alert" });
  const fail = () => {
    fault.textContent = text.FILE_UNAVAILABLE;
    fault.hidden = false;
  };
  const open = () => {
    fault.hidden = true;
    bytes().then((blob) => give(blob, name), fail);
  };
  const called = el("span", { className: "file-name", dir: "auto" }, name);
  const opener = button(picture ? "picture" : "link", open, ...(picture ? [] : [called]));
  opener.ariaLabel = fill(picture ? text.OPEN_FILE : text.DOWNLOAD_FILE, { name });
  const caption = el("span", "caption", ...(picture ? [called] : []), " ", el("span", "quiet", sizeOf(size)));
  const line = el("li", "file", opener, caption, fault);
  if (picture) {
    // Its box is there before it is, so that nothing moves; its bytes are fetched once somebody is about to see it.
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      seen.disconnect();
      bytes().then((blob) => paint(opener, blob), fail).catch(() => opener.classList.add("unseen"));
    }, { rootMargin: "200px" });
    seen.observe(opener);
  }
  return line;
};

/** Draws the files of an entry. */
export const show = (port: Port, root: HTMLElement, files: Attached[]) => {
  dress(root);
  root.replaceChildren(Object.assign(el("ul", "", ...files.map((file) => attached(port, file))), { ariaLabel: text.FILES }));
};
