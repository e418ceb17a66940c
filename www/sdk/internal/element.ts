// What is fetched on intent: the widget's WebAssembly, its styles, and the manners of the panel.
import { initSync, Widget } from "callpoint:widget";
import type { CallpointWidget } from "./loader";
import css from "callpoint:widget.css";

export interface Options {
  backend: string;
  getToken?: () => string | Promise<string>;
  theme?: "auto" | "light" | "dark";
  position?: string;
  launcher?: string;
  load?: "interaction" | "idle" | "eager";
  component?: string;
  release?: string;
}

export type Controller = Awaited<ReturnType<typeof start>>;

const FOCUSABLE = "button:not([disabled]),textarea,select,input,summary,a[href]";

// One instance of the module serves every boot on the page.
let loaded: ReturnType<typeof load> | undefined;

declare const __REST_URL__: string;

// What the form does without: threads and status. It joins the code that is there, and tries again until it has.
const later = new CSSStyleSheet();
let rest: Promise<unknown> | undefined;
const join = (backend: string, first: unknown, tries = 0): Promise<unknown> =>
  // A browser may remember that a module could not be fetched: each try has an address of its own.
  import(backend + __REST_URL__ + (tries ? "?" + tries : ""))
    .then((rest) => rest.join(backend, first, later))
    .catch(() => new Promise((wait) => setTimeout(wait, 3000)).then(() => join(backend, first, tries + 1)));

interface Refusal {
  code: string;
  message: string;
  field?: string;
}

// Why a report was refused, as an error that programs can read.
const refusal = ({ code, message, field }: Refusal) =>
  Object.assign(new Error("callpoint: " + message), { code, field });

// Compiled as it comes in, whatever type a proxy on the way may have given it.
const load = async (wasm: Response) => {
  const headers = { "content-type": "application/wasm" };
  return initSync({ module: await WebAssembly.compileStreaming(new Response(wasm.body, { headers })) });
};

const emit = (target: EventTarget, name: string, detail: unknown) =>
  target.dispatchEvent(new CustomEvent("callpoint:" + name, { detail, bubbles: true, composed: true }));

const sheet = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
};

// Tab goes round inside the panel; it never falls through to the page behind it.
const trap = (panel: HTMLElement) => (event: KeyboardEvent) => {
  if (event.key !== "Tab") return;
  const stops = Array.from(panel.querySelectorAll<HTMLElement>(FOCUSABLE)).filter((stop) => stop.offsetParent);
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const leaving = event.shiftKey ? active === first || active?.tagName === "H1" : active === last;
  if (leaving) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
};

export const start = async (host: CallpointWidget, options: Options, wasm: Response) => {
  const first = await (loaded ??= load(wasm));
  const waiting = new Map<string, [(receipt: unknown) => void, (reason: Error) => void]>();
  let shown = false;
  let over = false;
  const { getToken, ...plain } = options;
  const settings = {
    ...plain,
    ...(getToken && { getToken: async () => String(await getToken()).trim() }),
    page: location.origin + location.pathname,
    browser: navigator.userAgent,
  };
  const widget = new Widget(settings, (name: string, detail: any) => {
    if (name === "unread") host.badge.textContent = detail.count ? String(detail.count) : "";
    if (name === "report") waiting.get(detail.incident)?.[0](detail);
    if (name === "error") waiting.get(detail.command)?.[1](refusal(detail));
    emit(host, name, detail);
  });
  void (rest ??= join(options.backend, first));
  const root = host.shadowRoot!;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets.slice(0, 1), sheet(), later];
  const frame = document.createElement("div");
  frame.className = "frame";
  const trapped = trap(host.panel);
  const show = (view = "", prefill?: object) => {
    if (!shown) {
      shown = true;
      host.panel.replaceChildren(frame);
      widget.mount(frame, host.floats ? () => host.hide() : undefined);
      if (host.floats) host.panel.addEventListener("keydown", trapped);
    }
    widget.opened(true);
    host.badge.textContent = "";
    if (view.startsWith("thread:")) widget.open(view.slice(7));
    else if (view) widget.show(view, prefill);
  };
  const frames = new WeakMap<HTMLElement, HTMLElement>();
  return {
    show,
    hidden: () => shown && widget.opened(false),
    report: (draft: object) =>
      new Promise((resolve, reject) => {
        try {
          waiting.set(widget.report(draft), [resolve, reject]);
        } catch (error) {
          reject(error instanceof Error ? error : refusal(error as Refusal));
        }
      }),
    status: () => widget.status(),
    mountStatus: (element: HTMLElement) => {
      if (frames.has(element)) return;
      const into = document.createElement("div");
      frames.set(element, into);
      element.shadowRoot!.adoptedStyleSheets = [sheet(), later];
      element.shadowRoot!.replaceChildren(into);
      widget.mountStatus(into, element.getAttribute("variant") ?? "dot");
    },
    unmountStatus: (element: HTMLElement) => {
      const into = frames.get(element);
      if (into) widget.unmountStatus(into);
      frames.delete(element);
    },
    shutdown: () => {
      over = true;
      host.panel.removeEventListener("keydown", trapped);
      widget.shutdown();
    },
  };
};
