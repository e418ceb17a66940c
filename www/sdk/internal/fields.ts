// The instant form: what is going wrong, how severe, send. Usable before and without the WebAssembly; whatever it is
// not told at once (levels, who the person is, what they wrote before) it takes in when it comes.
import type { Receipt, ReportDraft, Snapshot, You } from "../../types/callpoint";
import { button, CHECK, el, fill, shape } from "./dom";
import type { Delivery, Options, Session } from "./session";
import * as text from "callpoint:text";

/** The vendor as this device last knew it. */
export type KnownVendor = Snapshot["vendor"];

export interface Page {
  session: Session;
  vendor: KnownVendor | undefined;
  retry(): void;
  openThread(incident: string): void;
  emit(name: string, detail: object): void;
  options: Options;
}

declare const __QUESTIONS_URL__: string;

export type InstantForm = ReturnType<typeof createForm>;

/** What is left, in the core's words: rounded up, with the language's plural. */
const remaining = (seconds: number) => {
  const [unit, size] = seconds < 60 ? (["second", 1] as const) : (["minute", 60] as const);
  return Math.ceil(seconds / size).toLocaleString(text.LANG, { style: "unit", unit, unitDisplay: "long" });
};

/** So long after a press its click may still have to come, in milliseconds. */
const PRESS = 700;

/** `begun` is what was written before, or is given by the page. */
export const createForm = ({ session, vendor, retry, openThread, emit, options }: Page, begun: ReportDraft) => {
  let cleared: boolean | undefined;
  let closed: boolean | undefined;
  let stage: Delivery["stage"] | undefined;
  let draft: ReportDraft = {};
  let composing: boolean | undefined;
  let pressed: number;
  let check: ReturnType<typeof import("./questions").ask> | undefined;

  const what = el("textarea", { name: "what", rows: 3, dir: "auto", placeholder: text.WHAT_PLACEHOLDER });
  const note = el("p", { className: "quiet", role: "status" });
  const group = el("div", { className: "levels", role: "radiogroup", ariaLabel: text.SEVERITY_LABEL, tabIndex: -1 });
  const severity = el("div", "", el("span", "label", text.SEVERITY_LABEL), group);
  const included = el("details", "included");
  const fault = el("p", { className: "fault", role: "alert" });
  const send = el("button", "primary", text.SEND_REPORT);
  const described = el("label", "", el("span", "label", text.WHAT_LABEL), what);
  const form = el("form", "report", note, described, severity, included, el("div", "dock", fault, send));
  const progress = el("div", { className: "receipt", role: "status" });
  const body = el("div", "inner", form);

  // What few forms have is fetched only there.
  const rarely = (use: (it: typeof import("./questions")) => void) => import(__QUESTIONS_URL__ + "?" + text.LANG).then(use).catch(() => {});

  const change = () => {
    draft.what = what.value;
    blame();
    session.saveDraft(draft);
  };
  what.oninput = change;

  // What is wrong stands beside the button; the field it is about has the focus.
  const blame = (words = "", field?: HTMLElement) => {
    fault.textContent = words;
    what.ariaInvalid = field == what ? "true" : null;
    field?.scrollIntoView({ block: "nearest" });
    (field?.querySelector("input") ?? field)?.focus();
  };

  const drawLevels = () => {
    const levels = vendor?.scheme.levels.map(({ name, words }, at) => {
      const severity = at + 1;
      const onchange = () => {
        draft.severity = severity;
        change();
      };
      const input = el("input", { onchange, name: "severity", value: severity as any, checked: draft.severity == severity, type: "radio" });
      return el("label", "option", input, el("strong", "", name), words);
    });
    const failed = () => [el("p", { className: "quiet", role: "alert" }, text.LOAD_FAILED_TITLE), button("", retry, text.TRY_AGAIN)];
    if (vendor?.fields || options.fields || draft.drill)
      rarely((it) => (check = it.ask(included, vendor, options, () => draft, change)));
    group.replaceChildren(...(levels ?? (session.failing() ? failed() : [el("p", "quiet", text.LOADING)])));
  };

  /** Takes in more of a report: from the page, or from an earlier visit. */
  const add = (given: ReportDraft) => {
    const { severity } = draft;
    draft = { ...draft, ...given, what: given.what || what.value, fields: { ...draft.fields, ...given.fields }, context: { ...draft.context, ...given.context } };
    draft.severity ??= severity!;
    what.value = draft.what!;
    // What was written elsewhere and has no field here is shown as well.
    const items = Object.entries({ ...session.context(), ...draft.context, ...(draft.details && { details: draft.details }) }).sort();
    included.replaceChildren(
      el("summary", "", fill(text.INCLUDED, { items: items.map(([name]) => name).join(", ") })),
      el("dl", "", ...items.flatMap(([name, value]) => [el("dt", "", name), el("dd", "", value)])),
    );
    drawLevels();
  };

  const receive = ({ incident, reference, answer_by, csm }: Receipt) => [
    shape(CHECK),
    el("strong", "", text.RECEIVED_TITLE),
    el("p", "", vendor ? fill(text.RECEIVED_TEXT, { reference, vendor: vendor.name }) : reference),
    ...(session.owner() == "guest"
      ? [el("p", "quiet", text.GUEST_RECEIPT)]
      : [
          answer_by ? el("p", "", fill(text.RECEIVED_BY, { time: new Date(answer_by).toLocaleString() })) : "",
          csm ? el("p", "", fill(text.RECEIVED_CSM, { name: csm })) : "",
          button("primary", () => openThread(incident), text.OPEN_THREAD),
        ]),
  ];

  const follow = (delivery: Delivery) => {
    const first = !stage;
    const saved = delivery.stage == "received" || !!delivery.saved;
    stage = delivery.stage;
    // What waits in the outbox, or is with the server, is not to be written again.
    if (saved && !cleared) session.saveDraft();
    cleared = saved;
    if (first) {
      body.replaceChildren(progress);
      body.closest(".app")?.querySelector("h1")?.focus();
    }
    if (delivery.stage == "refused") {
      stage = undefined;
      session.saveDraft(draft);
      body.replaceChildren(form);
      blame(fill(text.REFUSED, { why: delivery.problem.message }));
      send.focus();
      emit("error", delivery.problem);
    } else if (delivery.stage == "received") {
      progress.replaceChildren(...receive(delivery.receipt));
      emit("report", delivery.receipt);
    } else if (delivery.stage == "waiting") {
      const { offline, seconds } = delivery;
      const words = !saved ? text.NOT_SAVED : offline ? text.SAVED_OFFLINE : fill(text.SAVED_RETRY, { time: remaining(seconds) });
      progress.replaceChildren(el("p", "", words), button("", () => session.hurry(true), text.TRY_NOW));
    } else if (first) progress.replaceChildren(el("p", "", text.SENDING));
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    if (!what.value.trim()) return blame(text.NEED_WHAT, what);
    if (vendor ? !group.querySelector(":checked") : !draft.severity) return blame(text.NEED_SEVERITY, group);
    const wrong = check?.();
    if (wrong) return blame(...wrong);
    blame();
    follow({ stage: "sending", saved: false });
    session.submit({ ...draft }, follow);
  };
  form.onkeydown = (event) => {
    if (event.key == "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  };
  form.addEventListener("compositionstart", () => (composing = true));
  form.addEventListener("compositionend", () => (composing = false));
  form.onpointerdown = () => (pressed = Date.now());
  add(begun);

  return {
    body,
    what,
    add,
    /** What is written here and not on its way. */
    draft: () => (stage ? undefined : draft),
    /** Whether something is under way that must not be disturbed, or stands there to be read. */
    busy: () => composing || stage || fault.textContent || form.matches(":invalid") || body.closest(".app:active") || Date.now() - pressed! < PRESS,
    /** Whether the server has answered a report that was sent from here. */
    received: () => stage == "received",
    /** Whether this person may not report at all. */
    closed: () => closed,
    /** Takes up what was written on an earlier visit, once it is known whose it is. */
    resume(given: ReportDraft) {
      if (stage) return;
      if (!what.value) add({ ...session.draft(), ...given });
      else session.saveDraft(draft);
    },
    /** What the server says of vendor and person; nothing: it has not answered. */
    inform(known?: KnownVendor, you?: You) {
      const changed = !vendor || (known && JSON.stringify(known) != JSON.stringify(vendor));
      vendor = known ?? vendor;
      if (you && !you.person) {
        rarely((it) => it.tell(note, vendor!, you, options));
        severity.hidden = send.hidden = closed = !you.guest;
      }
      if (changed) drawLevels();
    },
  };
};
