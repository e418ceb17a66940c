/** Every text that customers read, in English. */
declare module "callpoint:keys" {
  export const PLAIN: readonly string[];
  export const COUNTED: readonly string[];
}

/** The texts of `callpoint:text` in a script in which a page may replace them. */
declare module "callpoint:labels" {
  export const replace: (own: (english: string, words: string) => string) => void;
}
