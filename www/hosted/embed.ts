// The widget in a frame of a page that refuses WebAssembly. The page around it may be any of those that may embed the
// widget, which the browser sees to; it sends a channel, and everything else comes and goes by that.
import type {} from "../sdk/internal/loader";
import type { FramedElement, FromFrame, ToFrame } from "../sdk/internal/frame";

const calls: unknown[][] = [];
window.callpoint ??= Object.assign((...call: unknown[]) => calls.push(call), { q: calls });
const callpoint = (verb: string, ...rest: unknown[]) => window.callpoint!(verb, ...rest);

const FORWARDED = ["ready", "close", "report", "status", "entry", "unread", "severity", "resolution", "settled", "error"] as const;

/** Shows this element alone, and says how high it is. */
const stand = ([name, attribute, value]: FramedElement, say: (message: FromFrame) => void) => {
  const element = document.createElement(name);
  element.setAttribute(attribute, value);
  document.body.append(element);
  if (name == "callpoint-thread") document.body.className = "whole";
  else new ResizeObserver(() => say({ event: "size", detail: Math.ceil(element.getBoundingClientRect().height) })).observe(element);
};

const serve = (port: MessagePort) => {
  const say = (message: FromFrame) => port.postMessage(message);
  let waiting: { resolve(token: string): void; reject(why: unknown): void }[] = [];
  const getToken = () =>
    new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      say({ ask: "token" });
    });
  for (const name of FORWARDED) callpoint("on", name, (detail: unknown) => say({ event: name, detail }));
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if ("boot" in data) {
      const { signedIn, element, ...options } = data.boot;
      if (element) stand(element, say);
      callpoint("boot", { ...options, ...(signedIn && { getToken }) });
      say({ event: "booted", detail: {} });
    } else if ("show" in data) callpoint("show", data.show || undefined, data.prefill);
    else if ("hide" in data) callpoint("hide");
    else if ("token" in data) {
      for (const { resolve, reject } of waiting.splice(0)) data.token ? resolve(data.token) : reject("no token");
    }
  };
};

const hear = ({ source, data, ports: [port] }: MessageEvent) => {
  if (source != parent || data != "callpoint" || !port) return;
  removeEventListener("message", hear);
  serve(port);
};
if (parent != window) {
  addEventListener("message", hear);
  // Says nothing but that it is there.
  parent.postMessage("callpoint", "*");
}
