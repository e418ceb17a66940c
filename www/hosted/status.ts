// Keeps the hosted status page fresh: listens to the public stream and swaps in what the server renders.
// It knows no words of its own, no event's shape and no status: every sentence comes from the server's HTML, and what
// time it is from the server's clock.

const main = document.querySelector("main")!;
const line = document.createElement("p");
line.className = "live-line";
line.setAttribute("role", "status");
main.before(line);

// --- refresh ---------------------------------------------------------------------------------------------------

let shown = main.cloneNode(true);
let due = 0;
let waiting = false;
let stale = false;

/** Asks for a refresh; many asks within a second, or while nobody looks, become one. */
function refresh(): void {
  stale = true;
  if (waiting || document.hidden) return;
  waiting = true;
  setTimeout(load, Math.max(0, due - Date.now()));
}

function load(): void {
  due = Date.now() + 1000;
  stale = false;
  // Not fetch + DOMParser: a page that enforces Trusted Types may parse a document this way without a policy.
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.setRequestHeader("Cache-Control", "no-cache");
  request.responseType = "document";
  request.timeout = 15000;
  request.onload = () => {
    const page = request.response as Document | null;
    const fresh = page?.querySelector("main");
    if (request.status === 200 && page && fresh) swap(page.title, fresh);
  };
  request.onloadend = () => {
    waiting = false;
    if (stale) refresh();
  };
  request.send();
}

function swap(title: string, fresh: Element): void {
  if (fresh.isEqualNode(shown)) return;
  shown = fresh.cloneNode(true);
  const [x, y] = [scrollX, scrollY];
  const focus = document.activeElement;
  const place = main.contains(focus) ? focus?.closest("[id]")?.id : "";
  for (const open of main.querySelectorAll<HTMLDetailsElement>("details[id]")) {
    const same = fresh.querySelector<HTMLDetailsElement>("#" + CSS.escape(open.id));
    if (same) same.open = open.open;
  }
  main.replaceChildren(...fresh.childNodes);
  document.title = title;
  learnTime();
  tick();
  const again = place && document.getElementById(place);
  if (again) (again.querySelector<HTMLElement>("summary, a[href]") ?? again).focus({ preventScroll: true });
  scrollTo(x, y);
}

// --- stream ----------------------------------------------------------------------------------------------------

let resets = 0;
let tries = 0;
let silence = 0;

function listen(): void {
  const stream = new EventSource("/v1/events");
  stream.onopen = () => {
    tries = 0;
    clearTimeout(silence);
    silence = 0;
    line.textContent = "";
  };
  stream.onmessage = refresh;
  // The first reset only says where the stream begins; a later one says that something was missed.
  stream.addEventListener("reset", ({ data }) => {
    serverIsAt(JSON.parse(data).now);
    if (resets++) refresh();
  });
  stream.onerror = () => {
    // A stream that ends and is back in a moment (a deploy, a changed network) is no news to anybody.
    silence ||= window.setTimeout(() => (line.textContent = main.dataset["offlineText"] ?? ""), 4000);
    // The browser retries by itself unless the server answered with an error.
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(listen, Math.min(60000, 2000 * 2 ** tries++) * (0.5 + Math.random()));
    }
  };
}

// --- time ------------------------------------------------------------------------------------------------------

// The server's clock when this page's own stood at zero. What the server says is never ahead of it, only behind by
// what it took to get here, so the largest counts; a device whose clock is wrong changes nothing.
let origin = -Infinity;

const serverIsAt = (now: unknown) => (origin = Math.max(origin, Number(now) - performance.now() || origin));

const learnTime = () => serverIsAt(main.querySelector<HTMLElement>("[data-now]")?.dataset["now"]);

const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });

/** Whole hours from two on, and whole days; what is left is rounded up, and what has passed down. */
function relative(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  const hours = Math.ceil(minutes / 60);
  if (Math.abs(minutes) < 120) return words.format(minutes, "minute");
  return Math.abs(hours) < 48 ? words.format(hours, "hour") : words.format(Math.ceil(hours / 24), "day");
}

/** `11:42`, `1:11:42`, `in 3 days`. */
function countdown(seconds: number): string {
  const two = (part: number) => String(Math.floor(part) % 60).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  if (hours > 23) return relative(seconds);
  return (hours ? hours + ":" + two(seconds / 60) : String(Math.floor(seconds / 60))) + ":" + two(seconds);
}

function tick(): void {
  if (document.hidden) return;
  for (const time of main.querySelectorAll<HTMLTimeElement>("time[data-relative], time[data-countdown]")) {
    const seconds = (Date.parse(time.dateTime) - origin - performance.now()) / 1000;
    if (!Number.isFinite(seconds)) continue;
    time.title ||= time.textContent ?? "";
    const { countdown: counts, missed } = time.dataset;
    const late = seconds <= 0 && missed !== undefined;
    time.classList.toggle("late", late);
    // What was only expected, and has passed, is what it was.
    const passed = missed ?? time.title;
    const text = counts === undefined ? relative(seconds) : seconds > 0 ? countdown(seconds) : passed;
    if (time.textContent !== text) time.textContent = text;
  }
}

document.addEventListener("visibilitychange", () => {
  tick();
  if (!document.hidden) refresh();
});
learnTime();
setInterval(tick, 1000);
tick();
listen();

export {};
