// What every page loads: the queue, the launcher and an empty panel. No WebAssembly here, and nothing is fetched
// before somebody shows that they want it. A failure in here must cost the page nothing: zero pixels, no exception.
import type { ReportField } from "../../types/callpoint";
import type { Panel } from "./form";
import type { Labels } from "./own";
import css from "callpoint:loader.css";
import { CLOSE, LANG, LOAD_FAILED_TITLE, LOADING, REPORT_A_PROBLEM, TRY_AGAIN } from "callpoint:text";

declare const __DRESS_URL__: string;
declare const __FORM_URL__: string;
declare const __GUEST_URL__: string;
declare const __LABELS_URL__: string;
declare global {
  interface Window {
    callpoint?: ((verb: string, ...rest: any[]) => unknown) & { q?: unknown[][] };
  }
}

export interface Options {
  backend: string | readonly string[];
  transport?: (request: Request) => Promise<Response>;
  status?: string;
  getToken?: () => string | Promise<string>;
  theme?: "auto" | "light" | "dark";
  position?: string;
  launcher?: string;
  load?: "interaction" | "idle" | "eager";
  locale?: string;
  component?: string;
  release?: string;
  capture?: boolean;
  redact?: (string | RegExp)[] | ((text: string, name: string) => string);
  fields?: ReportField[];
  labels?: Labels;
  icon?: string;
}

// A module has no current script.
const script = (document.currentScript ?? document.querySelector('script[src*="/v1/loader.js"]')) as HTMLScriptElement;
let { origin } = new URL(script.dataset.backend?.split(/[\s,]+/)[0] || script.src);
/** A form that comes sooner than this is the first that is drawn in the panel, in milliseconds. */
const LOADING_AFTER = 150;
/** A form that has not come by then will not come, in milliseconds. */
const LOADING_LIMIT = 10_000;
const handle = "M5 1h6l4 4v6l-4 4H5l-4-4V5zM7 4v5h2V4zm0 6v2h2v-2z";

const own = origin;

let options: Options | undefined;
let begun: Promise<Panel> | undefined;
let ended: Promise<unknown> | undefined;
let guest: typeof import("./guest") | undefined;
let fetched: Promise<typeof import("./form")> | undefined;
let tries = 0;
const statuses = new Set<HTMLElement>();

// The code, once for each boot, from the next origin when one fails. A browser may remember that a module could not
// be fetched: each try has an address of its own.
const prefetch = (): Promise<typeof import("./form")> => {
  const origins = [...new Set((own + "," + options!.backend).split(/[\s,]+/))];
  return (fetched ??= new Promise<typeof import("./form")>((resolve, reject) => {
    setTimeout(reject, LOADING_LIMIT, origin);
    ({ origin } = new URL(origins[tries % origins.length]!));
    Promise.all([import(origin + (options!.labels ? __LABELS_URL__ : __FORM_URL__) + "?" + (options!.locale ?? LANG) + "#" + tries), import(origin + __GUEST_URL__).then((it) => (guest = it), () => {})])
      .then(([form]) => resolve(form), reject);
  }).catch((error) => {
    begun = fetched = undefined;
    // Once: whoever develops the page reads it, and each try would say the same.
    tries++ || console.warn("callpoint: not loaded: " + error);
    if (tries >= origins.length) throw error;
    return prefetch();
  }));
};

const begin = (given = options!) => {
  // Of two people on this page the first is gone before the second comes.
  return (begun ??= Promise.all([prefetch(), ended]).then(([form]) => form.begin(widget(), given, origin, statuses)));
};

// For what only matters to a panel that was begun.
const running = (work: (panel: Panel) => unknown) => begun?.then(work, () => {});

const make = <K extends keyof HTMLElementTagNameMap>(name: K, part: string, text = "", press?: any) => {
  const element = document.createElement(name);
  element.className = (element as { part: any }).part = part;
  element.textContent = text;
  element.onclick = press;
  return element;
};

export class CallpointWidget extends HTMLElement {
  launcher = make("button", "launcher");
  panel = make("div", "panel");
  from?: HTMLElement;
  own?: boolean;
  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    svg.setAttribute("viewBox", "0 0 16 16");
    path.setAttribute("d", handle);
    this.launcher.append(svg);
    this.launcher.ariaLabel = REPORT_A_PROBLEM;
    this.launcher.onclick = () => (this.open ? this.hide() : this.show());
    this.launcher.onpointerenter = this.launcher.onfocus = () =>
      options && prefetch().then((form) => form.prefetch(origin)).catch(() => {});
    this.panel.role = "dialog";
    this.panel.ariaLabel = REPORT_A_PROBLEM;
    this.panel.onkeydown = (event) => {
      if (event.key == "Escape" && !event.isComposing && this.floats) this.hide();
    };
    root.append(this.launcher, this.panel);
  }
  get floats() {
    return this.getAttribute("mode") != "inline";
  }
  get open() {
    return this.hasAttribute("open");
  }
  connectedCallback() {
    if (this.floats) {
      this.panel.popover = "manual";
      if (this.open) this.panel.showPopover?.();
    } else if (options) this.show(this.getAttribute("view"));
  }
  // What the page took out with something else comes back by itself.
  disconnectedCallback() {
    if (this.own && options && !this.isConnected) document.documentElement.append(this);
  }
  async show(view?: string | null, prefill?: object) {
    // Fetched before anything is drawn, which takes a slow device longer than the network.
    let loading: number | undefined;
    const form = begin().finally(() => clearTimeout(loading));
    if (!this.open) {
      this.from = document.activeElement as HTMLElement;
      this.turn();
      loading = setTimeout(() => this.open && this.say(LOADING), LOADING_AFTER);
    }
    try {
      const panel = await form;
      await guest?.join(this);
      if (this.open) await panel.show(view, prefill);
    } catch (error) {
      this.say(LOAD_FAILED_TITLE, true);
      this.tell("error", { message: "" + error });
    }
  }
  hide() {
    if (!this.open) return;
    this.turn();
    // Back to where the person was, unless they have gone on by themselves.
    if (document.activeElement == this) {
      // The later one does nothing where that can't have the focus.
      this.launcher.focus();
      this.from?.focus();
    }
    running((panel) => panel.hidden());
  }
  turn() {
    const open = this.toggleAttribute("open");
    if (this.floats) this.panel.togglePopover?.(open);
    this.launcher.ariaExpanded = open as any;
    this.tell(open ? "open" : "close", {});
  }
  // What the page may want to know.
  tell(name: string, detail: unknown) {
    this.dispatchEvent(new CustomEvent("callpoint:" + name, { detail, bubbles: true, composed: true }));
  }
  // The panel before the form is in it: what goes on, a way out, and a page that works without all this.
  say(text: string, failed?: boolean) {
    const close = make("button", "note", CLOSE, () => this.hide());
    const line = make("p", "note", text);
    line.role = "status";
    this.panel.replaceChildren(line);
    if (failed) {
      const again = make("button", "note", TRY_AGAIN, () => (this.say(LOADING), this.show()));
      const page = make("a", "note", REPORT_A_PROBLEM);
      page.href = origin + "/report";
      page.target = "_blank";
      this.panel.append(again, page);
    }
    if (!this.floats) return;
    this.panel.append(close);
    close.focus();
  }
}

class CallpointStatus extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" });
    statuses.add(this);
    if (options) later(fill);
  }
  disconnectedCallback() {
    statuses.delete(this);
    running((panel) => panel.unmountStatus(this));
  }
}

const later = (work: () => void) => (window.requestIdleCallback ?? setTimeout)(work);

// The widget behind the scenes: for the live status, or because the page asks for it early.
const fill = () => {
  if (options) begin().then((panel) => (panel.bring(), statuses.forEach(panel.mountStatus)), () => {});
};

const widget = () => {
  let found = document.querySelector("callpoint-widget") as CallpointWidget | null;
  if (!found) {
    found = document.createElement("callpoint-widget") as CallpointWidget;
    // Not in the body, which there may not be yet, and which pages replace.
    document.documentElement.append(found);
    found.own = true;
  }
  return found;
};

const verbs: Record<string, (...rest: any[]) => unknown> = {
  boot(given: Partial<Options> = {}) {
    const merged = { backend: own, ...script.dataset, ...options, ...given };
    if (options) verbs["shutdown"]!();
    options = merged;
    const host = widget();
    host.dataset["position"] = options.position ?? options.launcher;
    host.dataset["theme"] = options.theme;
    host.toggleAttribute("booted", true);
    host.connectedCallback();
    // What few pages ask for is fetched only there: words and a picture of the vendor's own on the launcher.
    if (options.icon || options.labels)
      import(origin + __DRESS_URL__ + "?" + LANG).then((it: typeof import("./dress")) => it.dress(host, options!)).catch(() => {});
    if (options.load == "eager") fill();
    else if (statuses.size || options.load == "idle") later(fill);
  },
  update: (given) => verbs["boot"]!(given),
  show: (view?: string, prefill?: object) => widget().show(view, prefill),
  toggle: () => widget().launcher.click(),
  hide: () => widget().hide(),
  report: (draft: object) => begin().then((panel) => panel.report(draft)),
  open: (incident: string) => widget().show(incident),
  status: () => begin().then((panel) => panel.status()),
  on(name: string, listener: (detail: unknown) => void) {
    const heard = (event: Event) => listener((event as CustomEvent).detail);
    document.addEventListener("callpoint:" + name, heard);
    return () => document.removeEventListener("callpoint:" + name, heard);
  },
  shutdown() {
    const host = widget();
    host.hide();
    ended = running((panel) => panel.shutdown()) ?? ended;
    begun = fetched = options = undefined;
    host.toggleAttribute("booted", false);
    host.panel.replaceChildren();
    if (host.own) host.remove();
    return ended;
  },
};

// Never into the page: a verb that fails says so in the console of whoever develops it.
const callpoint = (verb: string, ...rest: unknown[]) => {
  try {
    if (!options && !/boot|on|shutdown/.test(verb)) throw "boot first";
    return (verbs[verb] ?? (() => { throw "use " + Object.keys(verbs); }))(...rest);
  } catch (error) {
    console.warn("callpoint: " + verb, error);
  }
};

// Buttons of the page's own, wherever they are and whenever they come; what is none is pressed by its keys as if it were.
const press = (event: any) => {
  const found = event.composedPath().find((at: any) => at.dataset?.callpointOpen != null);
  if (!found || !options || (event.key && (event.target.type || !/^( |Enter)$/.test(event.key)))) return;
  event.preventDefault();
  widget().show(found.dataset.callpointOpen);
};

if (!customElements.get("callpoint-widget")) {
  addEventListener("click", press, true);
  addEventListener("keydown", press, true);
  customElements.define("callpoint-widget", CallpointWidget);
  customElements.define("callpoint-status", CallpointStatus);
  customElements.define("callpoint-thread", class extends CallpointStatus {});
  // What it brings about may ask for more: then that stands in the queue too.
  for (const call of window.callpoint?.q ?? []) callpoint(...(call as [string]));
  window.callpoint = callpoint;
} else console.warn("callpoint: loaded twice");
