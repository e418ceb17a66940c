// What the console asks of the browser beyond the widget's needs: the one-time link in the address, keys, dates,
// whether anybody can see the page.

// The token of a one-time link. It leaves the address at once: a reload, a bookmark or a shared screen shows none.
export const invite = () => {
  const token = new URLSearchParams(location.hash.slice(1)).get("invite") ?? undefined;
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
};

// The incident that a link of ours leads to.
export const linked = () => new URLSearchParams(location.hash.slice(1)).get("incident") ?? undefined;

// Keys that nobody types words with. `call` says whether it took the key.
export const onKey = (call) => {
  const listen = (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    const typing = target.closest?.("input:not([type=checkbox]), textarea, select");
    if (typing && event.key !== "Escape") return;
    if (event.key.startsWith("Arrow") && target.closest?.("[data-scrolls]")) return;
    if (call(event.key)) event.preventDefault();
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
};

// Whether anybody can see this page: what comes to one that is hidden is not read.
export const seen = () => document.visibilityState === "visible";

// A date and time as its field gives it, on this device's clock.
export const instant = (text) => new Date(text).getTime();
