// How requests get to a server where that is not the browser's own way to one origin: several origins of which one may
// fail, the page's own function, or a public status page that is only read. Fetched only where an option asks for it.
import type { Options } from "./loader";
import { readStatusPage } from "./statuspage";

type Init = RequestInit | undefined;

/** How long an origin may take to begin its answer while there is another that is well, in milliseconds. */
const PATIENCE = 5000;
/** So often it is looked whether an origin that failed is well again, in milliseconds. */
const LOOK = 15_000;
/** What this tab knows of the origins: when each of those that fail was last tried. */
const KEY = "callpoint:failing";

const failing: Record<string, number> = (() => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)!) ?? {};
  } catch {
    return {};
  }
})();

const note = (origin: string, fails: boolean) => {
  if (!fails && !(origin in failing)) return;
  if (fails) failing[origin] = Date.now();
  else delete failing[origin];
  try {
    sessionStorage.setItem(KEY, JSON.stringify(failing));
  } catch {}
};

const told = new Set<string>();

/** Says it once for each cause to whoever develops the page. */
const tell = (cause: string, sentence: string) => {
  if (told.size != told.add(cause).size) console.warn("callpoint: " + sentence);
};

/** Asks one origin, which may take so long to begin its answer, or for ever. */
const ask = async (address: string, init: Init, patience?: number) => {
  const stop = new AbortController();
  const { signal } = init ?? {};
  const end = () => stop.abort(signal?.reason);
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end);
  const timer = patience && setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(address, { ...init, signal: stop.signal });
    return { answer, stop };
  } finally {
    clearTimeout(timer);
  }
};

const looking = new Set<string>();

/** Looks whether an origin is well again. */
const look = async (origin: string) => {
  if (looking.has(origin)) return;
  looking.add(origin);
  const well = await ask(origin + "/v1/status", { credentials: "omit", cache: "no-store" }, PATIENCE).then(
    ({ answer }) => answer.status < 500,
    () => false,
  );
  looking.delete(origin);
  note(origin, !well);
};

/** A stream that one origin gives in place of those before it ends as soon as one of them is well again: the next one
 *  is theirs. */
const endWhenBetter = (better: string[], signal: AbortSignal, stop: AbortController) => {
  const again = async () => {
    await Promise.all(better.filter((origin) => origin in failing).map(look));
    if (better.some((origin) => !(origin in failing))) stop.abort();
  };
  const timer = setInterval(again, LOOK);
  addEventListener("online", again);
  const end = () => {
    clearInterval(timer);
    removeEventListener("online", again);
  };
  stop.signal.addEventListener("abort", end);
  signal.addEventListener("abort", end);
};

/** Asks the first origin that answers. A refusal is an answer; a fault of the server, or silence, is none. What is
 *  written carries its own id, by which every origin of one server knows it again. */
const askAny = async (origins: string[], path: string, init: Init): Promise<Response> => {
  const late = Date.now() - LOOK;
  for (const origin of origins) if (failing[origin]! < late) void look(origin);
  const well = origins.filter((origin) => !(origin in failing));
  const order = [...well, ...origins.filter((origin) => origin in failing)];
  let fault: Response | undefined;
  let why: unknown;
  for (const [at, origin] of order.entries()) {
    try {
      const { answer, stop } = await ask(origin + path, init, at + 1 < well.length ? PATIENCE : undefined);
      if (answer.status < 500) {
        note(origin, false);
        const better = origins.slice(0, origins.indexOf(origin));
        if (better.length && init?.signal && path.startsWith("/v1/events")) endWhenBetter(better, init.signal, stop);
        return answer;
      }
      fault ??= answer;
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      why = error;
    }
    note(origin, true);
  }
  if (fault) return fault;
  throw why;
};

const RESPOND = "let it answer with a Response, as transport: (request) => fetch(request) does";

/** What the page's own function answers. */
const askPage = async (transport: NonNullable<Options["transport"]>, address: string, init: Init) => {
  if (typeof transport != "function") {
    tell("kind", `the option transport is a ${typeof transport}; write a function that sends a request: transport: (request) => fetch(request)`);
    throw new TypeError("no transport");
  }
  let answer: unknown;
  try {
    answer = await transport(new Request(address, init));
  } catch (error) {
    if (navigator.onLine && !init?.signal?.aborted)
      tell("threw", `the option transport threw (${error instanceof Error ? error : typeof error}) for ${new URL(address).pathname}; ${RESPOND}`);
    throw error;
  }
  // Another window of the page may have made it.
  if (Object.prototype.toString.call(answer) != "[object Response]") {
    const what = answer === undefined ? "nothing" : answer === null ? "null" : typeof answer == "object" ? "an object" : `a ${typeof answer}`;
    tell("gave", `the option transport gave ${what} for ${new URL(address).pathname}; ${RESPOND}`);
    throw new TypeError("no Response");
  }
  const response = answer as Response;
  if (response.ok && !response.body && address.includes("/v1/events"))
    tell("body", `the option transport gave no body for /v1/events; let it pass the stream of the answer on as it comes`);
  return response;
};

const origins = (backend: Options["backend"]) => {
  const all = String(backend).split(/[\s,]+/).filter(Boolean);
  return [...new Set(all.map((address) => (URL.canParse(address) ? new URL(address).origin : address)))];
};

/** Carries one request for the widget that was booted with these options. */
export const carry = (given: Options, address: string, init?: RequestInit): Promise<Response> => {
  const { transport, status, backend } = given;
  const path = address.replace(/^\w+:\/\/[^/]*/, "");
  if (status && !path.startsWith("/v1/locales/")) return readStatusPage(status, path, init, tell);
  if (transport) return askPage(transport, address, init);
  return askAny(origins(backend), path, init);
};
