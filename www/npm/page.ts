// The one loader of this page: brings it from the vendor's own server, and hands the verbs on to it. Nothing in here
// touches the page before `boot`, so that it can be imported on a server.
import type { Events, Handle, Options } from "../types/callpoint.js";

/** What `boot` takes. */
export interface BootOptions extends Options {
  /** Origin of your Callpoint server, as `https://incidents.vendor.example`: it serves the widget. Of several the first
   *  that can. */
  backend: string | readonly string[];
}

type Loader = (verb: string, ...rest: unknown[]) => unknown;

const WIDGET = "callpoint-widget";
const LOADER_PATH = "/v1/loader.js";
/** Marks the script tag of this package, which takes it out again when it fails: one that is there may still come. */
const TAG_ID = "callpoint-loader";
const EXAMPLE = 'boot({ backend: "https://incidents.vendor.example" })';

export const inBrowser = typeof document != "undefined";

const warned = new Set<string>();

/** Says it in the console, once. */
export const warn = (text: string) => {
  if (!warned.has(text)) console.warn("callpoint: " + text);
  warned.add(text);
};

/** What was booted with, until `shutdown`. */
let wanted: Options | undefined;
let loading: Promise<Loader> | undefined;
let loaded: Loader | undefined;
/** The origin that the loader of this page comes from. */
let serving: string | undefined;
let policy: { createScriptURL(address: string): unknown } | undefined;
const failedTags = new WeakSet<Element>();

/** The loader, if it is there. */
const running = () => {
  const { callpoint } = window as { callpoint?: Loader };
  return customElements.get(WIDGET) ? callpoint : undefined;
};

/** The script tag in the page that has brought the loader, or may still. */
const tagInPage = () => {
  const tag = document.querySelector<HTMLScriptElement>(`#${TAG_ID}, script[src*="${LOADER_PATH}"]`);
  // The page's own has come by the time the page is complete, or has failed.
  const alive = tag && !failedTags.has(tag) && (tag.id == TAG_ID || running() || document.readyState != "complete");
  return alive ? tag : undefined;
};

const originOf = (tag: HTMLScriptElement) => new URL(tag.dataset["backend"]?.split(/[\s,]+/)[0] || tag.src).origin;

/** The origins that a page gave as `backend`; none where one of them is no origin. */
const readBackend = (backend: unknown): string[] => {
  const given = String(backend ?? "").split(/[\s,]+/).filter(Boolean);
  if (!given.length) warn(`boot needs \`backend\`, the origin of your Callpoint server: ${EXAMPLE}`);
  const origins = given.flatMap((address) => {
    try {
      const { origin, protocol } = new URL(address);
      if (/^https?:$/.test(protocol)) return [origin];
    } catch {
      // Said below.
    }
    warn(`\`backend\` must be an origin with http or https, not "${address}": ${EXAMPLE}`);
    return [];
  });
  return origins.length == given.length ? origins : [];
};

/** An address that a page under Trusted Types takes for a script, where its policy allows `callpoint`. */
const trusted = (address: string) => {
  try {
    policy ??= (window as any).trustedTypes?.createPolicy("callpoint", { createScriptURL: (given: string) => given });
  } catch {
    // Where the page wants no such address, a plain one does; where it wants one, the tag says so.
  }
  return (policy?.createScriptURL(address) ?? address) as string;
};

const addTag = (origin: string, { backend, locale, nonce }: Options) => {
  const tag = document.createElement("script");
  tag.id = TAG_ID;
  tag.async = true;
  if (nonce) tag.nonce = nonce;
  // Where the rest of the code is fetched, too.
  tag.dataset["backend"] = String(backend);
  tag.src = trusted(origin + LOADER_PATH + (locale ? "?lang=" + encodeURIComponent(locale) : ""));
  document.head.append(tag);
  return tag;
};

/** What the loader is to know: the rest is this module's. */
const given = ({ backend, nonce, ...options }: Options) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** Resolves once the loader of this page is there. */
const waitFor = (found: HTMLScriptElement | undefined, origin: string, options: Options) =>
  new Promise<Loader>((resolve, reject) => {
    void customElements.whenDefined(WIDGET).then(() => resolve(running()!));
    const tag = found ?? addTag(origin, options);
    const failed = () => {
      if (running()) return;
      failedTags.add(tag);
      if (tag.id == TAG_ID) tag.remove();
      reject(new Error("the browser could not fetch it"));
    };
    tag.addEventListener("error", failed, { once: true });
    // It may have failed before anybody listened.
    if (found) addEventListener("load", failed, { once: true });
  });

const bring = (options: Options) => {
  const found = tagInPage();
  const origins = found ? [originOf(found)] : running() ? [] : readBackend(options.backend);
  if (!origins.length && !running()) return;
  let origin = (serving = origins[0] ?? serving);
  // From the next one where one can't give it.
  const from = (others: string[]): Promise<Loader> =>
    waitFor(found, origin!, options).catch((cause) => {
      if (!others.length) throw cause;
      origin = serving = others[0];
      return from(others.slice(1));
    });
  return (origins.length ? from(origins.slice(1)) : Promise.resolve(running()!)).then(
    (loader) => (loaded = loader),
    (cause) => {
      loading = serving = undefined;
      const message = `${origin}${LOADER_PATH} could not be loaded`;
      warn(`${message}: is the address right, and does the page's Content Security Policy allow it?`);
      document.dispatchEvent(new CustomEvent("callpoint:error", { detail: { message } satisfies Events["error"] }));
      throw new Error("callpoint: " + message, { cause });
    },
  );
};

const start = (options: Options = {}) => {
  wanted = { ...wanted, ...options };
  loading ??= bring(wanted);
  if (!loading) return;
  if (serving && options.backend && !readBackend(options.backend).includes(serving))
    warn(`this page has Callpoint from ${serving} already; "${options.backend}" is left out`);
  tell("boot", given(options));
};

/** Asks the loader: now, or once it has come. */
const ask = (verb: string, ...rest: unknown[]): unknown => {
  if (!inBrowser) return;
  // It could not be fetched: perhaps it can be now.
  if (!loading && wanted) start(wanted);
  const loader = loading ? loaded : running();
  if (loader) return loader(verb, ...rest);
  if (!loading) warn(`${verb} comes before boot: ${EXAMPLE}`);
  return loading?.then((loader) => loader(verb, ...rest));
};

// The page that asks has nothing to catch.
const tell = (verb: string, ...rest: unknown[]) => void Promise.resolve(ask(verb, ...rest)).catch(() => {});

const answer = async <T>(verb: string, ...rest: unknown[]) => {
  const told = await ask(verb, ...rest);
  if (!told) throw new Error(inBrowser ? "callpoint: nothing is booted" : `callpoint: ${verb} needs a browser`);
  return told as T;
};

/** The verbs of the widget in this page. On a server they do nothing, and what they promise is refused. */
export const handle: Handle = {
  boot: (options) => {
    if (inBrowser) start(options);
  },
  update: (options) => {
    if (wanted) wanted = { ...wanted, ...options };
    tell("update", given(options));
  },
  show: (view, prefill) => tell("show", view, prefill),
  hide: () => tell("hide"),
  toggle: () => tell("toggle"),
  report: (draft) => answer("report", draft),
  open: (incident) => tell("open", incident),
  status: () => answer("status"),
  on: (name, listener) => {
    if (!inBrowser) return () => {};
    const heard = (event: Event) => listener((event as CustomEvent).detail);
    document.addEventListener("callpoint:" + name, heard);
    return () => document.removeEventListener("callpoint:" + name, heard);
  },
  shutdown: async () => {
    wanted = undefined;
    if (loading || (inBrowser && running())) await Promise.resolve(ask("shutdown")).catch(() => {});
  },
};

/** Boots the widget of this page, and gives its verbs. On a server nothing happens. */
export const boot = (options: BootOptions): Handle => {
  handle.boot(options);
  return handle;
};
