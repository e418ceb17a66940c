// All that the widget asks of the browser: requests, the stream, what outlives the page, time and chance.
// Kept in JavaScript because each of these is a few lines here and kilobytes of bindings there, and because
// strict durability and streamed bodies have no binding at all.

const answer = (response, body) => {
  const after = response.headers.get("retry-after");
  return [response.status, body, after && isFinite(+after) ? +after * 1000 : undefined];
};

// Names and values, each on a line of its own.
const pairs = (lines) => {
  const parts = lines ? lines.split("\n") : [];
  return parts.flatMap((part, at) => (at % 2 ? [] : [[part, parts[at + 1]]]));
};

const request = (url, method, headers, body, session, signal) =>
  fetch(url, {
    method,
    headers: pairs(headers),
    body,
    credentials: session ? "same-origin" : "omit",
    cache: "no-store",
    keepalive: method === "POST" && body.length < 60_000,
    signal,
  });

export const now = () => Date.now();

export const random = () => crypto.getRandomValues(new Uint32Array(4));

export const send = async (url, method, headers, body, session) => {
  try {
    const response = await request(url, method, headers, body, session, AbortSignal.timeout(30_000));
    return answer(response, await response.text());
  } catch {
    return [0, ""];
  }
};

export class Stream {
  constructor() {
    this.stop = new AbortController();
  }
  async open(url, headers, session) {
    try {
      const response = await request(url, "GET", headers, undefined, session, this.stop.signal);
      if (!response.ok) return answer(response, await response.text());
      this.reader = response.body.getReader();
      return answer(response, "");
    } catch {
      return [0, ""];
    }
  }
  async next() {
    try {
      return (await this.reader.read()).value;
    } catch {
      return undefined;
    }
  }
  close() {
    this.stop.abort();
  }
}

// The outbox on this device. A write is done when it has reached the disk.
let opening;
const database = () =>
  (opening ??= new Promise((resolve, reject) => {
    const open = indexedDB.open("callpoint", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("outbox");
    open.onsuccess = () => resolve(open.result);
    open.onerror = open.onblocked = () => reject(open.error);
  }).catch((error) => {
    opening = undefined;
    throw error;
  }));

const stored = async (mode, work) => {
  try {
    const database_ = await database();
    return await new Promise((resolve, reject) => {
      const transaction = database_.transaction("outbox", mode, { durability: "strict" });
      const asked = work(transaction.objectStore("outbox"));
      transaction.oncomplete = () => resolve(asked.result ?? true);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return undefined;
  }
};

export const keep = (owner, id, text) => stored("readwrite", (store) => store.put(text, [owner, id]));
export const drop = (owner, id) => stored("readwrite", (store) => store.delete([owner, id]));
export const kept = (owner) =>
  stored("readonly", (store) => store.getAll(IDBKeyRange.bound([owner], [owner, "\uffff"])));

// A draft is only comfort: where the device keeps nothing, there is none.
export const note = (key, text) => {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {}
};
export const noted = (key) => {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {}
};

export const after = (milliseconds, call) => setTimeout(call, Math.min(milliseconds, 0x7fff_ffff));
export const cancel = (timer) => clearTimeout(timer);

export const onBack = (call) => {
  const seen = () => document.visibilityState === "visible" && call();
  addEventListener("online", call);
  addEventListener("pageshow", call);
  document.addEventListener("visibilitychange", seen);
  return () => {
    removeEventListener("online", call);
    removeEventListener("pageshow", call);
    document.removeEventListener("visibilitychange", seen);
  };
};

// Who a token speaks for: only to keep one person's words apart from another's on a shared device.
export const owner = (token) => {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
    return JSON.stringify([claims.account.id, claims.sub]);
  } catch {
    return "";
  }
};

// A moment as people here write it: the time alone today, with the day otherwise; `whole` for what is exact.
export const moment = (milliseconds, whole) => {
  const date = new Date(milliseconds);
  const today = date.toDateString() === new Date().toDateString();
  if (whole) return date.toLocaleString(undefined, { dateStyle: "long", timeStyle: "long" });
  const time = { hour: "2-digit", minute: "2-digit" };
  return date.toLocaleString(undefined, today ? time : { day: "numeric", month: "short", ...time });
};
