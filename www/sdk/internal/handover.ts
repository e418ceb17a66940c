// What the person has in the instant form goes over to the widget's report screen: words, level, caret, selection,
// scroll and focus, within one task, so that no key is lost and nothing is painted in between.
import type { InstantForm } from "./fields";

const input = () => new InputEvent("input", { bubbles: true, composed: true });

const area = (root: ParentNode, name: string) => root.querySelector<HTMLTextAreaElement>(`textarea[name="${name}"]`);

/** The levels of the widget's report screen, the most severe first. */
const levels = (root: ParentNode) =>
  Array.from(root.querySelectorAll<HTMLInputElement>('.report input[name="severity"]'));

const level = (root: ParentNode, severity: number) => levels(root)[severity - 1];

/** Whether the screen that takes over is in `frame`: the report with its levels, or home for whoever may not report. */
export const isReady = (frame: ParentNode, closed: unknown) =>
  closed ? frame.querySelector(".headline") : area(frame, "what") && levels(frame).length;

/** The controls of the vendor's own fields. */
const ownFields = (root: ParentNode) => Array.from(root.querySelectorAll<HTMLInputElement>('[name^="fields."]'));

const ownField = (root: ParentNode, name: string) => ownFields(root).find((field) => field.name == name);

/** What is written in the widget's report screen. */
export const written = (frame: ParentNode) => {
  const chosen = levels(frame).findIndex(({ checked }) => checked) + 1;
  const what = area(frame, "what")?.value;
  const fields = Object.fromEntries(ownFields(frame).map(({ name, value }) => [name.slice(7), value]));
  return { ...(what && { what }), ...(chosen && { severity: chosen }), fields };
};

// The control of the widget that stands for the focused one of the form.
const counterpart = (frame: HTMLElement, active: Element) => {
  const { name, value } = active as HTMLInputElement;
  const icons = Array.from(frame.querySelectorAll<HTMLElement>(".icon"));
  return (
    (active.matches("textarea") && area(frame, name)) ||
    (name == "severity" && level(frame, +value)) ||
    (name && ownField(frame, name)) ||
    icons.find((icon) => icon.ariaLabel == active.ariaLabel) ||
    (active.matches(".primary") && frame.querySelector<HTMLElement>(".dock > .primary")) ||
    (active.matches("summary") && frame.querySelector<HTMLElement>(".included summary")) ||
    frame.querySelector<HTMLElement>("h1")
  );
};

/** Gives the widget's report screen what is written in the form; `always` lets it draw even what it has. */
export const fillIn = (frame: HTMLElement, form: InstantForm, always = false) => {
  const { what: given = "", severity, fields = {} } = form.draft() ?? {};
  // Half of a surrogate pair is no character, and WebAssembly never gets it.
  const what = given.toWellFormed?.() ?? given;
  const field = area(frame, "what");
  if (field && (always || field.value != what)) {
    field.value = what;
    field.dispatchEvent(input());
  }
  const chosen = severity && level(frame, severity);
  if (chosen && (always || !chosen.checked)) {
    // A press tells nobody while it is out of the document.
    chosen.checked = true;
    chosen.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
  }
  for (const [id, value] of Object.entries(fields)) {
    const own = ownField(frame, "fields." + id);
    if (!own || own.value == value) continue;
    own.value = value;
    own.dispatchEvent(own.localName == "select" ? new Event("change", { bubbles: true, composed: true }) : input());
  }
  return field;
};

/** Puts the caret of a field where it was in another one. */
const setCaret = (target: Element, { selectionStart, selectionEnd, selectionDirection }: HTMLInputElement) => {
  if (selectionStart == null || (target as HTMLInputElement).selectionStart == null) return;
  (target as HTMLInputElement).setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? "none");
};

export const handOver = (panel: HTMLElement, frame: HTMLElement, form: InstantForm) => {
  const field = fillIn(frame, form);
  const old = panel.firstElementChild as HTMLElement;
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  const inside = active && old.contains(active) && active;
  const top = inside ? inside.getBoundingClientRect().top : 0;
  const { selectionStart, selectionEnd, selectionDirection, scrollTop } = form.what;
  // Both are there for a moment that nobody sees: a phone keeps its keyboard open only from field to field.
  panel.append(frame);
  field?.setSelectionRange(selectionStart, selectionEnd, selectionDirection);
  const target = inside && counterpart(frame, inside);
  if (target) {
    // What is folded away can't have the focus.
    target.closest("details.fold")?.setAttribute("open", "");
    target.focus({ preventScroll: true });
    if (target != field) setCaret(target, inside as HTMLInputElement);
  }
  old.remove();
  if (field) field.scrollTop = scrollTop;
  const page = frame.querySelector(".page");
  // What has the focus stays where it was on the screen.
  if (target && page) page.scrollTop += target.getBoundingClientRect().top - top;
};
