// The instant form in a page's own words: fetched in place of `form.ts` where a page gives some.
import * as form from "./form";
import { relabel } from "./relabel";

export const { prefetch } = form;

export const begin: typeof form.begin = (host, given, ...rest) => {
  relabel(given.labels);
  return form.begin(host, given, ...rest);
};
