// A public status page, as the Statuspage API v2 gives it, read as if it were a server that takes no reports. What
// can't be understood in full is no answer: nobody reads that all is well because something could not be read.
import type { ApiError, Component, ComponentStatus, Event, Impact, Incident, Snapshot, Status, Thread } from "../../types/callpoint";

/** So often the page is read, in milliseconds; a stream that is silent for longer than 45 seconds counts as dead. */
const EVERY = 30_000;
const PATIENCE = 10_000;

/** What the whole amounts to, from fine to worst. */
const CONDITIONS: ComponentStatus[] = ["operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"];
const INDICATORS: Record<string, ComponentStatus> = {
  none: "operational",
  maintenance: "under_maintenance",
  minor: "degraded_performance",
  major: "partial_outage",
  critical: "major_outage",
};
const IMPACTS: Impact[] = ["none", "maintenance", "minor", "major", "critical"];
const STATUSES: Status[] = [
  "investigating", "identified", "monitoring", "resolved", "postmortem", "scheduled", "in_progress", "verifying", "completed",
];
const OVER: Status[] = ["resolved", "postmortem", "completed"];
/** How much longer than an id a name may be. */
const NAME_LIMIT = 300;

/** What is wrong with an answer: where, in words for whoever develops the page. */
class Unreadable extends Error {}

const wrong = (where: string): never => {
  throw new Unreadable(where);
};

type Json = Record<string, unknown>;

const object = (value: unknown, where: string): Json =>
  value && typeof value == "object" && !Array.isArray(value) ? (value as Json) : wrong(where);
const list = (value: unknown, where: string): Json[] =>
  Array.isArray(value) ? value.map((one, at) => object(one, `${where}[${at}]`)) : wrong(where);
const text = (value: unknown, where: string): string => (typeof value == "string" && value.trim() ? value.slice(0, NAME_LIMIT) : wrong(where));
const one = <T extends string>(value: unknown, of: readonly T[], where: string): T => of.find((known) => known == value) ?? wrong(where);
const time = (value: unknown, where: string): number => {
  const at = typeof value == "string" ? Date.parse(value) : NaN;
  return Number.isFinite(at) ? at : wrong(where);
};

/** An id of ours for one of theirs: always the same. */
const idOf = (theirs: string) => {
  const words = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => {
    let hash = seed;
    for (const letter of theirs) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
  });
  return words.join("").replace(/(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-7$3-a$4-");
};

const component = (given: Json, at: number): Component => ({
  id: text(given["id"], `components[${at}].id`).slice(0, 64),
  name: text(given["name"], `components[${at}].name`),
  position: at,
  status: one(given["status"], CONDITIONS, `components[${at}].status`),
  since: 0,
});

const incident = (given: Json, where: string, known: Component[]): Incident => {
  const opened = time(given["started_at"] ?? given["created_at"], where + ".created_at");
  const title = text(given["name"], where + ".name");
  const status = one(given["status"], STATUSES, where + ".status");
  const named = Array.isArray(given["components"]) ? list(given["components"], where + ".components") : [];
  const ids = named.map(({ id }) => id);
  return {
    id: idOf(text(given["id"], where + ".id")),
    reference: "",
    title,
    status,
    opened_at: opened,
    components: known.filter(({ id }) => ids.includes(id)).map(({ id }) => id),
    stakes: [],
    publication: { title, impact: one(given["impact"], IMPACTS, where + ".impact") },
    ...(OVER.includes(status) && { resolved_at: time(given["resolved_at"] ?? given["updated_at"], where + ".updated_at") }),
  };
};

const updates = (given: Json, about: Incident, where: string): Event[] =>
  list(given["incident_updates"] ?? [], where + ".incident_updates")
    .map((update, at): Event => {
      const here = `${where}.incident_updates[${at}]`;
      return {
        seq: 0,
        at: time(update["display_at"] ?? update["created_at"], here + ".created_at"),
        by: "vendor",
        command: idOf(text(update["id"], here + ".id")),
        incident: about.id,
        to: "public",
        change: { updated: { status: one(update["status"], STATUSES, here + ".status"), text: String(update["body"] ?? "") } },
      };
    })
    .sort((one, other) => one.at - other.at)
    .map((event, at) => ({ ...event, seq: at + 1 }));

/** What `/api/v2/summary.json` of a status page says. */
const understand = (given: unknown): { snapshot: Snapshot; threads: Thread[] } => {
  const summary = object(given, "the answer");
  const name = text(object(summary["page"], "page")["name"], "page.name");
  const indicator = object(summary["status"], "status")["indicator"];
  const whole = INDICATORS[String(indicator)] ?? wrong("status.indicator");
  const components = list(summary["components"], "components")
    .filter((one) => !one["group"])
    .map(component);
  const read = (key: string) =>
    list(summary[key], key).map((one, at): Thread => {
      const where = `${key}[${at}]`;
      const facts = incident(one, where, components);
      return { seq: 0, incident: facts, entries: updates(one, facts, where) };
    });
  const threads = [...read("incidents"), ...read("scheduled_maintenances")];
  // The page's own word counts where it is worse than all of its parts.
  const worst = Math.max(...components.map(({ status }) => CONDITIONS.indexOf(status)), 0);
  if (!threads.length && CONDITIONS.indexOf(whole) > worst)
    components.push({ id: "page", name, position: components.length, status: whole, since: 0 });
  const snapshot: Snapshot = {
    seq: 0,
    now: Date.now(),
    // Without levels nothing can be reported.
    vendor: { name, scheme: { id: "", levels: [] } },
    you: { name: "", staff: false, security: false },
    headline: { condition: whole, yours: 0 },
    components,
    incidents: threads.map(({ incident }) => incident),
  };
  return { snapshot, threads };
};

const json = (value: unknown, status = 200) => {
  const headers = { "content-type": "application/json" };
  return new Response(JSON.stringify(value), { status, headers });
};

const problem = (code: ApiError["code"], detail: string, status: number) => json({ code, detail, status, title: detail, type: "about:blank" }, status);

/** Answers a request for `path` from the public status page at `address`. */
export const readStatusPage = async (address: string, path: string, init: RequestInit | undefined, tell: (cause: string, sentence: string) => void): Promise<Response> => {
  if (init?.method && init.method != "GET") return problem("method_not_allowed", "a status page takes no reports", 405);
  if (!URL.canParse(address)) {
    tell("address", `the option status is no address: "${address}"; write that of your status page, as https://status.vendor.example`);
    throw new TypeError("no address");
  }
  const source = new URL("/api/v2/summary.json", address).href;
  const read = async () => {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(source, { signal, credentials: "omit", cache: "no-cache" }).catch((error) => {
      if (navigator.onLine) tell("reach", `${source} can't be read from this page (${error}); see whether the option status is right, and whether connect-src has its origin`);
      throw error;
    });
    if (answer.status >= 500) throw new Error("the page answers " + answer.status);
    const given = await answer.json().catch(() => undefined);
    try {
      if (!answer.ok) wrong("status " + answer.status);
      return understand(given);
    } catch (error) {
      const where = error instanceof Unreadable ? error.message : String(error);
      tell("shape", `${source} does not answer as the Statuspage API v2 does (${where}); the status is shown as unknown`);
      throw error;
    }
  };
  if (path.startsWith("/v1/status")) return json((await read()).snapshot);
  const [, id] = path.match(/^\/v1\/incidents\/([^/?]+)$/) ?? [];
  if (id) {
    const thread = (await read()).threads.find(({ incident }) => incident.id == id);
    return thread ? json(thread) : problem("not_found", "there is no such incident", 404);
  }
  if (!path.startsWith("/v1/events")) return problem("not_found", "a status page has none", 404);
  const first = (await read()).snapshot;
  let timer = 0;
  const write = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      const send = (snapshot: Snapshot) => stream.enqueue(write.encode(`event: reset\ndata: ${JSON.stringify(snapshot)}\n\n`));
      const again = () => {
        read().then(
          ({ snapshot }) => {
            if (init?.signal?.aborted) return;
            send(snapshot);
            timer = setTimeout(again, EVERY);
          },
          (error) => init?.signal?.aborted || stream.error(error),
        );
      };
      init?.signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        stream.error(init.signal!.reason);
      });
      send(first);
      timer = setTimeout(again, EVERY);
    },
    cancel: () => clearTimeout(timer),
  });
  const headers = { "content-type": "text/event-stream" };
  return new Response(body, { headers });
};
