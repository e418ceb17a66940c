// The instant form: what is going wrong, how severe, send. Usable before and without the WebAssembly; whatever it is
// not told at once (levels, who the person is, what they wrote before) it takes in when it comes.
import type { Level, Receipt, ReportDraft, You } from "../../types/callpoint";
import { button, CHECK, el, fill, shape } from "./dom";
import type { Delivery, Session } from "./session";
import * as text from "callpoint:text";

/** The vendor as this device last knew it. */
export interface KnownVendor {
  name: string;
  levels: Level[];
}

export interface Page {
  session: Session;
  vendor: KnownVendor | undefined;
  retry(): void;
  openThread(incident: string): void;
  emit(name: string, detail: object): void;
}

export type InstantForm = ReturnType<typeof createForm>;

/** What is left, in the core's words: rounded up, with the language's plural. */
const remaining = (seconds: number) => {
  const [size, unit] = seconds < 60 ? ([1, "second"] as const) : ([60, "minute"] as const);
  return Math.ceil(seconds / size).toLocaleString(text.LANG, { style: "unit", unit, unitDisplay: "long" });
};

/** So long after a press its click may still have to come, in milliseconds. */
const PRESS = 700;

/** `begun` is what was written before, or is given by the page. */
export const createForm = ({ session, vendor, retry, openThread, emit }: Page, begun: ReportDraft) => {
  let cleared = false;
  let closed = false;
  let stage: Delivery["stage"] | undefined;
  let draft: ReportDraft = {};
  let composing = false;
  let pressed = 0;

  const what = el("textarea", { name: "what", rows: 3, dir: "auto", placeholder: text.WHAT_PLACEHOLDER });
  const note = el("p", { className: "quiet", role: "status" });
  const drill = el("p", "drill");
  const group = el("div", { className: "levels", role: "radiogroup", ariaLabel: text.SEVERITY_LABEL, tabIndex: -1 });
  const severity = el("div", "", el("span", "label", text.SEVERITY_LABEL), group);
  const included = el("details", "included");
  const fault = el("p", { className: "fault", role: "alert" });
  const send = el("button", "primary", text.SEND_REPORT);
  const described = el("label", "", el("span", "label", text.WHAT_LABEL), what);
  const form = el("form", "report", note, drill, described, severity, included, el("div", "dock", fault, send));
  const progress = el("div", { className: "receipt", role: "status" });
  const body = el("div", "inner", form);

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
    const levels = vendor?.levels.map(({ name, words }, at) => {
      const severity = at + 1;
      const onchange = () => {
        draft.severity = severity;
        change();
      };
      const input = el("input", { onchange, name: "severity", value: "" + severity, checked: draft.severity == severity, type: "radio" });
      return el("label", "option", input, el("strong", "", name), words);
    });
    const failed = () => [el("p", { className: "quiet", role: "alert" }, text.LOAD_FAILED_TITLE), button("", retry, text.TRY_AGAIN)];
    group.replaceChildren(...(levels ?? (session.failing() ? failed() : [el("p", "quiet", text.LOADING)])));
  };

  /** Takes in more of a report: from the page, or from an earlier visit. */
  const add = (given: ReportDraft) => {
    const { severity } = draft;
    draft = { ...draft, ...given, what: given.what || what.value, context: { ...draft.context, ...given.context } };
    draft.severity ??= severity!;
    if (what.value != draft.what) what.value = draft.what!;
    drill.textContent = draft.drill ? text.DRILL_MARK : "";
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
    blame();
    follow({ stage: "sending", saved: false });
    session.submit({ ...draft }, follow);
  };
  form.onkeydown = (event) => {
    if (event.key == "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  };
  what.addEventListener("compositionstart", () => (composing = true));
  what.addEventListener("compositionend", () => (composing = false));
  body.onpointerdown = () => (pressed = Date.now());
  add(begun);

  return {
    body,
    what,
    add,
    /** What is written here and not on its way. */
    draft: () => (stage ? undefined : draft),
    /** Whether something is under way that must not be disturbed, or stands there to be read. */
    busy: () => composing || stage || fault.textContent || body.closest(".app:active") || Date.now() - pressed < PRESS,
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
        note.textContent = fill(you.guest ? text.GUEST_NOTE : text.SIGN_IN_FIRST, { vendor: vendor!.name });
        severity.hidden = send.hidden = closed = !you.guest;
      }
      if (changed) drawLevels();
    },
  };
};
