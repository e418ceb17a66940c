// What the page has beside the widget that it must get on with: a modal dialog or a full screen in front of it, or a
// second widget. Fetched only where there is one of these.
import type { CallpointWidget } from "./loader";

/** Elements whose children are never shown. */
const REPLACED = "audio,canvas,embed,iframe,img,object,video";

let told = false;

/** Moves the widget into what makes the rest of the page inert, a modal dialog or a full screen, and back after it. */
export const comeToFront = (host: CallpointWidget) => {
  if (!told && document.querySelectorAll("callpoint-widget").length > 1) {
    told = true;
    console.warn("callpoint: a second <callpoint-widget> stays empty");
  }
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
