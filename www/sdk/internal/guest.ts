// How the open panel gets on with the page around it: what happens in it stays in it, and it can be used whatever the
// page has put in front.
import type { CallpointWidget } from "./loader";

// Shortcuts, focus traps, smooth scrolling, autosave and recording of the page listen for these at its document.
const PRIVATE =
  "beforeinput change click compositionend compositionstart compositionupdate copy cut focusin " +
  "focusout input keydown keypress keyup paste touchmove touchstart wheel";

/** Elements whose children are never shown. */
const REPLACED = "audio,canvas,embed,iframe,img,object,video";

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

let told = false;

/** Keeps to itself what people do in there. */
export const keepIn = (root: ShadowRoot) => PRIVATE.split(" ").forEach((type) => root.addEventListener(type, stop));

/** Joins the page with an open panel; as often as it opens. */
export const join = (host: CallpointWidget) => {
  keepIn(host.shadowRoot!);
  if (host.floats) host.panel.addEventListener("keydown", trap);
  comeToFront(host);
  if (told || document.querySelectorAll("callpoint-widget").length < 2) return;
  told = true;
  console.warn("callpoint: a second <callpoint-widget> stays empty");
};

/** Moves the widget into what makes the rest of the page inert, a modal dialog or a full screen, and back after it. */
const comeToFront = (host: CallpointWidget) => {
  const front = [...document.querySelectorAll(":modal, :fullscreen")].pop();
  if (!host.own || !host.floats || !front || front.contains(host)) return;
  if (front.matches(REPLACED)) return void document.exitFullscreen();
  const leave = () => {
    if (front.matches(":modal, :fullscreen")) return;
    front.removeEventListener("close", leave);
    document.removeEventListener("fullscreenchange", leave);
    if (front.contains(host)) document.documentElement.append(host);
  };
  front.addEventListener("close", leave);
  document.addEventListener("fullscreenchange", leave);
  front.append(host);
};
