// Northwind's own page: a made-up vendor's front end, written as a stranger to Callpoint would write it.
// It knows Callpoint only by the public `callpoint(verb, ...)` function and its DOM events.

const RELEASE = "2026.11.3";

const PEOPLE = {
  ada: { name: "Ada Marsh", account: "acme" },
  ben: { name: "Ben Ortiz", account: "acme" },
  gita: { name: "Gita Rao", account: "globex" },
  hugo: { name: "Hugo Meyer", account: "initech" },
};

// state, title, repository, workflow, number, branch, who, duration, when
const ACME_RUNS = [
  ["running", "Retry gripper calibration on cold start", "arm-firmware", "build and test", 4182, "fix/cold-start", "Ada Marsh", "3m 12s", "now"],
  ["queued", "Nightly hardware-in-the-loop suite", "arm-firmware", "hil nightly", 611, "main", "schedule", "–", "now"],
  ["passed", "Expose joint torque in fleet telemetry", "fleet-api", "deploy staging", 2907, "main", "Ben Ortiz", "6m 41s", "12 min ago"],
  ["failed", "Bump vision model to r14", "vision-train", "train smoke test", 388, "model/r14", "Ines Falk", "18m 05s", "26 min ago"],
  ["passed", "Cache toolchain between jobs", "arm-firmware", "build and test", 4181, "ci/toolchain-cache", "Ada Marsh", "4m 58s", "41 min ago"],
  ["passed", "Release console 5.8.0", "operator-console", "release", 214, "v5.8.0", "Ben Ortiz", "9m 20s", "1 h ago"],
  ["skipped", "Update third-party licence notices", "operator-console", "docs", 1290, "chore/licences", "robot", "–", "2 h ago"],
  ["passed", "Shorten emergency stop debounce to 8 ms", "arm-firmware", "build and test", 4180, "safety/estop", "Jun Abe", "5m 03s", "3 h ago"],
];
const GLOBEX_RUNS = [
  ["running", "Import November carrier tariffs", "customs-gateway", "import", 903, "main", "Gita Rao", "1m 47s", "now"],
  ["passed", "Print labels in batches of 200", "label-service", "deploy production", 1544, "main", "Gita Rao", "7m 36s", "9 min ago"],
  ["passed", "Add cut-off times for Rotterdam", "route-planner", "build and test", 3021, "depot/rtm", "Leo Brandt", "3m 50s", "34 min ago"],
  ["failed", "Migrate parcel events to v3", "tracking-web", "integration", 760, "events-v3", "Sofia Nunes", "11m 12s", "52 min ago"],
  ["passed", "Translate delivery notices (nl, pl)", "tracking-web", "build and test", 759, "i18n/nl-pl", "Leo Brandt", "4m 09s", "1 h ago"],
  ["passed", "Weekly dependency updates", "route-planner", "build and test", 3020, "deps/weekly", "robot", "3m 44s", "4 h ago"],
];

const INITECH_RUNS = [
  ["running", "Nightly payslip rehearsal", "payslips", "rehearsal", 88, "main", "schedule", "12m 40s", "now"],
  ["passed", "Tax tables for 2027", "tax-rules", "build and test", 1402, "tables/2027", "Hugo Meyer", "2m 58s", "20 min ago"],
  ["passed", "Sign transfer files with the new key", "bank-gateway", "deploy production", 377, "main", "Mina Soler", "8m 11s", "2 h ago"],
  ["failed", "Round child allowance per month", "tax-rules", "build and test", 1401, "fix/rounding", "Hugo Meyer", "3m 02s", "3 h ago"],
];

const ACCOUNTS = {
  acme: {
    name: "Acme Robotics", mark: "AR", plan: "Business plan · 42 seats", region: "eu-north · Stockholm",
    summary: "4 repositories, 312 runs this week", used: "18,420", included: "of 30,000 minutes",
    figures: [["Success rate", "96.4 %", "+1.2 this week"], ["Median run", "5m 02s", "−18 s"], ["Waiting for a runner", "1", "9 s on average"], ["Deploys today", "7", "1 rolled back"]],
    minutes: [980, 1240, 1410, 1330, 1505, 420, 310, 1290, 1620, 1480, 1710, 1590, 510, 1205],
    runs: ACME_RUNS,
    environments: [["Production", "operator-console v5.8.0", "1 h ago", "passed"], ["Staging", "fleet-api 9f31c2e", "12 min ago", "passed"], ["Test cell B", "arm-firmware fix/cold-start", "deploying", "running"]],
    deliveries: [["200", "run.completed", "hooks.acme.example/ci", "12 min ago"], ["200", "package.published", "registry.acme.example/notify", "1 h ago"], ["504", "run.failed", "pager.acme.example/northwind", "26 min ago"], ["200", "deploy.finished", "hooks.acme.example/ci", "1 h ago"]],
    packages: [["@acme/joint-math", "4.2.0", "12.4k downloads"], ["acme/hil-runner", "2026.11", "3.1k pulls"], ["@acme/telemetry", "1.19.3", "9.8k downloads"]],
    pages: [["docs.acme.example", "operator-console", "passed"], ["safety.acme.example", "arm-firmware", "passed"]],
  },
  globex: {
    name: "Globex Logistics", mark: "GL", plan: "Team plan · 18 seats", region: "eu-west · Amsterdam",
    summary: "4 repositories, 148 runs this week", used: "6,905", included: "of 10,000 minutes",
    figures: [["Success rate", "93.1 %", "−0.6 this week"], ["Median run", "4m 09s", "+6 s"], ["Waiting for a runner", "0", "4 s on average"], ["Deploys today", "3", "none rolled back"]],
    minutes: [410, 520, 610, 480, 590, 120, 90, 560, 640, 700, 580, 730, 150, 515],
    runs: GLOBEX_RUNS,
    environments: [["Production", "label-service b81d04f", "9 min ago", "passed"], ["Acceptance", "tracking-web events-v3", "52 min ago", "failed"]],
    deliveries: [["200", "deploy.finished", "events.globex.example/nw", "9 min ago"], ["200", "run.completed", "events.globex.example/nw", "34 min ago"], ["200", "run.failed", "events.globex.example/nw", "52 min ago"]],
    packages: [["globex/label-service", "1544", "860 pulls"], ["@globex/geo", "7.0.1", "2.2k downloads"]],
    pages: [["status-docs.globex.example", "tracking-web", "passed"]],
  },
  initech: {
    name: "Initech Payroll", mark: "IP", plan: "Starter plan · 6 seats", region: "eu-central · Frankfurt",
    summary: "3 repositories, 41 runs this week", used: "1,210", included: "of 3,000 minutes",
    figures: [["Success rate", "91.8 %", "+0.4 this week"], ["Median run", "3m 02s", "−4 s"], ["Waiting for a runner", "0", "3 s on average"], ["Deploys today", "1", "none rolled back"]],
    minutes: [90, 110, 84, 132, 101, 20, 12, 96, 140, 118, 125, 133, 18, 77],
    runs: INITECH_RUNS,
    environments: [["Production", "bank-gateway 41c0d2a", "2 h ago", "passed"]],
    deliveries: [["200", "deploy.finished", "ci.initech.example/hook", "2 h ago"], ["200", "run.failed", "ci.initech.example/hook", "3 h ago"]],
    packages: [["@initech/tax-rules", "2027.0.1", "140 downloads"]],
    pages: [["help.initech.example", "payslips", "passed"]],
  },
};

const WORDS = { passed: "Passed", failed: "Failed", running: "Running", queued: "Queued", skipped: "Skipped" };

const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

/** One element: a tag with optional class, and children that are nodes or text. */
function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function state(name) {
  const mark = svg("svg", { class: `i nw-state nw-${name}`, role: "img", "aria-label": WORDS[name] });
  mark.append(svg("use", { href: `#i-${name}` }));
  return mark;
}

const initials = (name) => name.split(" ").map((word) => word[0]).join("");

// --- the product -----------------------------------------------------------------------------------------------

let person = "nobody";
let filter = "all";

function runRow([how, title, repository, workflow, number, branch, who, took, when]) {
  const chip = el("span", "nw-branch", svg("svg", { class: "i", "aria-hidden": "true" }, svg("use", { href: "#i-branch" })), branch);
  const main = el("div", "nw-run-main", el("b", "", title), el("span", "", `${repository} · ${workflow} #${number} · ${who}`));
  const side = el("div", "nw-run-time", el("b", "", took), el("span", "", when));
  return el("li", "nw-run", state(how), main, chip, side);
}

function showRuns() {
  const account = ACCOUNTS[PEOPLE[person]?.account];
  if (!account) return;
  const wanted = $("search").value.trim().toLowerCase();
  const runs = account.runs.filter((run) => (filter === "all" || run[0] === filter) && run.join(" ").toLowerCase().includes(wanted));
  $("runs").replaceChildren(...(runs.length ? runs.map(runRow) : [el("li", "nw-none", "No runs match.")]));
}

function chart(minutes) {
  const top = Math.max(...minutes) * 1.08;
  const bars = minutes.map((value, day) => {
    const height = (value / top) * 100;
    const bar = svg("rect", { x: day * 10 + 1.2, y: 100 - height, width: 7.6, height, class: day === minutes.length - 1 ? "now" : "" });
    bar.append(svg("title", {}, `${value.toLocaleString("en")} minutes`));
    return bar;
  });
  const lines = [25, 50, 75].map((y) => svg("line", { x1: 0, x2: 140, y1: y, y2: y }));
  const total = minutes.reduce((sum, value) => sum + value, 0).toLocaleString("en");
  const drawing = svg("svg", { viewBox: "0 0 140 100", preserveAspectRatio: "none", role: "img", "aria-label": `${total} run minutes in 14 days` }, ...lines, ...bars);
  const axis = el("figcaption", "", el("span", "", "10 Nov"), el("span", "", "17 Nov"), el("span", "", "today"));
  return [drawing, axis];
}

const figure = ([label, value, note]) => el("li", "", el("span", "", label), el("b", "", value), el("small", "", note));
const row = (mark, title, sub, end) => el("li", "", ...(mark ? [mark] : []), el("div", "", el("b", "", title), el("span", "", sub)), el("em", "", end));

function delivery([code, event, target, when]) {
  const tag = el("span", code === "200" ? "nw-code" : "nw-code nw-code-bad", code);
  return row(tag, event, target, when);
}

function say(words) {
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = words[node.dataset.say] ?? "";
  for (const node of document.querySelectorAll("[data-count]")) node.textContent = words[node.dataset.count]?.length ?? "";
}

function showProduct() {
  const known = PEOPLE[person];
  const account = known && ACCOUNTS[known.account];
  for (const id of ["signed-in", "org", "avatar", "search-form"]) $(id).hidden = !known;
  $("signed-out").hidden = Boolean(known);
  document.title = known ? `Pipelines · ${account.name} · Northwind` : "Sign in · Northwind";
  if (!known) return say({ region: "" });
  say({ ...account, account: account.name });
  $("avatar").textContent = initials(known.name);
  $("avatar").setAttribute("aria-label", `Signed in as ${known.name}`);
  $("avatar").title = known.name;
  $("figures").replaceChildren(...account.figures.map(figure));
  $("chart").replaceChildren(...chart(account.minutes));
  $("environment-list").replaceChildren(...account.environments.map(([name, what, when, how]) => row(state(how), name, what, when)));
  $("delivery-list").replaceChildren(...account.deliveries.map(delivery));
  $("package-list").replaceChildren(...account.packages.map(([name, version, note]) => row(null, name, version, note)));
  $("page-list").replaceChildren(...account.pages.map(([host, from, how]) => row(state(how), host, from, "live")));
  showRuns();
}

// --- Callpoint, as the embedding guide shows it ------------------------------------------------------------------

function bootCallpoint() {
  const who = person;
  const options = { component: "actions", release: RELEASE };
  if (PEOPLE[who]) {
    options.getToken = () =>
      fetch("/demo/token?as=" + who).then((reply) => (reply.ok ? reply.text() : Promise.reject(new Error("token: " + reply.status))));
  }
  window.callpoint("boot", options);
}

$("report").addEventListener("click", () => {
  closeMenus();
  window.callpoint("show", "report");
});

// --- signing in and out, without a reload --------------------------------------------------------------------------

const askedFor = () => {
  const asked = new URLSearchParams(location.search).get("as") ?? "ada";
  return asked in PEOPLE ? asked : "nobody";
};

function become(next) {
  person = next;
  $("demo-person").value = next;
  $("search").value = "";
  closeMenus();
  showProduct();
  bootCallpoint();
}

function switchTo(next) {
  if (next === person) return;
  const url = new URL(location.href);
  url.searchParams.set("as", next);
  history.pushState(null, "", url);
  window.callpoint("shutdown");
  become(next);
}

$("demo-person").addEventListener("change", (event) => switchTo(event.target.value));
addEventListener("popstate", () => {
  markPlace();
  if (askedFor() === person) return;
  window.callpoint("shutdown");
  become(askedFor());
});
$("sign-in").append(
  ...Object.entries(PEOPLE).map(([id, { name, account }]) => {
    const button = el("button", "nw-signin-as", el("i", "", initials(name)), el("span", "", el("b", "", name), ACCOUNTS[account].name));
    button.type = "button";
    button.addEventListener("click", () => switchTo(id));
    return button;
  }),
);

// --- menus, filters, and the page's own keyboard shortcuts ---------------------------------------------------------

function closeMenus(except) {
  for (const menu of document.querySelectorAll(".nw-menu")) {
    if (menu === except) continue;
    menu.querySelector("button").setAttribute("aria-expanded", "false");
    menu.querySelector(".nw-pop").hidden = true;
  }
}

for (const menu of document.querySelectorAll(".nw-menu")) {
  menu.querySelector("button").addEventListener("click", (event) => {
    const pop = menu.querySelector(".nw-pop");
    pop.hidden = !pop.hidden;
    event.currentTarget.setAttribute("aria-expanded", String(!pop.hidden));
    closeMenus(menu);
  });
  menu.querySelector(".nw-pop").addEventListener("click", (event) => event.target.closest("a") && closeMenus());
}
document.addEventListener("click", (event) => closeMenus(event.target.closest(".nw-menu")));

$("filters").addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen) return;
  filter = chosen.dataset.filter;
  for (const button of $("filters").children) button.setAttribute("aria-pressed", String(button === chosen));
  showRuns();
});
$("search").addEventListener("input", showRuns);
$("search-form").addEventListener("submit", (event) => event.preventDefault());
$("run").addEventListener("click", () => {
  const account = ACCOUNTS[PEOPLE[person].account];
  const last = account.runs.find((run) => run[0] !== "queued");
  account.runs.unshift(["queued", last[1], last[2], last[3], Math.max(...account.runs.map((run) => run[4])) + 1, last[5], PEOPLE[person].name, "–", "now"]);
  showProduct();
});

function markPlace() {
  const place = location.hash || "#pipelines";
  for (const link of $("side").children) link.setAttribute("aria-current", String(link.hash === place));
}
addEventListener("hashchange", markPlace);

// The careless check most products have: it looks at the tag of the event's target, so an embedded widget that lets
// its own keystrokes out of its shadow root would lose them to these shortcuts.
let going = 0;
document.addEventListener("keydown", (event) => {
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") closeMenus();
  if (event.key === "/" && PEOPLE[person]) {
    event.preventDefault();
    $("search").focus();
  }
  if (event.key === "g") going = event.timeStamp;
  else if (going && event.timeStamp - going < 1200) {
    going = 0;
    $("side").querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});

// --- the demo's own furniture ------------------------------------------------------------------------------------

const wide = matchMedia("(min-width: 1100px)");
let consoleWanted = false;

/** The frame exists only while it is shown, so a closed console holds no stream open. */
function showConsole() {
  const shown = consoleWanted && wide.matches;
  const pane = $("demo-pane");
  pane.hidden = !shown;
  document.body.classList.toggle("demo-split", shown);
  $("demo-console").setAttribute("aria-pressed", String(shown));
  pane.querySelector("iframe")?.remove();
  if (!shown) return;
  const frame = document.createElement("iframe");
  frame.title = "Northwind’s staff console";
  frame.src = "/demo/console?as=" + $("demo-staff").value;
  pane.append(frame);
}
$("demo-console").addEventListener("click", () => {
  consoleWanted = !consoleWanted;
  showConsole();
});
$("demo-staff").addEventListener("change", showConsole);
wide.addEventListener("change", showConsole);

for (const name of ["ready", "report", "status", "entry", "unread", "severity", "resolution", "settled", "error"]) {
  document.addEventListener("callpoint:" + name, (event) => {
    const reference = event.detail?.reference;
    const time = new Date().toLocaleTimeString("en-GB");
    $("demo-last").textContent = [`callpoint:${name}`, typeof reference === "string" ? reference : "", time].filter(Boolean).join("  ");
  });
}

new ResizeObserver(([entry]) => {
  document.documentElement.style.setProperty("--demo-bar", `${entry.borderBoxSize[0].blockSize}px`);
}).observe($("demo-bar"));

markPlace();
become(askedFor());

// A link in a message leads into the product, where people are signed in: /demo?as=ada&incident=…
const linked = new URLSearchParams(location.search).get("incident");
if (linked) window.callpoint("open", linked);
// A rehearsal of the whole practice: /demo?as=ada&drill
if (new URLSearchParams(location.search).has("drill")) window.callpoint("show", "report", { drill: true });
