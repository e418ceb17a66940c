// Keeps the hosted status page fresh: listens to the public stream and swaps in what the server renders.
// It knows no words of its own, no event's shape and no status: every sentence comes from the server's HTML.

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
  stream.addEventListener("reset", () => {
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

const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86400], ["hour", 3600], ["minute", 60]];

function relative(seconds: number): string {
  const [unit, size] = units.find((entry) => Math.abs(seconds) >= entry[1]) ?? ["minute", 60];
  return words.format(Math.trunc(seconds / size), unit);
}

/** `11:42`, `1:11:42`; once the moment has passed, how long ago that was. */
function countdown(seconds: number): string {
  if (seconds <= 0) return relative(seconds);
  const two = (part: number) => String(Math.floor(part) % 60).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return (hours ? hours + ":" + two(seconds / 60) : String(Math.floor(seconds / 60))) + ":" + two(seconds);
}

function tick(): void {
  if (document.hidden) return;
  for (const time of main.querySelectorAll<HTMLTimeElement>("time[data-relative], time[data-countdown]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    if (Number.isNaN(seconds)) continue;
    time.title ||= time.textContent ?? "";
    const text = "countdown" in time.dataset ? countdown(seconds) : relative(seconds);
    if (time.textContent !== text) time.textContent = text;
  }
}

document.addEventListener("visibilitychange", () => {
  tick();
  if (!document.hidden) refresh();
});
setInterval(tick, 1000);
tick();
listen();

export {};
