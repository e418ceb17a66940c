// The launcher as a page wants it: with words and a picture of its own. Fetched only where a page asks for either.
import { el } from "./dom";
import type { CallpointWidget, Options } from "./loader";
import type { Labels } from "./own";
import { relabel } from "./relabel";
import * as text from "callpoint:text";

const SLOT = "launcher-icon";

/** Gives each host back what it was before. */
const dressed = new WeakMap<HTMLElement, () => void>();

/** Shows the picture in the place of ours once it is there; where it can't be had, ours stays. */
const picture = (launcher: HTMLElement, src: string) => {
  const ours = launcher.querySelector("svg")!;
  const hidden = el("span", { hidden: true });
  const image = el("img", { alt: "" });
  image.style.cssText = "inline-size: 24px; block-size: 24px; object-fit: contain";
  image.onload = () => {
    ours.replaceWith(image, hidden);
    hidden.append(ours);
  };
  image.src = src;
  return () => {
    image.onload = null;
    image.remove();
    if (hidden.isConnected) hidden.replaceWith(ours);
  };
};

/** Lets what the page puts into the element take the place of ours; a picture that can't be had gives it back. */
const slotted = (host: CallpointWidget) => {
  const ours = host.launcher.querySelector("svg")!;
  const slot = el("slot", { name: SLOT });
  ours.replaceWith(slot);
  slot.append(ours);
  const failed = (image: EventTarget | null) => image instanceof Element && image.slot == SLOT && image.removeAttribute("slot");
  const listen = ({ target }: Event) => failed(target);
  host.addEventListener("error", listen, true);
  for (const image of host.querySelectorAll("img")) if (image.complete && !image.naturalWidth) failed(image);
  return () => {
    host.removeEventListener("error", listen, true);
    slot.replaceWith(ours);
  };
};

const spoken = () => [text.REPORT_A_PROBLEM, text.CLOSE, text.LOADING, text.LOAD_FAILED_TITLE, text.TRY_AGAIN];
const ours = spoken();

/** The words that stand on the launcher and in the panel before the form does. */
const words = (host: CallpointWidget, labels: Labels) => {
  relabel(labels);
  const theirs = spoken();
  const { launcher, panel, say } = host;
  const before = launcher.ariaLabel!;
  launcher.ariaLabel = panel.ariaLabel = theirs[0]!;
  host.say = (...said) => {
    say.apply(host, said);
    for (const note of panel.querySelectorAll(".note")) note.textContent = theirs[ours.indexOf(note.textContent!)] ?? note.textContent;
  };
  return () => {
    launcher.ariaLabel = panel.ariaLabel = before;
    host.say = say;
  };
};

export const dress = (host: CallpointWidget, { icon, labels }: Options) => {
  dressed.get(host)?.();
  const undo = [
    ...(labels ? [words(host, labels)] : []),
    ...(icon == "slot" ? [slotted(host)] : icon ? [picture(host.launcher, icon)] : []),
  ];
  // Until the page boots it in another way, or not at all.
  const over = new MutationObserver(() => dressed.get(host)?.());
  dressed.set(host, () => {
    over.disconnect();
    dressed.delete(host);
    undo.forEach((back) => back());
  });
  over.observe(host, { attributeFilter: ["booted"] });
};
