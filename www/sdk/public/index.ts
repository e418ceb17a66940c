// What people may rely on: the types of the wire and of the options.
export type { Options } from "../internal/loader";
export type * from "../../types/callpoint";
