// import { boot } from "callpoint"
import type { Events } from "../types/callpoint.js";

export { boot, type BootOptions } from "./page.js";
export type * from "../types/callpoint.js";

/** The events as they bubble through the document, with their prefix. */
export type DomEvents = { [Name in keyof Events as `callpoint:${Name}`]: CustomEvent<Events[Name]> };

declare global {
  interface DocumentEventMap extends DomEvents {}
  interface HTMLElementEventMap extends DomEvents {}
}
