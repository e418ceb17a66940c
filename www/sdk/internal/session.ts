// One person on one page before and without the WebAssembly: who they are, their draft, and how a report reaches the
// server. Token, outbox and drafts are kept as the widget keeps them (same database, keys and JSON), so that either
// takes up what the other left. It knows no screen.
import type { ApiError, Receipt, ReportDraft, Snapshot } from "../../types/callpoint";
import type { Options as Given } from "./loader";

/** The page's options, with one backend. */
export interface Options extends Given {
  backend: string;
  /** The page around this one, where it is a frame. */
  page?: string;
  /** How requests get there, unless that is by the browser's own `fetch`. */
  carry?: typeof import("./ways").carry extends (given: any, ...rest: infer Rest) => infer Answer ? (...rest: Rest) => Answer : never;
}

/** Where a report is on its way. */
export type Delivery =
  | { stage: "sending"; saved: boolean }
  | { stage: "waiting"; saved: boolean; offline: boolean; seconds: number }
  | { stage: "received"; saved?: undefined; receipt: Receipt }
  | { stage: "refused"; saved?: undefined; problem: Refusal };

/** Why a report was refused, as the page hears of it. */
export interface Refusal {
  command: string;
  code: string;
  message: string;
  field?: string | null | undefined;
}

/** A report as the outbox keeps it. */
export type Entry = { id: string; at: number; request: { report?: ReportDraft } };

export type Session = ReturnType<typeof createSession>;

const REQUEST_TIMEOUT = 15_000;
const TOKEN_TIMEOUT = 8000;
const STORE_TIMEOUT = 5000;
const STORE = "outbox";
// Answers that say that trying again with the same words can't help.
const FINAL = /40[03459]|41[035]|422/;

export const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {}
  return;
};

export const parse = <T>(text: string): T | undefined => attempt(() => JSON.parse(text)) ?? undefined;

// What is kept for comfort only: where the device keeps nothing, there is none.
export const load = <T>(key: string) => attempt(() => parse<T>(localStorage.getItem(key)!));

export const save = (key: string, value: unknown) =>
  attempt(() => (value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key)));

/** With an owner: how many incidents this person last had open. */
export const OPEN_INCIDENTS = "callpoint:open:";

/** Whether somebody on this device has open incidents. */
export const anyOpen = () => attempt(() => Object.keys(localStorage).join().includes(OPEN_INCIDENTS));

/** Whose token it is. Nobody's, where what came is no customer token: those words must not go out as a guest's. */
const ownerOf = (token: string) =>
  attempt(() => {
    const { account, sub } = JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));
    const owner = [account.id, sub];
    return owner.every((id) => id && typeof id == "string") ? JSON.stringify(owner) : undefined;
  });

// Half of a surrogate pair is no character: the server can't read it.
const write = (value: object) => JSON.stringify(value, (_, part) => part?.toWellFormed?.() ?? part ?? undefined);

// UUIDv7; of its random bits two are fixed.
export const newId = () => {
  return [Date.now(), ...crypto.getRandomValues(new Uint16Array(5))]
    .map((part, at) => part.toString(16).padStart(at ? 4 : 12, "0"))
    .join("")
    .replace(/(.{8})(.{4}).(...).(...)/, "$1-$2-7$3-a$4-");
};

const within = <T>(milliseconds: number, work: T | Promise<T>) =>
  Promise.race([work, new Promise<never>((_, reject) => setTimeout(reject, milliseconds))]);

/** What one transaction brought that has reached the disk; nothing where this device stores nothing. */
export const stored = <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>) => {
  const run = async () => {
    const opening = indexedDB.open("callpoint", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    await new Promise((resolve, reject) => {
      opening.onsuccess = resolve;
      opening.onerror = reject;
    });
    const transaction = opening.result.transaction(STORE, mode, { durability: "strict" });
    // Closes once the transaction is over.
    opening.result.close();
    const request = work(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    });
    return request.result;
  };
  // A database that never answers must not keep a report from being sent.
  return within(STORE_TIMEOUT, run()).catch(() => undefined);
};

/** What can be wrong with the page's set-up: a useless answer of its token function; why the widget's code does not run;
 *  the server's answer when that is none that was asked for; or else what the token function threw, nothing where it took
 *  too long. */
export type Doubt = { given: unknown } | { error: unknown } | Answer | unknown;

/** A status (0: there is no answer), the body, and for how many milliseconds to wait. */
export type Answer = [status: number, body: string, retryAfter: number];

/** `unanswered` hears of each question about who this is, or how things are, that brought no answer; `doubt` of what may
 *  be the page's fault. */
export const createSession = ({ backend, carry, getToken, release }: Options, unanswered: () => void, doubt: (why: Doubt) => void) => {
  // As it is when it is asked for.
  const context = () => ({ page: location.origin + location.pathname, browser: navigator.userAgent, ...(release && { release }) });
  let owner: string | undefined;
  let token: string | undefined;
  let identifying: Promise<void> | undefined;
  let stopped = false;
  let failing = false;
  const wakers = new Set<(asked?: boolean) => void>();

  // Waits no longer; only the person's own word shortens what the server asked for.
  const hurry = (asked?: boolean) => wakers.forEach((wake) => wake(asked));
  const online = () => hurry();
  addEventListener("online", online);

  // Until the next try, with full jitter, so that many clients don't come back at once.
  const pause = (tries: number, least = 0, told?: (seconds: number) => void) =>
    new Promise<void>((resolve) => {
      const wait = least + Math.random() * Math.min(60_000, 1000 * 2 ** tries);
      const until = Date.now() + least;
      const wake = (asked?: boolean) => {
        if (!asked && Date.now() < until) return;
        clearTimeout(timer);
        wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, wait, true);
      wakers.add(wake);
      told?.(Math.ceil(wait / 1000));
    });

  // One person's words never go out under another's name: a token of somebody else is not used.
  const identify = () =>
    (identifying ??= (async () => {
      if (!getToken) owner = "guest";
      else if (!token) {
        const given = await within(TOKEN_TIMEOUT, getToken());
        const fresh = String(given).trim();
        const whose = ownerOf(fresh);
        if (!whose || /[^\w.-]/.test(fresh) || (owner && owner != whose)) throw { given };
        owner = whose;
        token = fresh;
      }
    })()
      .catch((why) => {
        throw (doubt(why), why);
      })
      .finally(() => (identifying = undefined)));

  const ask = async (path: string, init: RequestInit = {}, headers: Record<string, string> = {}) => {
    let answer: Answer = [0, "", 0];
    try {
      await identify();
      if (token) headers["Authorization"] = "Bearer " + token;
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT);
      const response = await (carry || fetch)(backend + path, { ...init, headers, signal, credentials: "omit", cache: "no-store" });
      if (response.status == 401) token = undefined;
      answer = [response.status, await response.text(), +response.headers.get("retry-after")! * 1000 || 0];
    } catch {}
    // Neither 200 nor 201.
    if (answer[0] >> 1 != 100) doubt(answer);
    return answer;
  };

  const draftKey = () => "callpoint:draft:" + owner;

  /** Keeps a report on this device and sends it, until the server has answered. */
  const deliver = async (entry: Entry, saved: boolean, changed: (delivery: Delivery) => void) => {
    const { id: command, request } = entry;
    const body = write(request.report!);
    const earlier = saved;
    const forget = () => owner && stored("readwrite", (store) => store.delete([owner!, command]));
    for (let tries = 0; !stopped; tries++) {
      await identify().catch(() => {});
      if (owner && !saved) saved = !!(await stored("readwrite", (store) => store.put(write(entry), [owner!, command])));
      changed({ stage: "sending", saved });
      const headers = { "Content-Type": "application/json", "Idempotency-Key": command };
      // A browser lets no larger body outlive the page.
      const keepalive = body.length < 20_000;
      const [status, text, least] = await ask("/v1/reports", { method: "POST", body, keepalive }, headers);
      const told = parse<Partial<Receipt & ApiError>>(text);
      if (status >> 1 == 100 && told?.incident) {
        forget();
        return changed({ stage: "received", receipt: told as Receipt });
      }
      if ((FINAL.test("" + status) && told?.code != "in_flight") || (status == 401 && !getToken)) {
        // What an earlier visit left refused waits for the widget, where it can be written again.
        if (!earlier) forget();
        const { code = "other", detail = "" + status, field } = told ?? {};
        return changed({ stage: "refused", problem: { command, code, message: detail, field } });
      }
      await pause(tries, least, (seconds) => changed({ stage: "waiting", saved, offline: !status, seconds }));
    }
  };

  // Asks until there is an answer.
  const again = async <T>(attempt: () => Promise<T | undefined>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      const found = await attempt();
      if (stopped) return new Promise(() => {});
      failing = !found;
      if (found) return found;
      unanswered();
      await pause(tries);
    }
  };

  return {
    /** What the page adds to each report. */
    context,
    /** Under whose name words are kept; none until it is known. */
    owner: () => owner,
    /** The token for requests of others; a new one when `renew` says that the last was turned down. */
    async token(renew: boolean) {
      if (renew) token = undefined;
      await identify();
      return token!;
    },
    /** Whether the last question about who this is, or how things are, brought no answer. */
    failing: () => failing && !stopped,
    hurry,
    ask,
    deliver,
    /** Resolves once it is known whose words these are. */
    known: () => again(() => identify().then(() => owner, () => undefined)),
    status: () =>
      again(async () => {
        const [status, body] = await ask("/v1/status");
        return status == 200 ? parse<Snapshot>(body) : undefined;
      }),
    /** What was written before; what the page adds to it is not of this page. */
    draft: (): ReportDraft => {
      const { context, ...draft } = (owner && load<ReportDraft>(draftKey())) || {};
      return draft;
    },
    saveDraft: (draft?: ReportDraft) => owner && save(draftKey(), draft),
    /** Sends a report; its id. */
    submit(report: ReportDraft, changed: (delivery: Delivery) => void) {
      const id = newId();
      const sent = { ...report, context: { ...context(), ...report.context } };
      void deliver({ id, at: Date.now(), request: { report: sent } }, false, changed);
      return id;
    },
    /** Ends it; a request that is on its way is let go on. */
    stop() {
      stopped = true;
      removeEventListener("online", online);
      hurry(true);
    },
  };
};
