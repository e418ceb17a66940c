// The playground: what somebody chooses is what the widget on this page gets, and what the code to copy says.
import type {} from "../sdk/internal/loader";

const calls: unknown[][] = [];
window.callpoint ??= Object.assign((...call: unknown[]) => calls.push(call), { q: calls });
const callpoint = (...call: [string, ...unknown[]]) => window.callpoint!(...call);

const find = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector)!;
const form = find<HTMLFormElement>("form");
const read = () => Object.fromEntries(new FormData(form)) as Record<string, string>;
const initial = read();

const OPTIONS = ["theme", "position", "locale", "icon"];
const TOKENS: Record<string, (value: string) => string> = {
  accent: (value) => value,
  radius: (value) => value + "px",
  density: (value) => value,
};

/** A text as CSS writes it, also where the styles stand in a page. */
const quoted = (words: string) => `"${words.replace(/[^\p{L}\p{N} .,?!-]/gu, (letter) => `\\${letter.codePointAt(0)!.toString(16)} `)}"`;

const stylesOf = (chosen: Record<string, string>) => {
  const tokens = Object.entries(TOKENS).filter(([name]) => chosen[name] != initial[name]);
  const rules = [];
  if (tokens.length) {
    const lines = tokens.map(([name, write]) => `  --callpoint-${name}: ${write(chosen[name]!)};\n`);
    rules.push(`callpoint-widget, callpoint-status, callpoint-thread {\n${lines.join("")}}\n`);
  }
  if (chosen["label"]?.trim()) {
    rules.push("callpoint-widget::part(launcher) {\n  grid-auto-flow: column;\n  gap: 8px;\n  inline-size: auto;\n  padding-inline: 14px;\n}\n");
    rules.push(`callpoint-widget::part(launcher)::after {\n  content: ${quoted(chosen["label"].trim())};\n}\n`);
  }
  return rules.join("");
};

/** A value as it stands between quotes in markup. */
const attribute = (value: string) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const optionsOf = (chosen: Record<string, string>) => OPTIONS.filter((name) => chosen[name] != initial[name]).map((name) => [name, chosen[name]!] as const);

/** The whole snippet: the styles, if any, and the script tag with its queue. */
const codeOf = (chosen: Record<string, string>) => {
  const styles = stylesOf(chosen);
  const attributes = optionsOf(chosen).map(([name, value]) => ` data-${name}="${attribute(value)}"`);
  const language = chosen["locale"] ? "?lang=" + chosen["locale"] : "";
  return `${styles && `<style>\n${styles}</style>\n`}<script async src="${location.origin}/v1/loader.js${language}"${attributes.join("")}></script>
<script>
  window.callpoint = window.callpoint || function () { (callpoint.q = callpoint.q || []).push(arguments) };
  callpoint("boot", {
    getToken: () => fetch("/callpoint-token").then((r) => r.ok ? r.text() : Promise.reject(r.status)),
  });
</script>`;
};

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [sheet];
let open = false;
let booted = "";

const apply = () => {
  const chosen = read();
  sheet.replaceSync(stylesOf(chosen));
  find("#code").textContent = codeOf(chosen);
  find("#copied").textContent = "";
  document.body.dataset["position"] = chosen["position"];
  const token = chosen["token"]!.trim();
  const options = Object.fromEntries(OPTIONS.map((name) => [name, chosen[name] || undefined]));
  if (JSON.stringify([options, token]) == booted) return;
  booted = JSON.stringify([options, token]);
  const again = open;
  callpoint("shutdown");
  callpoint("boot", { ...options, ...(token && { getToken: () => token }) });
  if (again) callpoint("show", "report");
};

callpoint("on", "open", () => (open = true));
callpoint("on", "close", () => (open = false));
form.addEventListener("input", apply);
// The fields have their first values only after this event.
form.addEventListener("reset", () => setTimeout(apply));
form.addEventListener("submit", (event) => event.preventDefault());
find("#show").addEventListener("click", () => callpoint("show", "report"));
find("#copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(find("#code").textContent!);
  const copied = find("#copied");
  copied.textContent = copied.dataset["words"]!;
});
apply();
