// What a page's token function gave in place of a token, and what to write: a sentence for whoever develops the page.
// A token is a secret, and so may be what else came: only its shape is told, or words that are plainly no secret.

/** What a developer reads once: `cause` tells sentences apart whose words vary. */
export type Finding = { cause: string; sentence: string };

const EXAMPLE = 'getToken: () => fetch("/callpoint-token").then((r) => r.ok ? r.text() : Promise.reject(r.status))';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const isToken = (value: unknown): value is string => typeof value == "string" && JWT.test(value.trim());

/** The name under which an object holds a token. */
const nameOfToken = (holder: object) => Object.entries(holder).find(([, value]) => isToken(value))?.[0];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
};

const kindOf = (value: unknown) =>
  value === null ? "null" : Array.isArray(value) ? "a list" : value === undefined ? "missing" : `a ${typeof value}`;

/** The claims of a token, not verified. */
const claims = (token: string) => {
  try {
    const bytes = Uint8Array.from(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));
    return parsed(new TextDecoder().decode(bytes)) as Record<string, unknown> | undefined;
  } catch {
    return;
  }
};

const inToken = (token: string): Finding => {
  const found = claims(token);
  const gave = (cause: string, what: string, fix: string) => ({ cause, sentence: `getToken gave a token ${what}; ${fix}` });
  if (!found || typeof found != "object") return gave("unreadable", "whose claims can't be read", "sign it with a library for JSON Web Tokens (docs/tokens.md)");
  const account = found["account"] as { id?: unknown } | undefined;
  for (const [name, value] of [["sub", found["sub"]], ["account.id", account?.id]] as const) {
    if (typeof value != "string" || !value) {
      const is = value === "" ? "empty" : kindOf(value);
      return gave(name, `whose \`${name}\` is ${is}`, `make it a text, as "${name}": ${typeof value == "number" ? `"${value}"` : '"42"'} would be`);
    }
  }
  return gave("other", "of another person", 'call callpoint("shutdown") and then callpoint("boot", …) when somebody else signs in');
};

const inText = (text: string): Finding => {
  const gave = (cause: string, what: string, fix: string) => ({ cause, sentence: `getToken gave ${what} instead of a token; ${fix}` });
  if (!text) return gave("empty", "an empty text", `let its address answer with the token, or with 401 while nobody is signed in: ${EXAMPLE}`);
  if (/^(null|undefined|true|false|NaN|\[object \w+])$/.test(text)) return gave("word", `the text "${text}"`, `give the token itself: ${EXAMPLE}`);
  if (text.startsWith("<"))
    return gave("html", "a page of HTML, as a sign-in or an error page is", `let its address answer with the token alone, and with 401 while nobody is signed in: ${EXAMPLE}`);
  const json = parsed(text);
  if (isToken(json)) return gave("quoted", "a token in quotes, as JSON has it,", "read it with r.json() in place of r.text()");
  if (json && typeof json == "object") {
    const name = nameOfToken(json);
    if (name) return gave("json", "JSON", `give what is in it: .then((r) => r.json()).then((answer) => answer.${name})`);
    return gave("json", "JSON without a token in it", "let its address answer with the token alone, as text");
  }
  if (/^bearer /i.test(text)) return gave("bearer", 'a text that begins with "Bearer"', "give the token alone");
  if (JWT.test(text)) return inToken(text);
  // Words, such as those of a proxy. Whatever has no space in it may be a secret.
  const told = /\s/.test(text) && text.length < 80 ? `"${text}"` : `a text of ${text.length} characters`;
  return gave("text", told, `let getToken fail when its address does: ${EXAMPLE}`);
};

/** What came in place of a token. */
export const unusable = (given: unknown): Finding => {
  if (typeof given == "string") return inText(given.trim());
  const gave = (cause: string, what: string, fix: string) => ({ cause, sentence: `getToken gave ${what} instead of a token; ${fix}` });
  if (given instanceof Response) return gave("response", "a Response", "read its text: .then((r) => r.text())");
  if (typeof given == "function") return gave("function", "a function", "call it, and give the token that it gives");
  if (given && typeof given == "object") {
    const name = nameOfToken(given);
    return gave("object", "an object", name ? `give the text in it: .then((answer) => answer.${name})` : `give the token as a text: ${EXAMPLE}`);
  }
  return gave("nothing", given == null ? String(given) : kindOf(given), `return the token, as a text or as a promise of it: ${EXAMPLE}`);
};

/** What the token function threw, or that it has not answered in time. */
export const failed = (why: unknown, blocked: string | undefined): Finding => {
  if (why === undefined) return { cause: "slow", sentence: "getToken has given nothing for 8 seconds; let it give the token, or throw when it can't be had" };
  if (blocked)
    return {
      cause: "token csp",
      sentence: `the page's Content Security Policy keeps getToken from fetching ${blocked}; add ${blocked == location.origin ? "'self'" : blocked} to connect-src`,
    };
  const words = (why instanceof Error ? String(why) : `a ${typeof why}`).slice(0, 200);
  return { cause: "thrown", sentence: `getToken threw (${words}); let it give the token as a text or as a promise of it: ${EXAMPLE}` };
};
