// A page's own words laid over a language, for the WebAssembly, and what is to be said of them to whoever develops the
// page. Fetched only where a page gives some.
import { cut, type Labels } from "./own";
import { COUNTED, PLAIN } from "callpoint:keys";

/** A language as the server gives it: what is counted stands by its category and the English. */
export interface Spoken {
  lang: string;
  words: Record<string, string>;
}

const CATEGORIES = ["zero", "one", "two", "few", "many", "other"];

const told = new Set<string>();

const tell = (sentence: string) => {
  if (told.size != told.add(sentence).size) console.warn("callpoint: labels: " + sentence);
};

/** How many letters lie between two texts. */
const distance = (one: string, other: string) => {
  let row = [...other, ""].map((_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    let corner = at;
    const next = [at + 1];
    for (const [place, against] of [...other].entries()) {
      next.push(Math.min(row[place + 1]! + 1, next[place]! + 1, corner + (letter == against ? 0 : 1)));
      corner = row[place + 1]!;
    }
    row = next;
  }
  return row.at(-1)!;
};

const nearest = (key: string) => {
  const found = [...PLAIN, ...COUNTED].map((known) => [distance(key.toLowerCase(), known.toLowerCase()), known] as const);
  return found.reduce((best, one) => (one[0] < best[0] ? one : best))[1];
};

const marks = (words: string) => new Set(words.match(/{\w+}/g));

const check = (english: string, words: unknown) => {
  if (typeof words != "string") return tell(`the words for "${english}" must be text`);
  const known = marks(english);
  for (const mark of known) if (!marks(words).has(mark)) tell(`"${words}" lacks ${mark}, which "${english}" has; it is shown without it`);
  for (const mark of marks(words)) if (!known.has(mark)) tell(`nothing fills in ${mark} in "${words}"; "${english}" has no such mark`);
};

// Each set of words is a language of its own, by a private tag: so the widget knows one from another.
const tags: string[] = [];

/** A language with the page's words in the place of its own. */
export const lay = (labels: Labels, spoken: Spoken | undefined, lang: string): Spoken => {
  const words = { ...spoken?.words };
  const put = (key: string, given: unknown) => {
    const own = cut(given);
    if (own) words[key] = own;
  };
  for (const [english, given] of Object.entries(labels)) {
    const counted = COUNTED.includes(english);
    if (!counted && !PLAIN.includes(english)) tell(`there is no text "${english}"; did you mean "${nearest(english)}"?`);
    else if (counted && given && typeof given == "object") {
      for (const [category, one] of Object.entries(given)) {
        // One of a thing may be said without its number.
        if (category == "other") check(english, one);
        put(category + "|" + english, one);
      }
      put(english, given.other);
    } else {
      check(english, given);
      for (const category of counted ? CATEGORIES : []) put(category + "|" + english, given);
      put(english, given);
    }
  }
  const made = JSON.stringify([lang, words]);
  if (!tags.includes(made)) tags.push(made);
  return { lang: `${lang}-x-own${tags.indexOf(made)}`, words };
};
