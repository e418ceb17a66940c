// What is fetched first on intent: the panel before the WebAssembly is there, and without it. It shows the instant
// form at once, fetches the widget behind it, and shows the form again when the widget fails.
import type { ReportDraft, Snapshot } from "../../types/callpoint";
import { ARROW_BACK, button, CROSS, el, icon } from "./dom";
import type { Controller, start as startElement } from "./element";
import { createForm, type InstantForm, type KnownVendor } from "./fields";
import type { CallpointWidget, Options as Given } from "./loader";
import { anyOpen, createSession, type Doubt, load, OPEN_INCIDENTS, type Options, save } from "./session";
import { BACK, CLOSE, DIR, LANG, LOAD_FAILED_TITLE, LOADING, REPORT_A_PROBLEM, TRY_AGAIN, VIEW_UNAVAILABLE } from "callpoint:text";
import css from "callpoint:form.css";

declare const __ELEMENT_URL__: string;
declare const __SETUP_URL__: string;
declare const __WAYS_URL__: string;
declare const __WIDGET_WASM_INTEGRITY__: string;
declare const __WIDGET_WASM_URL__: string;

export type Panel = ReturnType<typeof begin>;

/** So often the widget looks whether it may take over, in milliseconds. */
const POLL_INTERVAL = 200;

let fetched: Promise<[typeof startElement, Response | Error]> | undefined;
let tries = 0;

/** The widget's code, once. A browser may remember that it could not be fetched: each try has an address of its own. */
export const prefetch = (origin: string) =>
  (fetched ??= Promise.all([
    import(__ELEMENT_URL__ + "#" + tries).then(({ start }) => start),
    // Without it the script still has to do: it sends what waits in the outbox.
    fetch(origin + __WIDGET_WASM_URL__, { priority: "low", integrity: __WIDGET_WASM_INTEGRITY__ }).catch((error: Error) => error),
  ]));

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

export const begin = (host: CallpointWidget, given: Given, origin: string, statuses: Set<HTMLElement>) => {
  const [backend, another] = ("" + given.backend).split(/\/?(?:[\s,]+|$)/);
  const options = { ...given, backend } as Options;
  // Code that is fetched only where there is more than one way to the server.
  if (another || given.transport || given.status)
    options.carry = async (...request) => {
      const { carry }: typeof import("./ways") = await import(__WAYS_URL__ + "#" + tries);
      return carry(given, ...request);
    };
  // What the page has set up wrong is explained by code that is fetched only then.
  const setup = (): Promise<typeof import("./setup")> => import(__SETUP_URL__ + "?" + LANG);
  const doubt = (why: Doubt) => {
    setup()
      .then(({ explain }) => explain(why, session, panel, options))
      .then((status) => status && learned(status))
      .catch(() => {});
  };
  const session = createSession(options, () => unanswered(), doubt);
  const vendorKey = "callpoint:vendor:2:" + options.backend;
  const { panel, floats } = host;
  const root = host.shadowRoot!;
  const received = new Set<string>();
  let mode: "" | "form" | "wait" | "widget" = "";
  let wanted = "";
  let form: InstantForm | undefined;
  let controller: Controller | undefined;
  let starting: Promise<Controller> | undefined;
  let snapshot: Promise<Snapshot> | undefined;
  let vendor = load<KnownVendor>(vendorKey);
  let broken = false;
  let shownFailed = false;
  let over = false;
  let timer = 0;

  const emit = (name: string, detail: any) => {
    // Form and widget may both have sent what waited in the outbox; the server took it once.
    if (name == "report" && received.size == received.add(detail.incident).size) return;
    host.tell(name, detail);
  };

  root.adoptedStyleSheets = [root.adoptedStyleSheets[0]!, sheet];
  // The page's direction is inherited, whatever its styles are.
  panel.lang = LANG;
  panel.dir = DIR;

  const screen = (title: string, body: HTMLElement, ...back: Node[]) => {
    const heading = el("h1", { tabIndex: -1 }, title);
    const bar = el("div", "bar", ...back, heading);
    if (floats) bar.append(icon(CLOSE, CROSS, () => host.hide()));
    panel.replaceChildren(el("div", "frame", el("div", "app", bar, el("div", "page", body))));
    return heading;
  };

  // How things are, once: for the levels, and for who may report.
  const learn = () => (snapshot ??= session.status().then(learned));
  const learned = (status: Snapshot) => {
    save(vendorKey, (vendor = status.vendor));
    form?.inform(vendor);
    return status;
  };

  const unanswered = () => {
    form?.inform();
    if (mode == "wait") wait();
  };

  const retry = () => {
    broken = false;
    session.hurry(true);
    // A widget that can't reach the server starts anew rather than wait for its own next try.
    if (controller && !controller.ready()) stop();
    bring();
    unanswered();
  };

  // Stands for what needs the WebAssembly, while it is coming or can't be had: never without a way to report.
  const wait = () => {
    const failed = broken || session.failing();
    // What is shown already keeps its focus.
    if (mode == "wait" && failed == shownFailed) return;
    shownFailed = failed;
    const body = el("div", "inner", el("p", { className: "quiet", role: "status" }, !failed ? LOADING : given.status ? "" : VIEW_UNAVAILABLE));
    if (failed) body.append(button("", retry, TRY_AGAIN));
    if (!given.status) body.append(el("div", "dock", button("primary", () => openForm(), REPORT_A_PROBLEM)));
    const heading = screen(failed ? LOAD_FAILED_TITLE : REPORT_A_PROBLEM, body);
    if (floats && mode != "wait") heading.focus();
    mode = "wait";
  };

  const openForm = (given: ReportDraft = {}) => {
    if (mode == "form" && !form!.received()) form!.add(given);
    else {
      const begun = { component: options.component!, ...session.draft(), ...form?.draft(), ...given };
      const opened = (form = createForm({ session, vendor, retry, openThread: go, emit, options }, begun));
      mode = "form";
      screen(REPORT_A_PROBLEM, opened.body, icon(BACK, ARROW_BACK, () => go("home")));
      learn().then(({ you }) => opened.inform(vendor, you));
      session.known().then(() => opened.resume(given));
    }
    if (floats) form!.what.focus();
    settle();
  };

  const go = (view: string, prefill = form?.draft()) => {
    wanted = view;
    if (controller?.ready()) return showWidget(view, prefill);
    wait();
    learn();
    bring();
  };

  const showWidget = (view: string, prefill?: ReportDraft) => {
    taken();
    controller!.show(view, prefill);
  };
  const taken = () => {
    mode = "widget";
    form = undefined;
  };

  // The widget takes over what is shown as soon as it knows how things are and nothing is under way.
  const settle = () => {
    clearTimeout(timer);
    if (over || !host.open || !controller?.ready()) return;
    if (mode == "wait") showWidget(wanted, form?.draft());
    if (mode != "form") return;
    if (!form!.busy()) controller.takeOver(form!, taken);
    timer = setTimeout(settle, POLL_INTERVAL);
  };

  const stop = () => {
    controller?.shutdown();
    controller = starting = undefined;
  };

  const failed = (error: unknown) => {
    controller = starting = fetched = undefined;
    tries++;
    broken = true;
    if (over) return;
    doubt({ error });
    emit("error", { message: String(error) });
    if (mode == "wait") wait();
  };

  // The widget failed while it ran: what was written in it goes on in the form.
  const died = (error: unknown, draft: ReportDraft) => {
    const shown = mode == "widget";
    if (shown) mode = "";
    failed(error);
    if (shown && host.open) openForm(draft);
  };

  const start = () =>
    (starting ??= prefetch(origin)
      .then(([start, wasm]) => start({ host, options, session, sheet, statuses, emit, settle, died }, wasm))
      .then(
        (started) => {
          if (over) started.shutdown();
          controller = started;
          broken = false;
          settle();
          return started;
        },
        (error) => {
          failed(error);
          throw error;
        },
      ));
  const bring = () => {
    start().catch(() => {});
  };

  return {
    bring,
    async show(view?: string | null, prefill?: ReportDraft) {
      if (given.status && view != "status") view = "home";
      if (mode == "widget") return controller!.show(view, prefill);
      if (!view && mode) return form?.what.focus(), settle();
      // Straight to the form, unless somebody on this device has open incidents, and it may be this person.
      if (!view && anyOpen()) {
        go("home");
        await session.known();
        if (mode != "wait" || load(OPEN_INCIDENTS + session.owner())) return;
      }
      if ((view && view != "report") || controller?.ready()) return go(view ?? "report", prefill);
      openForm(prefill);
      // The form first: what it needs has the connection for itself.
      setTimeout(bring);
    },
    hidden() {
      if (mode == "widget") controller?.hidden();
      else if (form?.received()) {
        mode = "";
        form = undefined;
      }
    },
    report: (draft: ReportDraft) =>
      start().then(
        (started) => started.report(draft),
        () => setup().then(({ report }) => report(draft, session, emit)),
      ),
    status: () => start().then((started) => started.status(), () => learn().then(({ headline }) => headline)),
    mountStatus: (element: HTMLElement) => controller?.mountStatus(element),
    unmountStatus: (element: HTMLElement) => controller?.unmountStatus(element),
    shutdown() {
      over = true;
      clearTimeout(timer);
      session.stop();
      stop();
    },
  };
};
