// What the widget and the console know of files before anybody adds or gets one: where they are dropped, pasted or
// chosen. Everything else is fetched by then.
import { anyKept } from "./kept";

declare const __ATTACHMENTS_URL__: string;

/** A file of an entry. */
export type Attached = [id: string, name: string, size: number, mediaType: string];

/** What the module needs of whoever uses it. */
export interface Port {
  /** Asks the server, as whoever is signed in. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Under whose name files are kept on this device; none until it is known. */
  owner(): string | undefined;
  /** The language that they read. */
  lang: string;
  /** Aborted when whoever uses it is gone; the console never is. */
  ended?: AbortSignal;
}

/** Hears which files are ready to be sent, by id and name, how many are on their way, and how many can't be attached; of
 *  none at all: adding files failed. */
export type Changed = (ids?: string[], names?: string[], pending?: number, refused?: number) => void;

/** Under which key the files of a report are, as the widget has it. */
const REPORT = "report";

// Programs of offices put a picture beside the text that was copied.
const isText = ({ clipboardData }: ClipboardEvent) => clipboardData?.types.includes("text/plain");

const has = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files");

/** What is dropped or pasted on the instant form, which has no place for it: for the report that comes in its place, of
 *  the person who has the form now. */
export const gather = (panel: HTMLElement) => {
  const early: File[] = [];
  const take = (event: Event, files: FileList | undefined) => {
    if (event.defaultPrevented || !files?.length || !panel.querySelector("textarea[name=what]")) return;
    event.preventDefault();
    early.push(...files);
  };
  // However often it is booted.
  panel.ondragover = (event) => void (has(event) && event.preventDefault());
  panel.ondrop = (event) => take(event, event.dataTransfer?.files);
  panel.onpaste = (event) => isText(event) || take(event, event.clipboardData?.files);
  return early;
};

/** What the widget calls with an element: to draw the files of an entry into it, or to let files be added to what is
 *  written under `key`. With a key and ids: what was written there is on its way, with these files. */
export const createFiles = (port: Port, early: File[] = []) => {
  let loading: Promise<typeof import("./attachments")> | undefined;
  const load = () =>
    (loading ??= import(__ATTACHMENTS_URL__ + "?" + port.lang)).catch((error) => {
      loading = undefined;
      throw error;
    });

  const watch = (root: HTMLElement, key: string, changed: Changed) => {
    const area = root.closest<HTMLElement>(".app") ?? root.closest("form") ?? root;
    const input = root.querySelector("input")!;
    const list = root.querySelector<HTMLElement>(".files-list")!;
    // Those that the tray does not have yet: what is sent waits for them too.
    let coming: File[] = [];
    let told: Parameters<Changed> = [[]];
    const tell: Changed = (...now) => {
      told = now;
      const [ids, names = [], pending = 0, refused] = now;
      changed(ids, [...names, ...coming.map(({ name }) => name)], pending + coming.length, refused);
    };
    const open = () => load().then(({ openTray }) => openTray(port, key, list, tell));
    const add = (files: Iterable<File> | undefined | null) => {
      const chosen = [...(files ?? [])];
      if (!chosen.length) return;
      coming.push(...chosen);
      tell(...told);
      const come = () => (coming = coming.filter((file) => !chosen.includes(file)));
      open().then((tray) => (come(), tray.add(chosen)), () => (come(), changed()));
    };
    // A screen comes and goes in the same area.
    const on = <K extends keyof HTMLElementEventMap>(name: K, hear: (event: HTMLElementEventMap[K]) => void) => {
      const heard = (event: HTMLElementEventMap[K]) => (root.isConnected ? hear(event) : area.removeEventListener(name, heard));
      area.addEventListener(name, heard);
    };
    on("dragover", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      event.stopPropagation();
      area.dataset["dropping"] = "";
    });
    on("dragleave", ({ relatedTarget }) => area.contains(relatedTarget as Node) || delete area.dataset["dropping"]);
    on("drop", (event) => {
      delete area.dataset["dropping"];
      if (!has(event)) return;
      event.preventDefault();
      event.stopPropagation();
      add(event.dataTransfer?.files);
    });
    on("paste", (event) => {
      const { files } = event.clipboardData ?? {};
      if (!files?.length || isText(event)) return;
      event.preventDefault();
      add(files);
    });
    input.onchange = () => {
      add(input.files);
      // The same file can be chosen again.
      input.value = "";
    };
    const shoot = root.querySelector<HTMLElement>(".shoot")!;
    // Phones have none, and a frame is let take none.
    shoot.hidden = self != top || !navigator.mediaDevices?.getDisplayMedia;
    shoot.onclick = () => open().then((tray) => tray.shoot(), () => changed());
    if (anyKept() || loading) open().catch(() => {});
    if (key == REPORT) add(early.splice(0));
  };

  return (root: HTMLElement | string, given: Attached[] | string[] | string, changed?: Changed) => {
    if (typeof root == "string") void load().then(({ sent }) => sent(port, root, given as string[]), () => {});
    else if (typeof given == "string") watch(root, given, changed!);
    else void load().then(({ show }) => show(port, root, given as Attached[]), () => {});
  };
};
