// What is fetched behind the instant form: the widget's WebAssembly, its styles, and the manners of both towards the
// page. Whatever fails in here stays in here, and the form goes on.
import { initSync, Widget } from "callpoint:widget";
import type { Headline, Receipt, ReportDraft } from "../../types/callpoint";
import { el } from "./dom";
import { createFiles, gather } from "./files";
import type { InstantForm } from "./fields";
import { hasTrapped, onTrap } from "./guard";
import { keepIn } from "./guest";
import { fillIn, handOver, isReady, written } from "./handover";
import type { CallpointWidget } from "./loader";
import { shareStream } from "./stream";
import { OPEN_INCIDENTS, type Options, type Refusal, save, type Session } from "./session";
import css from "callpoint:widget.css";

declare const __FRAME_URL__: string;
declare const __REPORTING_URL__: string;
declare const __TAKEOUT_URL__: string;
declare const __WORDING_URL__: string;

export type Controller = ReturnType<typeof run>;

export interface Surroundings {
  host: CallpointWidget;
  options: Options;
  session: Session;
  /** The styles that form and widget share. */
  sheet: CSSStyleSheet;
  /** The elements of the page that show the live status, or a thread. */
  statuses: Set<HTMLElement>;
  emit(name: string, detail: any): void;
  /** Called when something has changed that a hand-over may wait for. */
  settle(): void;
  /** Called once, when the widget has failed while it ran; with what was written in it. */
  died(error: unknown, draft: ReportDraft): void;
}

declare const __CAPTURE_URL__: string;

const WORDS_TIMEOUT = 5000;
/** What stands where something was taken out, as in the core. */
const REDACTED = "[redacted]";

// One instance of the module serves every boot on the page.
let loaded: ReturnType<typeof load> | undefined;

// Compiled as it comes in, whatever type a proxy on the way may have given it.
const load = async (wasm: Response) => {
  const headers = { "content-type": "application/wasm" };
  initSync({ module: await WebAssembly.compileStreaming(new Response(wasm.body, { headers })) });
};

const styles = new CSSStyleSheet();
styles.replaceSync(css);

// What Yew has drawn into it never lets go of an element, nor of its listeners: they are used again by the next boot.
const spare: HTMLElement[] = [];

/** An element to draw into, and what gives it back. */
const lend = () => {
  const root = spare.pop() ?? document.createElement("div");
  const listening = new AbortController();
  root.addEventListener = (type: string, listener: any, options: any) =>
    EventTarget.prototype.addEventListener.call(root, type, listener, { ...options, signal: listening.signal });
  const free = () => {
    listening.abort();
    root.remove();
    root.className = "";
    root.onwheel = root.ontouchmove = null;
    // What is destroyed goes out of it by the end of this task.
    setTimeout(() => spare.push(root));
  };
  return [root, free] as const;
};

// Why a report was refused, as an error that programs can read.
const refusal = ({ code, message, field }: Omit<Refusal, "command">) =>
  Object.assign(new Error("callpoint: " + message), { code, field });

/** A page's own rules for what must not leave it, as one function. Where they fail it gives nothing, and nothing of the
 *  text leaves the page; whoever develops it hears so once. */
const asOne = (rules: NonNullable<Options["redact"]>) => {
  const flags = (rule: string | RegExp) => [...new Set("g" + (typeof rule == "string" ? "" : rule.flags))].join("");
  // One pattern alone, as on the script tag, is a list of one.
  const patterns = typeof rules == "function" ? [] : [rules].flat();
  const replaced = (text: string) => patterns.reduce<string>((left, rule) => left.replace(new RegExp(rule, flags(rule)), REDACTED), text);
  const apply = typeof rules == "function" ? rules : replaced;
  let told = false;
  return (text: string, name: string) => {
    try {
      const left: unknown = apply(text, name);
      if (typeof left == "string") return left;
      throw `it gave ${typeof left} for ${name}`;
    } catch (error) {
      if (!told) console.warn("callpoint: redact must give a text; until it does, nothing that it fails on is sent:", error);
      told = true;
    }
    return;
  };
};

/** What a language says instead of English; nothing where it can't be had in time. */
const words = async ({ backend, labels, carry = fetch }: Options, lang: string) => {
  const signal = AbortSignal.timeout(WORDS_TIMEOUT);
  const fetched = async () => (await carry(`${backend}/v1/locales/${lang}`, { signal, credentials: "omit" })).json();
  const spoken = lang == "en" ? undefined : await fetched().catch(() => {});
  if (!labels) return spoken;
  const laid: Promise<typeof import("./wording")> = import(__WORDING_URL__);
  return laid.then(({ lay }) => lay(labels, spoken, lang), () => spoken);
};

/** Sends the reports that earlier visits left, where no widget does. */
const flush = (session: Session, emit: Surroundings["emit"]) =>
  void import(__REPORTING_URL__).then(({ flush }: typeof import("./reporting")) => flush(session, emit)).catch(() => {});

/** Asks the server as the person who is signed in; once more where their token is over. */
const asker = ({ backend, carry = fetch, getToken }: Options, session: Session) => async (path: string, init: RequestInit = {}) => {
  const ask = async (renew: boolean) => {
    const headers = new Headers(init.headers);
    if (getToken) headers.set("Authorization", "Bearer " + (await session.token(renew)));
    return carry(backend + path, { ...init, headers, credentials: "omit", cache: "no-store" });
  };
  const answer = await ask(false);
  return answer.status == 401 && getToken ? ask(true) : answer;
};

/** What a browser says of WebAssembly that the page's policy refuses. */
const REFUSED = /unsafe-eval|security policy|\bCSP\b|refused to/i;

// Of two boots in a row only the later one starts the widget: the language is that of the module's one instance.
let latest = 0;
const superseded = { ready: () => false, shutdown: () => {} } as Controller;

export const start = async (surroundings: Surroundings, wasm: Response | Error): Promise<Controller> => {
  const own = ++latest;
  const early = gather(surroundings.host.panel);
  try {
    if (wasm instanceof Error) throw wasm;
    if (!wasm.ok) throw new Error("callpoint: " + wasm.status);
    await (loaded ??= load(wasm));
  } catch (error) {
    const { session, emit, options } = surroundings;
    flush(session, emit);
    // A frame would go to one server by itself.
    if (options.carry || !REFUSED.test(String(error))) throw error;
    const { framed }: typeof import("./frame") = await import(__FRAME_URL__);
    return framed(surroundings).catch(() => {
      throw error;
    });
  }
  const { host, options, session } = surroundings;
  // What waits in the outbox is read once, at the start: it must be known whose it is.
  const [owner, spoken] = await Promise.all([session.known(), words(options, host.panel.lang)]);
  return own == latest ? run(surroundings, owner, spoken, early) : superseded;
};

const run = (surroundings: Surroundings, owner: string | undefined, spoken: unknown, early: File[]) => {
  const { host, options, session, sheet, statuses, emit, settle } = surroundings;
  const frames = new Map<HTMLElement, ReturnType<typeof lend>>();
  const [frame, free] = lend();
  frame.className = "frame";
  const badge = Object.assign(el("span", "badge"), { part: "badge" });
  // Whoever scrolls a thread reads it: the facts above it take two lines from then on.
  frame.onwheel = frame.ontouchmove = ({ target }: Event) =>
    (target as Element).closest(".timeline") && frame.querySelector(".facts[open]")?.removeAttribute("open");
  const ended = new AbortController();
  let known: () => void;
  const knows = new Promise<void>((resolve) => (known = resolve));
  let ready = false;
  let mounted = false;
  let dead = false;
  let renew = false;

  const die = (error: unknown) => {
    if (dead) return;
    dead = true;
    ready = false;
    console.warn("callpoint", error);
    const draft = written(frame);
    frame.remove();
    badge.remove();
    frames.forEach(([inside]) => inside.remove());
    flush(session, emit);
    surroundings.died(error, draft);
  };
  // A call into the widget; nothing comes of it once that has failed.
  const call = <T>(work: () => T): T | undefined => {
    const result = dead ? undefined : work();
    return dead ? undefined : result;
  };

  const { getToken: given, redact, page, ...plain } = options;
  // In a frame the page is the one around it.
  const around = page && { page };
  let captured = (): object => ({});
  if (options.capture) {
    const watch = (capture: typeof import("./capture")) => {
      captured = capture.captured;
      capture.watch(host);
    };
    import(__CAPTURE_URL__).then(watch, () => {});
  }
  const send: NonNullable<Options["carry"]> = options.carry ?? ((...request) => fetch(...request));
  const takeUp = () => call(() => widget.takeUp());
  const settings = {
    ...plain,
    // A status page has no stream, and nobody's name.
    carry: options.status ? send : shareStream(send, `callpoint:${host.panel.lang}:${options.backend}:${owner}`, takeUp),
    captured: () => ({ ...captured(), ...around }),
    takeOut: async (...what: [string, string, string]) =>
      import(__TAKEOUT_URL__).then(({ takeOut }: typeof import("./takeout")) => takeOut(session, options.backend, host.panel.lang, ...what)),
    ...(redact && { redact: asOne(redact) }),
    words: spoken,
    files: createFiles({ ask: asker(options, session), owner: session.owner, lang: host.panel.lang, ended: ended.signal }, early),
    // The first is the one that the form has; asked again, that one was turned down.
    ...(given && {
      getToken: () => {
        const token = session.token(renew);
        // What the server says of the new one is heard here, where a refusal is told to whoever develops the page.
        if (renew) void session.ask("/v1/status");
        renew = true;
        return token;
      },
    }),
  };
  const heard = (name: string, detail: any) => {
    if (name == "ready") {
      ready = true;
      known();
      // Not while the widget is in the middle of it.
      queueMicrotask(settle);
    }
    if (name == "unread") badge.textContent = detail.count ? String(detail.count) : "";
    if (name == "status") save(OPEN_INCIDENTS + owner, detail.yours);
    emit(name, detail);
  };
  let widget: Widget;
  try {
    widget = new Widget(settings, heard);
    if (hasTrapped()) throw new Error("callpoint: the widget has failed");
  } catch (error) {
    flush(session, emit);
    throw error;
  }
  const forget = onTrap(die);

  const root = host.shadowRoot!;
  root.adoptedStyleSheets = [root.adoptedStyleSheets[0]!, sheet, styles];
  host.launcher.append(badge);
  const mount = () => {
    if (!mounted) widget.mount(frame, host.floats ? () => host.hide() : undefined);
    mounted = true;
    widget.opened(true);
  };
  const mountStatus = (element: HTMLElement) => {
    if (frames.has(element)) return;
    const lent = lend();
    const [into] = lent;
    frames.set(element, lent);
    const inside = element.shadowRoot!;
    inside.adoptedStyleSheets = [sheet, styles];
    inside.replaceChildren(into);
    element.dataset["theme"] = options.theme ?? "auto";
    const { lang, dir } = host.panel;
    Object.assign(into, { lang, dir });
    const incident = element.getAttribute("incident");
    if (element.localName == "callpoint-status") {
      call(() => widget.mountStatus(into, element.getAttribute("variant") ?? "dot"));
    } else if (incident) {
      into.className = "frame";
      keepIn(inside);
      // A reference is known once the status is.
      const thread = () => frames.get(element) != lent || call(() => widget.mountThread(into, incident));
      if (!thread()) void knows.then(() => thread() == false && console.warn("callpoint: no incident " + incident));
    }
    watch.observe(element, { attributeFilter: ["variant", "incident"] });
  };
  const unmountStatus = (element: HTMLElement) => {
    const lent = frames.get(element);
    if (!lent) return;
    const [into, free] = lent;
    call(() => (widget.unmount(into), free()));
    frames.delete(element);
  };
  // Pages set attributes when they like.
  const watch = new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (!frames.has(target as HTMLElement)) continue;
      unmountStatus(target as HTMLElement);
      mountStatus(target as HTMLElement);
    }
  });
  statuses.forEach(mountStatus);
  let taking: { form: InstantForm; attempt(): void; observer: MutationObserver } | undefined;
  const cease = () => {
    taking?.observer.disconnect();
    taking = undefined;
  };

  return {
    ready: () => ready,
    /** Shows the panel, or a view of it. */
    show: (view?: string | null, prefill?: ReportDraft) =>
      call(() => {
        cease();
        mount();
        badge.textContent = "";
        if (/^(home|report|status)$/.test(view ?? "")) widget.show(view!, prefill);
        else if (view) widget.open(view.replace("thread:", ""));
        if (!frame.isConnected) host.panel.replaceChildren(frame);
      }),
    /** Mounts the report screen out of sight, and puts it in the form's place as soon as it stands. */
    takeOver: (form: InstantForm, done: () => void) => {
      if (taking?.form == form) return taking.attempt();
      cease();
      let filled = false;
      const attempt = () => {
        if (dead || !host.open || form.busy() || !isReady(frame, form.closed())) return;
        if (!filled) {
          filled = true;
          // The screen looks for its field to focus once more when it is drawn again: before anybody sees it.
          call(() => fillIn(frame, form, true));
          return void setTimeout(attempt);
        }
        if (taking?.form != form) return;
        cease();
        done();
        call(() => handOver(host.panel, frame, form));
      };
      const observer = new MutationObserver(attempt);
      observer.observe(frame, { childList: true, subtree: true });
      taking = { form, attempt, observer };
      call(() => {
        mount();
        widget.show("report", form.draft());
        badge.textContent = "";
      });
    },
    hidden: () => call(() => widget.opened(false)),
    report: (draft: ReportDraft) =>
      new Promise<Receipt>((resolve, reject) => {
        let id: string | undefined;
        try {
          id = call(() => widget.report(draft));
        } catch (error) {
          return reject(error instanceof Error ? error : refusal(error as Omit<Refusal, "command">));
        }
        if (!id) return reject(new Error("callpoint: the widget has failed"));
        const settled = new AbortController();
        const hear = (name: string, key: string, settle: (detail: any) => void) => {
          const heard = (event: Event) => {
            const { detail } = event as CustomEvent;
            if (detail[key] == id) settled.abort(settle(detail));
          };
          host.addEventListener("callpoint:" + name, heard, { signal: settled.signal });
        };
        hear("report", "incident", resolve);
        hear("error", "command", (detail) => reject(refusal(detail)));
      }),
    status: () => knows.then(() => call(() => widget.status() as Headline)),
    mountStatus,
    unmountStatus,
    shutdown: () => {
      cease();
      ended.abort();
      watch.disconnect();
      badge.remove();
      call(() => {
        widget.shutdown();
        for (const [, free] of frames.values()) free();
        free();
      });
      forget();
      dead = true;
    },
  };
};
