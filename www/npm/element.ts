// import { define } from "callpoint/element"
import type { Handle, IncidentId, Options } from "../types/callpoint.js";
import { type BootOptions, boot, handle, inBrowser } from "./page.js";

export type { BootOptions } from "./page.js";
export type { Handle } from "../types/callpoint.js";

/** The options that are text, and that markup may therefore say. Never where scripts and tokens go. */
type TextOption = {
  [Name in keyof Options]-?: NonNullable<Options[Name]> extends string ? Name : never;
}[Exclude<keyof Options, "backend" | "nonce" | "status">];

/** The attributes of `<callpoint-widget>`. */
export interface CallpointWidgetAttributes extends Pick<Options, TextOption> {
  /** A launcher with a panel, a panel that is part of the page, or a panel that only `show` opens. */
  mode?: "launcher" | "inline" | "none";
  /** What an inline panel shows first. */
  view?: "home" | "report" | "status";
}

/** The attributes of `<callpoint-status>`. */
export interface CallpointStatusAttributes {
  variant?: "dot" | "banner" | "card";
}

/** The attributes of `<callpoint-thread>`. */
export interface CallpointThreadAttributes {
  incident: IncidentId;
}

/** The attributes of each element, by its name. */
export interface CallpointElements {
  "callpoint-widget": CallpointWidgetAttributes;
  "callpoint-status": CallpointStatusAttributes;
  "callpoint-thread": CallpointThreadAttributes;
}

type Markup = { [Name in keyof CallpointElements]: CallpointElements[Name] & { id?: string; class?: string; slot?: string } };

declare global {
  interface HTMLElementTagNameMap extends Record<keyof CallpointElements, HTMLElement> {}
  namespace JSX {
    interface IntrinsicElements extends Markup {}
  }
}

// The compiler names what is missing here.
const ATTRIBUTES = Object.keys({
  component: true,
  icon: true,
  load: true,
  locale: true,
  position: true,
  release: true,
  theme: true,
} satisfies Record<TextOption, true>).map((name) => [name, name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase())] as const);

const read = (element: Element): Partial<Options> =>
  Object.fromEntries(
    ATTRIBUTES.filter(([, attribute]) => element.hasAttribute(attribute)).map(([name, attribute]) => [name, element.getAttribute(attribute)]),
  );

/**
 * Lets the elements stand anywhere in the page, now or later. The widget is booted while there is a
 * `<callpoint-widget>`, with its attributes laid over `options`. On a server nothing happens.
 */
export const define = (options: BootOptions): Handle => {
  if (!inBrowser) return handle;
  const found = document.getElementsByTagName("callpoint-widget");
  let element: Element | undefined;
  const start = () => boot({ ...options, ...read(element!) });
  const changed = new MutationObserver(() => {
    // What an attribute said no longer counts once it is gone.
    void handle.shutdown();
    start();
  });
  const look = () => {
    if (element?.isConnected) return;
    if (element) {
      changed.disconnect();
      void handle.shutdown();
    }
    element = found[0];
    if (!element) return;
    changed.observe(element, { attributes: true, attributeFilter: ATTRIBUTES.map(([, attribute]) => attribute) });
    start();
  };
  const moved = new MutationObserver(look);
  moved.observe(document, { childList: true, subtree: true });
  look();
  return {
    ...handle,
    shutdown: () => {
      moved.disconnect();
      changed.disconnect();
      return handle.shutdown();
    },
  };
};
