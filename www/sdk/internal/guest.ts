// How the open panel gets on with the page around it: what happens in it stays in it.
import type { CallpointWidget } from "./loader";

declare const __FRONT_URL__: string;

// Shortcuts, focus traps, smooth scrolling, autosave and recording of the page listen for these at its document.
const PRIVATE =
  "beforeinput change click compositionend compositionstart compositionupdate copy cut focusin " +
  "focusout input keydown keypress keyup paste touchmove touchstart wheel";

const FOCUSABLE = "button:enabled,input,textarea,select,summary,a[href]";

const stop = (event: Event) => event.stopPropagation();

// Tab goes round inside the panel; it never falls through to the page behind it.
const trap = (event: KeyboardEvent) => {
  if (event.key != "Tab") return;
  const panel = event.currentTarget as HTMLElement;
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((stop) => stop.offsetParent);
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  const first = stops[0];
  const last = stops.at(-1);
  if (event.shiftKey ? active == first || active?.tagName == "H1" : active == last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
};

/** Keeps to itself what people do in there. */
export const keepIn = (root: ShadowRoot) => PRIVATE.split(" ").forEach((type) => root.addEventListener(type, stop));

/** Joins the page with an open panel; as often as it opens. */
export const join = (host: CallpointWidget) => {
  keepIn(host.shadowRoot!);
  if (host.floats) host.panel.addEventListener("keydown", trap);
  // Beside others of its kind, or behind what makes the page inert.
  if (document.querySelectorAll(":modal, :fullscreen, callpoint-widget")[1])
    return import(__FRONT_URL__).then(({ comeToFront }: typeof import("./front")) => comeToFront(host)).catch(() => {});
};
