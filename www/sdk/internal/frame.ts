// The widget in a frame from the server's own origin, where the page's policy refuses WebAssembly. Page and frame speak
// through a channel that only that origin is given; the token goes through it, and stands in no address.
import type { ReportDraft } from "../../types/callpoint";
import type { Controller, Surroundings } from "./element";
import type { InstantForm } from "./fields";
import { report } from "./reporting";

/** What the page tells the frame. */
export type ToFrame =
  | { boot: Record<string, unknown> & { signedIn: boolean; element?: FramedElement } }
  | { show: string; prefill: ReportDraft | undefined }
  | { hide: true }
  | { token: string | undefined };

/** An element of the page that stands in a frame of its own, with what it shows. */
export type FramedElement = [name: string, attribute: string, value: string];

/** What the frame tells the page. */
export type FromFrame = { ask: "token" } | { event: string; detail: any };

/** A frame that has not said that it is there by then is refused, in milliseconds. */
const PATIENCE = 8000;

/** The options that the frame boots with too: text, which a message can carry. */
const SHARED = ["locale", "theme", "component", "release"] as const;

export const framed = async ({ host, options, session, statuses, emit, settle, died }: Surroundings): Promise<Controller> => {
  const { origin } = new URL(options.backend);
  let renew = false;
  let shown: { frame: HTMLIFrameElement; page: string; say(message: ToFrame): void } | undefined;
  const address = () => location.origin + location.pathname;

  /** A frame in `parent` that has booted, with the panel or another element. */
  const open = (parent: Node, element?: FramedElement) =>
    new Promise<NonNullable<typeof shown>>((resolve, reject) => {
      const frame = document.createElement("iframe");
      frame.src = origin + "/embed";
      frame.title = host.panel.ariaLabel ?? "";
      frame.allow = "clipboard-write";
      frame.style.cssText = "display: block; inline-size: 100%; block-size: 100%; border: 0; color-scheme: inherit";
      if (element?.[1] == "incident") frame.style.minBlockSize = "320px";
      const page = address();
      const { port1, port2 } = new MessageChannel();
      const say = (message: ToFrame) => port1.postMessage(message);
      const hear = ({ source, origin: from, data }: MessageEvent) => {
        if (source != frame.contentWindow || from != origin || data != "callpoint") return;
        removeEventListener("message", hear);
        frame.contentWindow!.postMessage("callpoint", origin, [port2]);
        const shared = Object.fromEntries(SHARED.flatMap((name) => (options[name] ? [[name, options[name]]] : [])));
        say({ boot: { ...shared, page, signedIn: !!options.getToken, ...(element && { element }) } });
      };
      port1.onmessage = ({ data }: MessageEvent<FromFrame>) => {
        if ("ask" in data) {
          // The first is the one that the form has; asked again, that one was turned down.
          session.token(renew).then((token) => say({ token }), () => say({ token: undefined }));
          renew = true;
        } else if (data.event == "booted") resolve({ frame, page, say });
        else if (data.event == "size") frame.style.blockSize = data.detail + "px";
        // The panel's frame, or else the first, tells the page what it may want to know.
        else if (element) return;
        else if (data.event == "close") host.hide();
        else emit(data.event, data.detail);
      };
      const refused = () => {
        removeEventListener("message", hear);
        document.removeEventListener("securitypolicyviolation", violated);
        reject(new Error("callpoint: no frame"));
      };
      const violated = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) =>
        effectiveDirective == "frame-src" && blockedURI.startsWith(origin) && refused();
      addEventListener("message", hear);
      document.addEventListener("securitypolicyviolation", violated);
      setTimeout(refused, PATIENCE);
      parent.appendChild(frame);
    });

  // Once out of sight: whether the page lets one in.
  const aside = host.shadowRoot!.appendChild(document.createElement("div"));
  aside.hidden = true;
  await open(aside).finally(() => aside.remove());
  console.warn("callpoint: the page's Content Security Policy refuses WebAssembly; add 'wasm-unsafe-eval' to script-src; until then the widget comes in a frame");
  queueMicrotask(settle);

  const standing = new Set<HTMLElement>();
  const mountStatus = (element: HTMLElement) => {
    if (standing.size == standing.add(element).size) return;
    const attribute = element.localName == "callpoint-status" ? "variant" : "incident";
    const inside = element.shadowRoot!;
    inside.replaceChildren();
    open(inside, [element.localName, attribute, element.getAttribute(attribute) ?? ""]).catch(() => {});
  };
  const unmountStatus = (element: HTMLElement) => {
    standing.delete(element);
    element.shadowRoot!.replaceChildren();
  };
  statuses.forEach(mountStatus);

  const close = () => {
    shown?.frame.remove();
    shown = undefined;
  };
  return {
    ready: () => true,
    show: (view, prefill) => {
      const going = async () => {
        // What is reported in there names the page where the person is.
        if (!shown?.frame.isConnected || shown.page != address()) {
          host.panel.replaceChildren();
          shown = await open(host.panel);
        }
        shown.say({ show: view ?? "", prefill });
        shown.frame.focus();
      };
      going().catch((error) => died(error, prefill ?? {}));
    },
    // The form goes on: what is sent from it needs no frame.
    takeOver: (_form: InstantForm) => {},
    hidden: () => shown?.say({ hide: true }),
    report: (draft) => report(draft, session, emit),
    status: () => session.status().then(({ headline }) => headline),
    mountStatus,
    unmountStatus,
    shutdown: () => {
      close();
      standing.forEach(unmountStatus);
    },
  };
};
