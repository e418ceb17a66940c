// Why a backend can't be reached from this page, as far as a browser lets a page know: by asking it in ways that one
// cause refuses and another does not.
import type { Snapshot } from "../../types/callpoint";
import type { Finding } from "./answers";
import type { Options } from "./session";

/** How long each question may take, in milliseconds. */
const PATIENCE = 8000;
/** How long a browser may take to tell what a policy refused, in milliseconds. */
const TELLING = 100;

const { origin: ours } = new URL(import.meta.url);

/** The origins that the page's policy has kept it from connecting to. */
const refused = new Set<string>();

const note = ({ effectiveDirective, blockedURL, blockedURI }: { effectiveDirective: string; blockedURL?: string; blockedURI?: string }) => {
  const address = blockedURL ?? blockedURI ?? "";
  if (effectiveDirective == "connect-src" && URL.canParse(address)) refused.add(new URL(address).origin);
};
document.addEventListener("securitypolicyviolation", note);
try {
  // Those before this code was there too, in browsers that keep them.
  const heard = (reports: { body: unknown }[]) => reports.forEach(({ body }) => note(body as Parameters<typeof note>[0]));
  new (window as any).ReportingObserver(heard, { types: ["csp-violation"], buffered: true }).observe();
} catch {}

/** Lets what the browser has refused be told. */
const settled = () => new Promise((resolve) => setTimeout(resolve, TELLING));

/** An origin other than `backend` that the page's policy refuses. */
export const refusedOther = async (backend: string) => {
  await settled();
  return [...refused].find((origin) => origin != backend);
};

type Reached = Response | "slow" | undefined;

const ask = (address: string, init: RequestInit = {}): Promise<Reached> =>
  fetch(address, { ...init, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).catch((error) =>
    error?.name == "TimeoutError" ? "slow" : undefined,
  );

/** The public status, where this page may read it. */
export const publicStatus = async ({ backend, carry = fetch }: Options): Promise<Snapshot | undefined> => {
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await carry(backend + "/v1/status", { credentials: "omit", cache: "no-store", signal }).catch(() => undefined);
  if (!answer?.ok) return;
  const status = await answer.json().catch(() => undefined);
  return status?.vendor && status;
};

/** What keeps this page from asking the backend; nothing where nothing is wrong, or where the device is offline. */
export const unreachable = async (backend: string): Promise<Finding | undefined> => {
  if (!navigator.onLine) return;
  const finding = (cause: string, sentence: string) => ({ cause, sentence });
  if (!URL.canParse(backend)) return finding("backend", `the option backend is no address: "${backend}"; write the origin of your Callpoint server, as https://incidents.vendor.example`);
  if (location.protocol == "https:" && backend.startsWith("http:") && !/\/\/(localhost|127\.)/.test(backend))
    return finding("mixed", `a page on https can't use ${backend}; give the server an address on https`);
  const [status, file, any] = await Promise.all([
    ask(backend + "/v1/status"),
    ask(backend + "/v1/loader.js"),
    // Resolves wherever anything answers, and says nothing of it.
    ask(backend + "/v1/status", { mode: "no-cors" }),
  ]);
  await settled();
  if (refused.has(new URL(backend).origin)) return finding("csp", `the page's Content Security Policy refuses ${backend}; add it to connect-src`);
  const foreign = () => finding("foreign", `${backend} answers, but not as a Callpoint server does; write the server's origin as the option backend, and let a proxy before it pass /v1/ on unchanged`);
  if (status instanceof Response) {
    // Another header than plain requests have: the browser asks before it sends it.
    if (!(await ask(backend + "/v1/status", { headers: { Traceparent: "00" } }))) return finding("preflight", `${backend} can't be asked with a token, since OPTIONS requests don't reach it; let the proxy before it pass them on`);
    const known = await status.json().then((body) => body?.vendor || body?.code, () => undefined);
    return known || status.status >= 500 ? undefined : foreign();
  }
  if (any instanceof Response && file instanceof Response && file.ok && file.headers.get("content-type")?.includes("javascript"))
    return finding("origins", `${backend} lets no page of ${location.origin} read its answers; add "${location.origin}" to origins in its configuration`);
  if (any == "slow") return finding("hanging", `${backend} takes connections and does not answer; see whether the server still runs`);
  if (any) return foreign();
  if (ours == backend) return finding("blocked", `requests to ${backend}/v1/ fail although this code came from there; see whether the server still runs, and whether an ad blocker or a proxy stops them`);
  return finding("address", `${backend} can't be reached; see whether the option backend is right, whether the server runs, and whether an ad blocker or a firewall stops it`);
};
