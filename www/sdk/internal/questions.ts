// What only few instant forms have: fields of the vendor's own, the mark of a drill, and words to whoever isn't signed in.
// The rules for what may stand in a field are the core's; what is found here is found before anything is sent, and the
// server has the last word.
import type { ReportDraft, ReportField, You } from "../../types/callpoint";
import { el, fill } from "./dom";
import type { KnownVendor } from "./fields";
import { relabel } from "./relabel";
import type { Options } from "./session";
import * as text from "callpoint:text";
import css from "callpoint:questions.css";

/** What is wrong, and the control that it is about. */
type Fault = [words: string, control: HTMLElement];

/** The core's limit for what stands in one of them. */
const LENGTH = 1000;
/** The core's limit for how many there are. */
const MOST = 20;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** A field's words in the language of the page, or else as it has them. */
const inLanguage = ({ label, help = "", choices = [], words = {} }: ReportField) => {
  const own = words[text.LANG] ?? words[text.LANG.split("-")[0]!];
  return { label: own?.label || label, help: own?.help || help, choices: own?.choices?.length ? own.choices : choices };
};

const control = (field: ReportField, value: string, change: (value: string) => void) => {
  const given = {
    name: "fields." + field.id,
    ariaRequired: field.required ? "true" : null,
    oninput: ({ target }: Event) => change((target as HTMLInputElement).value),
  };
  if (field.kind == "choice") {
    const names = inLanguage(field).choices;
    const options = (field.choices ?? []).map((choice, at) => el("option", { value: choice, selected: choice == value }, names[at] ?? choice));
    return el("select", given, el("option", { value: "" }), ...options);
  }
  if (field.kind == "long_text") return el("textarea", { ...given, value, rows: 2, dir: "auto" });
  // A browser gives nothing of what it does not take for a number: it would be lost.
  const type = field.kind == "date" ? "date" : "text";
  const input = el("input", { ...given, className: "own-field", type, dir: "auto", value });
  if (field.kind == "number") input.inputMode = "decimal";
  return input;
};

/** What is wrong with a value; nothing of what only the server can tell. */
const wrong = ({ kind, min, max, max_length: length }: ReportField, value: string) => {
  if (!value) return "";
  const limit = length ?? LENGTH;
  if ([...value].length > limit) return fill(text.TOO_LONG, { limit: "" + limit });
  const number = kind == "number";
  const read = (words: string) => (number ? +words.replace(/,(?!\d{3}$)/, ".") : words);
  if (number && !/^-?\d+([.,]\d+)?$/.test(value)) return text.NEED_NUMBER;
  if (number && isNaN(read(value) as number)) return text.NEED_NUMBER;
  // A page may give a number as such.
  const [least, most] = [String(min ?? ""), String(max ?? "")];
  if (least && read(value) < read(least)) return fill(number ? text.AT_LEAST : text.NOT_BEFORE, { bound: least });
  if (most && read(value) > read(most)) return fill(number ? text.AT_MOST : text.NOT_AFTER, { bound: most });
  return "";
};

const show = (words: string, control: HTMLElement): Fault => {
  control.ariaInvalid = "true";
  // What is folded away can't have the focus.
  control.closest("details")?.toggleAttribute("open", true);
  return [words, control];
};

/**
 * Draws the fields before what goes with the report, and gives what looks for the first fault in them. Drawn again, what
 * has the focus keeps it. Fields that only the page has come last; where both have one, it is the vendor's.
 */
export const ask = (
  included: HTMLElement,
  { fields: ofVendor = [] }: Partial<KnownVendor> = {},
  { fields: ofPage = [], labels }: Options,
  draft: () => ReportDraft,
  change: () => void,
) => {
  relabel(labels);
  const form = included.parentElement!;
  form.querySelector(".drill")?.remove();
  if (draft().drill) form.prepend(el("p", "drill", text.DRILL_MARK));
  const place = form.querySelector(".questions") ?? el("div", "report questions");
  if (!place.isConnected) included.before(place);
  // Those that the core takes; the widget says which of the others can't be used.
  const isUsable = (field: ReportField) => /^[a-z0-9_-]{1,40}$/.test(field?.id) && ofVendor.every(({ id }) => id != field.id);
  const fields = [...ofVendor, ...(Array.isArray(ofPage) ? ofPage.filter(isUsable) : [])].slice(0, MOST);
  const controls = fields.map((field) => {
    const input = control(field, draft().fields?.[field.id] ?? "", (value) => {
      input.ariaInvalid = null;
      draft().fields = { ...draft().fields, [field.id]: value };
      change();
    });
    return [field, input] as const;
  });
  // The form may not stand in it yet.
  const { activeElement, adoptedStyleSheets } = document.querySelector("callpoint-widget")!.shadowRoot!;
  const active = activeElement as HTMLInputElement | null;
  const row = ([field, input]: (typeof controls)[number]) => {
    const { label, help } = inLanguage(field);
    const about = help ? [el("p", { className: "quiet", dir: "auto", id: input.name + "-help" }, help)] : [];
    if (help) input.setAttribute("aria-describedby", input.name + "-help");
    return el("div", "", el("label", "", el("span", { className: "label", dir: "auto" }, label), input), ...about);
  };
  // What may stay empty is folded away, as it is in the widget.
  const fold = place.querySelector("details")?.open ?? false;
  const optional = controls.filter(([{ required }]) => !required).map(row);
  const folded = el("details", { open: fold }, el("summary", "", text.ADD_DETAILS), el("div", "report", ...optional));
  place.replaceChildren(...controls.filter(([{ required }]) => required).map(row), ...(optional[0] ? [folded] : []));
  if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
  if (active && !active.isConnected) controls.find(([, { name }]) => name == active.name)?.[1].focus();
  let askedFor: ReportField | undefined;
  return (): Fault | undefined => {
    const written = draft();
    // By these it is kept where the server has no such field.
    const labelled = fields.filter(({ id }) => written.fields?.[id]).map(({ id, label }) => [id, label]);
    if (labelled.length) written.asked = { ...written.asked, ...Object.fromEntries(labelled) };
    for (const [field, input] of controls) {
      const words = wrong(field, input.value.trim());
      input.ariaInvalid = null;
      if (words) return show(words, input);
    }
    // Asked for once: whoever does not have it sends without it.
    const missing = controls.find(([{ required }, { value }]) => required && !value.trim());
    if (!missing || missing[0] == askedFor) return;
    askedFor = missing[0];
    return show(fill(text.NEED_FIELD, { field: inLanguage(askedFor).label }), missing[1]);
  };
};

/** What somebody who isn't signed in should know before they write. */
export const tell = (note: HTMLElement, { name }: KnownVendor, { guest }: You, { labels }: Options) => {
  relabel(labels);
  note.textContent = fill(guest ? text.GUEST_NOTE : text.SIGN_IN_FIRST, { vendor: name });
};
