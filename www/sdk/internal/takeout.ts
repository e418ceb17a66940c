// A thread for whoever wants it outside the widget: its address, a file, or a page to print. Fetched when somebody asks.
import type { Session } from "./session";
import css from "callpoint:print.css";

/** How long a file stays at hand for what opens or saves it, in milliseconds. */
const KEPT = 60_000;

const save = (address: string, name: string) => {
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
};

type Tab = Window & typeof globalThis;

/** The policy of the page around the widget is this one's too, and may refuse styles that come otherwise. */
const dress = ({ document, CSSStyleSheet }: Tab) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
};

/** Whether it could be taken: `link` to the clipboard, `md` as a file, `html` as a page that is printed. */
export const takeOut = async (session: Session, backend: string, lang: string, kind: string, incident: string, reference: string) => {
  if (kind == "link") {
    const address = `${backend}/t/${incident}`;
    try {
      await navigator.clipboard.writeText(address);
      return true;
    } catch {
      // Where the clipboard is not the page's to write, whoever wants the address copies it by hand.
      return prompt(reference, address) != null;
    }
  }
  const headers = { "accept-language": lang };
  const ask = () => session.ask(`/v1/incidents/${incident}/export.${kind}`, {}, headers);
  let [status, body] = await ask();
  // With a new token.
  if (status == 401) [status, body] = await ask();
  if (status != 200) return false;
  const page = kind == "html";
  const address = URL.createObjectURL(new Blob([body], { type: page ? "text/html" : "text/markdown" }));
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
  const tab = page && open(address);
  if (tab) tab.addEventListener("load", () => (dress(tab as Tab), tab.print()));
  else save(address, `${reference}.${kind}`);
  return true;
};
