"use client";
// import { Callpoint } from "callpoint/react"
import { createElement, type DetailedHTMLProps, type HTMLAttributes, type ReactElement, useEffect, useLayoutEffect, useRef } from "react";
import type { Events, Handle } from "../types/callpoint.js";
import type { CallpointElements, CallpointStatusAttributes, CallpointThreadAttributes, CallpointWidgetAttributes } from "./element.js";
import { type BootOptions, boot, handle, inBrowser, warn } from "./page.js";

export type { CallpointStatusAttributes, CallpointThreadAttributes } from "./element.js";
export type { BootOptions } from "./page.js";
export type { Events, Handle } from "../types/callpoint.js";

type InMarkup = {
  [Name in keyof CallpointElements]: DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & CallpointElements[Name] & { class?: string };
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends InMarkup {}
  }
}

/** `onReport` and so on: the detail of each event. */
export type EventProps = {
  [Name in keyof Events as `on${Capitalize<Name>}`]?: (detail: Events[Name]) => void;
};

/** The options of `boot`, the events, and how the widget stands in the page. */
export interface CallpointProps extends BootOptions, EventProps, Pick<CallpointWidgetAttributes, "mode" | "view"> {}

type Given = Record<string, unknown>;
type Call = (...rest: unknown[]) => unknown;

// On a server there is nothing to do, and React says so of the other one.
const useClientEffect = inBrowser ? useLayoutEffect : useEffect;

/** Those that ask for the widget of this page; the first has it. */
const claims: (() => void)[] = [];

const claim = (start: () => void) => {
  if (claims.push(start) == 1) start();
  else warn("a second <Callpoint> does nothing while the first is there");
  return () => {
    const first = claims[0] == start;
    claims.splice(claims.indexOf(start), 1);
    if (!first) return;
    void handle.shutdown();
    claims[0]?.();
  };
};

const isEvent = (name: string) => /^on[A-Z]/.test(name);
const eventOf = (prop: string) => (prop[2]!.toLowerCase() + prop.slice(3)) as keyof Events;

const Booted = ({ mode, view, ...props }: CallpointProps): ReactElement | null => {
  const given = props as unknown as Given;
  const latest = useRef(given);
  useClientEffect(() => {
    latest.current = given;
  });
  const names = Object.keys(given).filter((name) => given[name] !== undefined);
  const events = names.filter(isEvent);
  const options = names.filter((name) => !isEvent(name));
  // Of a function only matters that there is one: which one is looked up when it is called.
  const plain = (name: string) => (typeof given[name] == "function" ? "" : given[name]);
  const settings = JSON.stringify(options.map((name) => [name, plain(name)]));
  useClientEffect(() => {
    const offs = events.map((prop) => handle.on(eventOf(prop), (detail) => (latest.current[prop] as Call | undefined)?.(detail)));
    return () => offs.forEach((off) => off());
  }, [events.join()]);
  useClientEffect(() => {
    const current = (name: string) => {
      const value = latest.current[name];
      return typeof value == "function" ? (...rest: unknown[]) => (latest.current[name] as Call)(...rest) : value;
    };
    return claim(() => boot(Object.fromEntries(options.map((name) => [name, current(name)])) as unknown as BootOptions));
  }, [settings]);
  // The launcher stands beside the body, where no page takes it out with something else.
  return mode ? createElement("callpoint-widget", view ? { mode, view } : { mode }) : null;
};

/** The widget, for as long as this is mounted. On a server it is its bare element, or nothing. */
export const Callpoint = ({ mode = "launcher", ...props }: CallpointProps): ReactElement =>
  createElement(Booted, { key: mode, ...props, ...(mode != "launcher" && { mode }) });

/** The live status, while a widget is booted. */
export const CallpointStatus = ({ variant = "dot" }: CallpointStatusAttributes): ReactElement =>
  createElement("callpoint-status", { key: variant, variant });

/** One incident's thread, while a widget is booted. */
export const CallpointThread = ({ incident }: CallpointThreadAttributes): ReactElement =>
  createElement("callpoint-thread", { key: incident, incident });

/** The verbs of the widget: the same object each time. */
export const useCallpoint = (): Handle => handle;
