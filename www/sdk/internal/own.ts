// A page's own words in place of ours, where a script has them before WebAssembly does. They stay plain text.
/** Words by the English that they stand in for; of what is counted, one text for each of the plural's categories. */
export type Labels = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

/** Longest text of a page's own, in characters. */
const LIMIT = 300;

/** A page's text within its limit; none where it gives none. */
export const cut = (words: unknown) => (typeof words == "string" && words.trim() ? [...words].slice(0, LIMIT).join("") : undefined);

/** The page's words for the English, or else these. */
export const own = (labels: Labels, english: string, words: string) => cut(labels[english]) ?? words;
