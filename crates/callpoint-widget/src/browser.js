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

const keep = (owner, id, text) => stored("readwrite", (store) => store.put(text, [owner, id]));
const drop = (owner, id) => stored("readwrite", (store) => store.delete([owner, id]));
const kept = (owner) =>
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

// Under this name the words of people who are not signed in are kept; no token's owner can be called so.
const GUEST = "guest";

// Who a token speaks for: only to keep one person's words apart from another's on a shared device. Nobody, where
// what came is no customer token: an error page, say. Those words must not go out under a guest's name either.
const ownerOf = (token) => {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
    const owner = [claims.account.id, claims.sub];
    return owner.every((id) => typeof id === "string" && id) ? JSON.stringify(owner) : undefined;
  } catch {
    return undefined;
  }
};

// A moment as people here write it: the time alone today, with the day otherwise; `whole` for what is exact.
export const moment = (milliseconds, whole) => {
  const date = new Date(milliseconds);
  const today = date.toDateString() === new Date().toDateString();
  if (whole) return date.toLocaleString(undefined, { dateStyle: "long", timeStyle: "long" });
  const time = { hour: "numeric", minute: "2-digit" };
  return date.toLocaleString(undefined, today ? time : { day: "numeric", month: "short", ...time });
};

// What the driver asks for, as promises; what comes of it, as calls of `tell(kind, id, status, body, retry)`. The
// kinds are listed in driver.rs.
export class Wire {
  // `who` is the host's function that fetches a token, or the name under which a session's words are kept.
  constructor(backend, who, session, tell) {
    Object.assign(this, { backend, who, session });
    this.answer = (kind, id, [status, body, retry]) => this.stopped || tell(kind, id, status, body, retry ?? -1);
    this.say = (kind, id = "", body = "") => this.answer(kind, id, [0, body]);
    this.back = () => document.visibilityState === "visible" && this.say(7);
    addEventListener("online", this.back);
    addEventListener("pageshow", this.back);
    document.addEventListener("visibilitychange", this.back);
    this.begin();
  }
  async begin() {
    await this.renew();
    const texts = this.owner === undefined ? [] : ((await kept(this.owner)) ?? []);
    this.say(0, "", texts.join("\n"));
  }
  // One person's words never go out under another's name: a page that signs somebody else in shuts down and boots
  // anew. Until it is known whose they are, words are not written to the device.
  async renew() {
    let owner = typeof this.who === "string" ? this.who : GUEST;
    let token;
    if (typeof this.who === "function") {
      try {
        token = await this.who();
      } catch {
        return;
      }
      owner = ownerOf(token);
      if (owner === undefined) return;
      if (this.owner !== undefined && this.owner !== owner) return;
    }
    const first = this.owner === undefined;
    this.token = token;
    this.owner = owner;
    if (first) this.unsaved?.forEach((text, id) => this.save(id, text));
  }
  // Nothing while a token is needed and can't be had.
  async headers(lines) {
    if (typeof this.who !== "function") return lines;
    if (!this.token) await this.renew();
    return this.token && lines + "\nAuthorization\nBearer " + this.token;
  }
  forgetToken() {
    this.token = undefined;
  }
  async ask(kind, id, path, method, lines, body) {
    const headers = await this.headers(lines);
    this.answer(kind, id, headers ? await send(this.backend + path, method, headers, body, this.session) : [0, ""]);
  }
  post(id, path, body) {
    this.ask(2, id, path, "POST", "Content-Type\napplication/json\nIdempotency-Key\n" + id, body);
  }
  load(id, path) {
    this.ask(6, id, path, "GET", "Accept\napplication/json");
  }
  async save(id, text) {
    if (this.owner === undefined) (this.unsaved ??= new Map()).set(id, text);
    else if (await keep(this.owner, id, text)) this.gone?.has(id) ? drop(this.owner, id) : this.say(1, id);
  }
  forget(id) {
    this.unsaved?.delete(id);
    // A copy that is still being written must not outlive this.
    (this.gone ??= new Set()).add(id);
    if (this.owner !== undefined) drop(this.owner, id);
  }
  async connect(cursor) {
    this.stream?.abort();
    const stream = (this.stream = new AbortController());
    const current = () => this.stream === stream;
    let end = [0, ""];
    try {
      const headers = await this.headers("Accept\ntext/event-stream" + (cursor && "\nLast-Event-ID\n" + cursor));
      if (headers && current()) {
        const url = this.backend + "/v1/events";
        const response = await request(url, "GET", headers, undefined, this.session, stream.signal);
        if (!response.ok) end = answer(response, await response.text());
        else {
          if (current()) this.say(3);
          const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
          for (let part; current() && (part = await reader.read()).value !== undefined; ) this.say(4, "", part.value);
        }
      }
    } catch {}
    if (current()) this.answer(5, "", end);
  }
  wake(milliseconds) {
    clearTimeout(this.timer);
    if (milliseconds >= 0) this.timer = after(milliseconds, () => this.say(8));
  }
  stop() {
    this.stopped = true;
    this.wake(-1);
    this.stream?.abort();
    removeEventListener("online", this.back);
    removeEventListener("pageshow", this.back);
    document.removeEventListener("visibilitychange", this.back);
  }
}
