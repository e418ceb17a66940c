// A backend of Callpoint in plain Node, without dependencies: the core profile of PROTOCOL.md, from that document alone.
// What happened and what was answered is a line of CALLPOINT_LOG each; everything else follows from those lines.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import http from "node:http";
import path from "node:path";

const { CALLPOINT_CUSTOMERS_SECRET: SECRET = "", CALLPOINT_ORIGINS = "", CALLPOINT_LOG = "callpoint.log", CALLPOINT_WEB = "web", PORT = "4127" } = process.env;
if (SECRET.length < 32) throw new Error("CALLPOINT_CUSTOMERS_SECRET must have at least 32 bytes");

// The vendor's terms leave every end to the customer and nothing is opened again: so nothing happens because time passes.
const { vendor: VENDOR, terms: TERMS, components: PARTS, staff: STAFF } = JSON.parse(readFileSync(new URL("vendor.json", import.meta.url)));
const [{ levels: LEVELS }, components] = [VENDOR.scheme, new Map(PARTS.map((part) => [part.id, part]))];
const CONDITIONS = ["operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"];
const STATUSES = ["investigating", "identified", "monitoring", "resolved"];
const [LEEWAY, DAY, BODY_LIMIT, HEARTBEAT] = [300, 86_400, 65_536, 10_000];
// --- problems, and what a body may hold ------------------------------------------------------------------------
const CODES = {
  malformed: 400, key_missing: 400, unauthenticated: 401, token_invalid: 401, token_expired: 401, forbidden: 403, not_found: 404,
  method_not_allowed: 405, already_acknowledged: 409, already_proposed: 409, nothing_proposed: 409, nothing_new: 409, closed: 409,
  needs_confirmation: 409, too_large: 413, unsupported_media: 415, invalid: 422, key_reused: 422, file_missing: 422, internal: 500,
};
const fail = (code, detail = code.replaceAll("_", " "), field) => { throw Object.assign(new Error(detail), { code, field }); };
const invalid = (field, why) => fail("invalid", `\`${field}\` ${why}.`, field);
const VISIBLE = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u;
const text = (limit, needed) => (value, field) => {
  if (value !== undefined && !(typeof value === "string" && value.isWellFormed())) invalid(field, "must be a text");
  const tidy = (value ?? "").replace(/\r\n?/g, "\n").replace(/(?![\t\n])\p{Cc}/gu, "").trim();
  if (needed && !VISIBLE.test(tidy)) invalid(field, "is required");
  if ([...tidy].length > limit) invalid(field, `has more than ${limit} characters`);
  return VISIBLE.test(tidy) ? tidy : undefined;
};
const oneOf = (words, needed) => (value, field) => ((value === undefined ? needed : !words.includes(value)) ? invalid(field, `must be one of ${words}`) : value);
const whole = (least, most) => (value, field) => (Number.isSafeInteger(value) && value >= least && value <= most() ? value : invalid(field, "must be a whole number within its limits"));
const severity = whole(1, () => LEVELS.length);
const noFiles = (value = [], field) => (Array.isArray(value) ? void (value.length && fail("file_missing")) : invalid(field, "must be a list"));
const plain = (one, field) => (["string", "number", "boolean"].includes(typeof one) ? text(Infinity)(String(one), field) ?? "" : invalid(field, "must hold texts"));
const texts = (most) => (value = {}, field) => {
  if (typeof value !== "object" || Array.isArray(value)) invalid(field, "must be an object");
  const kept = Object.entries(value).map(([name, one]) => [plain(name), plain(one, field)]).filter(([name, one]) => name && name.length <= 64 && one.length <= 1000);
  return kept.length ? Object.fromEntries(kept.slice(0, most)) : undefined;
};
/** The fields of an object, each by what reads it, in one order. Whatever else stands there is refused. */
const fields = (readers) => (value = {}, at = "") => {
  const place = (name) => `${at && `${at}.`}${name}`;
  if (value === null || typeof value !== "object" || Array.isArray(value)) invalid(at, "must be an object");
  for (const name of Object.keys(value)) Object.hasOwn(readers, name) || invalid(place(name), "is not known here");
  const found = Object.entries(readers).map(([name, read]) => [name, read(value[name] ?? undefined, place(name))]).filter(([, one]) => one !== undefined);
  return found.length || !at ? Object.fromEntries(found) : undefined;
};
const DRAFT = fields({
  what: text(2000, true), details: text(10_000), component: oneOf([...components.keys()]), severity, class: oneOf(["service"]), drill: (value, field) => oneOf([true, false])(value, field) || undefined,
  answers: fields({
    sees: oneOf(["down", "errors", "slow", "wrong"]), stopped: oneOf(["everyone", "several", "me", "nobody"]), since: oneOf(["now", "today", "longer"]),
    around: oneOf(["none", "hard", "easy"]), data: oneOf(["lost", "wrong", "safe"]), security: oneOf([true, false]),
  }),
  fields: texts(20), asked: texts(20), context: texts(24), attachments: noFiles,
});
// --- the log, and what it adds up to ---------------------------------------------------------------------------
const [events, incidents, replies, streams] = [[], new Map(), new Map(), new Set()];
const log = openSync(CALLPOINT_LOG, "a");
const isOver = (incident) => incident.status === "resolved";
/** Durable first; only then is it true, told to the streams, and answered. */
function commit(entry) {
  writeSync(log, `${JSON.stringify(entry)}\n`);
  fsyncSync(log);
  replay(entry);
  streams.forEach((send) => entry.events.forEach(send));
}
const replay = ({ key, reply, events: happened }) => (replies.set(key, reply), happened.forEach(fold));
function fold(event) {
  const { at, by, change } = event;
  const [[kind, value]] = Object.entries(change);
  events.push(event);
  if (kind === "declared") return incidents.set(event.incident, opened(event, value));
  const { status } = value;
  if (kind === "component_moved") return components.set(value.component, { ...components.get(value.component), status, by_hand: status === "operational" ? undefined : status, since: at });
  const incident = incidents.get(event.incident);
  const [stake] = incident.stakes;
  if (by.customer && ["said", "disputed"].includes(kind)) {
    const { person, name } = by.customer;
    stake.unanswered_since ??= at;
    if (!stake.followers.some((one) => one.person === person)) stake.followers.push({ person, name });
  }
  const answers = by.staff && event.to !== "internal" && ["said", "updated", "proposed", "acknowledged"].includes(kind);
  if (answers || kind === "confirmed") delete stake.unanswered_since;
  if (by.staff && event.to.affected && ["updated", "proposed"].includes(kind)) incident.last_update_at = at;
  if (kind === "acknowledged") stake.acknowledged = incident.acknowledged = { by, at };
  if (kind === "proposed") Object.assign(stake, { resolution: value.text, closure: { proposed: { at, reminded: false } } });
  if (kind === "confirmed") stake.closure = { confirmed: at };
  if (kind === "disputed") Object.assign(stake, { closure: "open", disputes: stake.disputes + 1 });
  if (kind === "severity_set") stake.declared = value.severity;
  if (kind === "read") Object.assign(value.account ? stake : incident, { [value.account ? "read_to" : "staff_read_to"]: value.seq });
  if (kind !== "moved") return;
  if (["investigating", "identified"].includes(status)) stake.closure = "open";
  if (status === "investigating" && by === "system") incident.last_update_at = at;
  Object.assign(incident, { status, resolved_at: status === "resolved" ? at : undefined });
}
function opened({ incident: id, at: opened_at, by: { customer: { person, name } }, seal }, { reference, title, account, report, terms }) {
  const own = { account, title, declared: report.severity, reporter: person, reporter_name: name, terms, followers: [{ person, name }] };
  const stakes = [{ ...own, closure: "open", disputes: 0, unanswered_since: opened_at, read_to: 0 }];
  const facts = { class: report.class, drill: report.drill ?? false, status: "investigating", components: report.component ? [report.component] : [] };
  return { id, reference, title, opened_at, stakes, seal, staff_read_to: 0, ...facts };
}
// --- who sees what ---------------------------------------------------------------------------------------------
const opens = (seal, { staff, customer }) => !seal || (staff ? staff.security : customer?.person === seal.reporter);
const reaches = (to, account) => to === "public" || to.account === account || to.affected?.includes(account);
function seen(event, who) {
  if (!opens(event.seal, who) || !(who.staff || reaches(event.to, who.customer?.account.id ?? null))) return undefined;
  return event.to === "public" && !who.staff ? { ...event, by: "vendor" } : event;
}
const sees = ({ seal, stakes: [stake] }, who) => opens(seal, who) && (who.staff || stake.account.id === who.customer?.account.id);
const latest = (who) => [...incidents.values()].filter((one) => sees(one, who)).sort((a, b) => b.opened_at - a.opened_at || (a.id < b.id ? 1 : -1));
const find = (id, who) => latest(who).find((one) => one.id === id.toLowerCase() || one.reference === id) ?? fail("not_found");
const lastSeen = (who) => events.findLast((event) => seen(event, who))?.seq ?? 0;
const you = ({ staff, customer }) => ({ name: "", ...(staff ?? customer), staff: !!staff, security: staff?.security ?? false });
function snapshot(who) {
  const now = Date.now();
  const shown = latest(who).filter((one) => !isOver(one) || one.resolved_at > now - 14 * DAY * 1000);
  const open = shown.filter((one) => !isOver(one) && !one.drill);
  const worst = Math.max(open.length && 2, ...[...components.values()].map(({ status }) => CONDITIONS.indexOf(status)));
  const headline = { condition: CONDITIONS[worst], yours: open.length };
  return { seq: lastSeen(who), now, vendor: VENDOR, you: you(who), headline, components: [...components.values()], incidents: shown };
}
const entries = ({ id }, who) => events.filter((event) => event.incident === id).map((event) => seen(event, who)).filter(Boolean);
// --- what can be asked of an incident: who may, with which fields, and what happens then ------------------------
const reach = (value, field) => (typeof value === "object" ? fields({ account: text(128, true) })(value, field) : oneOf(["internal", "affected"], true)(value, field));
const audience = ({ to }, { account }) => (to.account && to.account !== account.id ? invalid("to", "must have a stake") : to === "affected" ? { affected: [account.id] } : to);
const open = (incident) => isOver(incident) && fail("closed");
const moved = (incident, status) => (open(incident), { moved: status === "resolved" ? fail("needs_confirmation") : { status } });
const asked = (stake, ...then) => (stake.closure.proposed ? then : fail("nothing_proposed"));
const said = { text: text(10_000, true), attachments: noFiles };
const BY_CUSTOMERS = {
  message: [said, ({ ask, own }) => [[own, { said: ask }]]],
  read: [{ seq: whole(0, () => events.length) }, ({ ask, stake, own }) => (ask.seq > stake.read_to ? [[own, { read: { ...own, ...ask } }]] : [])],
  set_severity: [{ severity, reason: text(10_000) }, ({ ask, incident, stake, own }) => (open(incident), ask.severity === stake.declared ? fail("nothing_new") : [[own, { severity_set: { ...own, ...ask } }]])],
  confirm: [{}, ({ stake, own, all }) => asked(stake, [own, { confirmed: own }], [all, { moved: { status: "resolved" } }, "system"])],
  dispute: [{ reason: text(10_000, true) }, ({ ask, stake, own, all }) => asked(stake, [own, { disputed: { ...own, ...ask } }], [all, { moved: { status: "investigating" } }, "system"])],
};
const BY_STAFF = {
  message: [{ ...said, to: reach }, ({ ask, stake }) => [[audience(ask, stake), { said: { text: ask.text } }]]],
  read: [{ seq: whole(0, () => events.length) }, ({ ask, incident, all }) => (ask.seq > incident.staff_read_to ? [[all, { read: ask }]] : [])],
  acknowledge: [{}, ({ incident, all }) => (open(incident), incident.acknowledged ? fail("already_acknowledged") : [[all, { acknowledged: {} }]])],
  move: [{ status: oneOf(STATUSES, true) }, ({ ask, incident, all }) => [[all, moved(incident, ask.status)]]],
  update: [{ text: said.text, to: reach, status: oneOf(STATUSES) }, ({ ask, incident, stake, all }) => {
    const status = ask.status ?? incident.status;
    return [[audience(ask, stake), { updated: { text: ask.text, status } }], ...(status === incident.status ? [] : [[all, moved(incident, status)]])];
  }],
  propose_resolution: [{ text: said.text }, ({ ask, incident, stake, all }) => (open(incident), stake.closure === "open" ? [[all, { proposed: ask }], ...(incident.status === "monitoring" ? [] : [[all, moved(incident, "monitoring")]])] : fail("already_proposed"))],
};
// --- who asks, and what is written -----------------------------------------------------------------------------
const [invites, sessions] = [new Map(STAFF.map((staff) => [randomBytes(24).toString("base64url"), staff])), new Map()];
const isId = (id) => typeof id === "string" && id !== "" && Buffer.byteLength(id) <= 128 && !/\p{Cc}/u.test(id);
const isName = (name) => typeof name === "string" && VISIBLE.test(name) && [...name].length <= 200 && !/[\n\r\t]/.test(name);
const claim = (holds, name) => holds || fail("token_invalid", `\`${name}\` is missing or isn't valid.`);
const json = (bytes, code) => { try { return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)); } catch { return fail(code); } };
const decoded = (part) => json(Buffer.from(part, "base64url"), "token_invalid") ?? {};
function customer(token) {
  const [head, body, signature = "", ...more] = token.split(".");
  const wanted = createHmac("sha256", SECRET).update(`${head}.${body}`).digest("base64url");
  claim(!more.length && token.length <= 8192 && signature.length === wanted.length && timingSafeEqual(Buffer.from(signature), Buffer.from(wanted)), "signature");
  const [header, { sub, name, account, aud, iat, exp, nbf = 0 }, now] = [decoded(head), decoded(body), Date.now() / 1000];
  claim(header.alg === "HS256" && !("crit" in header), "alg");
  claim([aud].flat().includes("callpoint"), "aud");
  claim(isId(sub) && isName(name), "sub` or `name");
  claim(isId(account?.id) && !account.id.startsWith("guest:") && [account.name, account.tier ?? "none"].every(isName) && !/\p{Cc}/u.test(account.tier), "account");
  claim([iat, nbf, exp].every(Number.isFinite) && Math.max(iat, nbf) <= now + LEEWAY && exp > 0 && exp - iat <= DAY, "iat` or `exp");
  if (exp + LEEWAY <= now) fail("token_expired");
  return { customer: { person: sub, name, account: { id: account.id, name: account.name } }, until: (exp + LEEWAY) * 1000 };
}
function identify({ headersDistinct: { authorization, cookie = [] } }) {
  if (authorization) return customer((authorization.length === 1 && /^Bearer (\S+)$/.exec(authorization[0])?.[1]) || "");
  const session = /(?:^|; )callpoint_session=([^;]*)/.exec(cookie.join("; "))?.[1];
  return session === undefined ? {} : { staff: sessions.get(session) ?? fail("unauthenticated") };
}
async function signIn({ request, reply }) {
  const { invite } = fields({ invite: text(200, true) })(await body(request));
  const [staff, session] = [invites.get(invite) ?? fail("unauthenticated"), randomBytes(24).toString("base64url")];
  invites.delete(invite);
  sessions.set(session, staff);
  reply.setHeader("Set-Cookie", `callpoint_session=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${14 * DAY}`);
  return [200, you({ staff })];
}
async function body(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) if ((size += part.length) <= BODY_LIMIT) parts.push(part);
  if (size > BODY_LIMIT) fail("too_large");
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) fail("unsupported_media");
  return json(Buffer.concat(parts), "malformed");
}
/** What `decide` makes of a body happens once under its key, and is answered the same every time. */
async function write({ request, who }, read, decide) {
  const { person, name, title, account } = who.staff ?? who.customer ?? fail("unauthenticated");
  const key = /^"?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"?$/i.exec(request.headers["idempotency-key"] ?? "")?.[1].toLowerCase() ?? fail("key_missing");
  const ask = read(await body(request));
  const same = JSON.stringify([person, account?.id, request.url, ask]);
  if (replies.has(key)) return replies.get(key).same === same ? replies.get(key).answer : fail("key_reused");
  const { incident, seal, happens, answer } = decide(ask, key);
  const [at, author] = [Date.now(), who.staff ? { staff: { person, name, title } } : { customer: { person, name, account: account.id } }];
  const made = happens.map(([to, change, by = author], index) => ({ seq: events.length + index + 1, command: key, at, by, incident, to, seal, change }));
  const told = answer(made.at(-1)?.seq ?? lastSeen(who), at);
  commit({ key, reply: { same, answer: told }, events: made });
  return told;
}
const declare = (ask) => write(ask, DRAFT, ({ fields: own = {}, asked: labels = {}, ...draft }, key) => {
  const { person, account } = ask.who.customer ?? fail("forbidden");
  const sealed = draft.answers?.security === true;
  const line = draft.what.split("\n").find((line) => VISIBLE.test(line)).trim();
  const title = line.length > 120 ? `${[...new Intl.Segmenter().segment(line)].filter(({ index, segment }) => index + segment.length < 120).map(({ segment }) => segment).join("")}…` : line;
  const written = Object.entries(own).map(([id, value]) => ({ id, label: labels[id] ?? id, value }));
  const [reference, report] = [`NW-${4127 + incidents.size}`, { ...draft, class: sealed ? "security" : "service", fields: written }];
  const answer = (seq, at) => [201, { incident: key, reference, seq, answer_by: at + LEVELS[draft.severity - 1].acknowledge_minutes * 60_000 }];
  const happens = [[{ account: account.id }, { declared: { reference, title, account, report, terms: TERMS } }]];
  return { incident: key, seal: sealed ? { reporter: person } : undefined, happens, answer };
});
const command = (ask, id) => write(ask, (value) => {
  const incident = find(id, ask.who);
  const [[name, given] = [], ...more] = Object.entries(value ?? {});
  const [mine, theirs] = ask.who.staff ? [BY_STAFF, BY_CUSTOMERS] : [BY_CUSTOMERS, BY_STAFF];
  if (more.length || !(Object.hasOwn(mine, name) || Object.hasOwn(theirs, name))) fail("invalid");
  return { name, incident: incident.id, given: fields((mine[name] ?? fail("forbidden"))[0])(given) };
}, ({ name, incident: id, given }) => {
  const [incident, mine] = [incidents.get(id), ask.who.staff ? BY_STAFF : BY_CUSTOMERS];
  const [[stake], own, all] = [incident.stakes, { account: incident.stakes[0].account.id }, { affected: [incident.stakes[0].account.id] }];
  const happens = [...mine[name][1]({ ask: given, incident, stake, own, all })];
  const replied = happens.some(([to, { said, updated, proposed }]) => ask.who.staff && to !== "internal" && (said || updated || proposed));
  if (replied && !stake.acknowledged && !isOver(incident)) happens.push([all, { acknowledged: {} }]);
  return { incident: id, seal: incident.seal, happens, answer: (seq) => [200, { incident: id, reference: incident.reference, seq }] };
});
const SET_STATUS = fields({ set_status: (value) => fields({ status: oneOf(CONDITIONS, true) })(value ?? invalid("set_status", "is required")) });
const setComponent = (ask, component) => write(ask, SET_STATUS, ({ set_status: { status } }) => {
  if (!(ask.who.staff ?? fail("forbidden")) || !components.has(component)) invalid("component", "is not known here");
  return { happens: [["public", { component_moved: { component, status } }]], answer: (seq) => [200, { seq }] };
});
// --- HTTP ------------------------------------------------------------------------------------------------------
function stream({ request, reply, who }) {
  const frame = (id, data, event = "") => reply.write(`${event}id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  const send = (event) => seen(event, who) && frame(event.seq, seen(event, who));
  reply.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no" });
  reply.write("retry: 2000\n\n");
  const cursor = /^\d+$/.test(request.headers["last-event-id"] ?? "") ? Number(request.headers["last-event-id"]) : Infinity;
  if (cursor <= events.length && events.length - cursor <= 5000) events.slice(cursor).forEach(send);
  else frame(lastSeen(who), snapshot(who), "event: reset\n");
  streams.add(send);
  const beat = setInterval(() => (Date.now() < (who.until ?? Infinity) ? reply.write(":\n\n") : reply.end()), HEARTBEAT);
  reply.on("close", () => (streams.delete(send), clearInterval(beat)));
}
const KINDS = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".wasm": "application/wasm", ".svg": "image/svg+xml" };
function file({ reply }, name) {
  const [found, kind] = [path.join(CALLPOINT_WEB, path.normalize(`/${name}`)), KINDS[path.extname(name)]];
  if (!kind || !existsSync(found)) fail("not_found");
  reply.writeHead(200, { "Content-Type": kind, "Cross-Origin-Resource-Policy": "cross-origin" }).end(readFileSync(found));
}
const ROUTES = [
  ["GET", /^\/v1\/status$/, ({ who }) => [200, snapshot(who)]],
  ["GET", /^\/v1\/events$/, stream],
  ["POST", /^\/v1\/reports$/, declare],
  ["GET", /^\/v1\/incidents$/, ({ who }) => [200, { incidents: latest(who) }]],
  ["GET", /^\/v1\/incidents\/([^/]+)$/, ({ who }, id) => [200, { seq: lastSeen(who), incident: find(id, who), entries: entries(find(id, who), who) }]],
  ["POST", /^\/v1\/incidents\/([^/]+)\/commands$/, command],
  ["POST", /^\/v1\/components\/([^/]+)\/commands$/, setComponent],
  ["POST", /^\/v1\/staff\/session$/, signIn],
  ["GET", /^\/v1\/suggestions$/, () => [200, { incidents: [] }]],
  ["GET", /^\/v1\/locales\/[^/]+$/, () => [200, { lang: "en", dir: "ltr", words: {} }]],
  ["GET", /^\/v1\/(loader\.js)$/, file],
  ["GET", /^\/(assets\/.+)$/, file],
];
async function answer(request, reply) {
  const { origin = "", host, cookie, authorization, "access-control-request-headers": names = "" } = request.headers;
  const set = (headers) => Object.entries(headers).forEach(([name, value]) => reply.setHeader(name, value));
  set({ Vary: "origin, access-control-request-headers", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" });
  if (origin && CALLPOINT_ORIGINS.split(",").includes(origin)) set({ "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": names });
  try {
    if (request.method === "OPTIONS") return reply.writeHead(204).end();
    const url = new URL(request.url, "http://backend");
    const found = ROUTES.filter(([, where]) => where.test(url.pathname));
    const [, where, work] = found.find(([method]) => method === request.method) ?? fail(found.length ? "method_not_allowed" : "not_found");
    const who = work === file || work === signIn ? {} : identify(request);
    const foreign = origin && ![`http://${host}`, `https://${host}`].includes(origin);
    if (request.method === "POST" && (who.staff || work === signIn) && (foreign || request.headers["sec-fetch-site"] === "cross-site")) fail("forbidden");
    const [status, told] = (await work({ request, reply, who }, ...where.exec(url.pathname).slice(1).map(decodeURIComponent))) ?? [];
    if (status) reply.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(told));
  } catch (error) {
    const { code = error instanceof URIError ? "not_found" : "internal", message: detail, field } = error;
    if (!(code in CODES) || code === "internal") console.error(error);
    const status = CODES[code] ?? 500;
    if (status === 401) set({ "WWW-Authenticate": "Bearer" });
    if (status === 401 && cookie && !authorization) set({ "Set-Cookie": "callpoint_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict" });
    const problem = { type: `urn:callpoint:problem:${code}`, status, code, title: code.replaceAll("_", " "), detail, field };
    reply.writeHead(status, { "Content-Type": "application/problem+json" }).end(JSON.stringify(problem));
  }
}

for (const line of readFileSync(CALLPOINT_LOG, "utf8").split("\n").filter(Boolean)) replay(JSON.parse(line));
const server = http.createServer(answer).listen(PORT, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
  for (const [token, { person }] of invites) console.log(`${person} signs in with ${token}`);
});
