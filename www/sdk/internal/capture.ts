// What went wrong on the page before somebody reports it: its latest errors, and requests that failed. Fetched only where
// the page asks for it with `capture`. It listens and looks: nothing of the page is wrapped, so the page can't feel it.

/** The latest so many. */
const KEPT = 5;

const errors: string[] = [];
const requests: string[] = [];
let watching: AbortController | undefined;

// The latest comes first, since what is too long is cut at its end: not here, where half of a secret would be left.
const keep = (kept: string[], line: string) => {
  if (line && kept[0] != line) kept.unshift(line);
  if (kept.length > KEPT) kept.pop();
};

const stop = () => {
  watching?.abort();
  errors.length = requests.length = 0;
};

/** The latest errors and failed requests, each on a line of its own. */
export const captured = () => ({
  ...(errors.length && { errors: errors.join("\n") }),
  ...(requests.length && { requests: requests.join("\n") }),
});

/** Watches for as long as this element is booted. */
export const watch = (host: HTMLElement) => {
  stop();
  const { signal } = (watching = new AbortController());
  addEventListener("error", ({ message, filename, lineno, colno }) => keep(errors, message && `${message} (${filename}:${lineno}:${colno})`), { signal });
  addEventListener("unhandledrejection", ({ reason }) => keep(errors, `Unhandled rejection: ${reason}`), { signal });
  const failures = new PerformanceObserver((list) => {
    for (const { name, responseStatus } of list.getEntries() as PerformanceResourceTiming[]) {
      // A browser that says nothing of it, or may not, says 0.
      if (responseStatus >= 400) keep(requests, `${responseStatus} ${name.split(/[?#]/, 1)[0]}`);
    }
  });
  failures.observe({ type: "resource", buffered: true });
  const booted = new MutationObserver(() => host.hasAttribute("booted") || stop());
  booted.observe(host, { attributeFilter: ["booted"] });
  signal.addEventListener("abort", () => (failures.disconnect(), booted.disconnect()));
};
