import { type Labels, own } from "./own";
import { replace } from "callpoint:labels";

/** Lets this script say what the page gives. */
export const relabel = (labels: Labels = {}) => replace((english, words) => own(labels, english, words));
