// What is set up wrongly around the widget: told to whoever develops the page in one sentence for each cause, and to the
// person in what they can do about it. Fetched only once something has gone wrong, so that its words cost nobody else.
import type { ApiError, Snapshot } from "../../types/callpoint";
import { failed, type Finding, unusable } from "./answers";
import { el, fill } from "./dom";
import { publicStatus, refusedOther, unreachable } from "./reach";
import { relabel } from "./relabel";
import type { Answer, Doubt, Options, Session } from "./session";
import * as text from "callpoint:text";

export { report } from "./reporting";

/** How often it is looked whether the notice still holds, in milliseconds. */
const LOOK = 300;

const headlines = (): Record<string, string> => ({
  operational: text.HEADLINE_OPERATIONAL,
  under_maintenance: text.HEADLINE_MAINTENANCE,
  degraded_performance: text.HEADLINE_DEGRADED,
  partial_outage: text.HEADLINE_PARTIAL,
  major_outage: text.HEADLINE_MAJOR,
});

/** What follows a useless token so soon, in milliseconds, comes of it. */
const SAME = 1000;

const told = new Set<string>();
let unsure = -SAME;
const notices = new WeakMap<HTMLElement, HTMLElement>();

const tell = ({ cause, sentence }: Finding) => {
  if (told.size != told.add(cause).size) console.warn("callpoint: " + sentence);
};

/** What the server says of a token that it refuses. */
const refusal = (body: string, backend: string): Finding => {
  let problem: Partial<ApiError> = {};
  try {
    problem = JSON.parse(body);
  } catch {}
  const { code, detail } = problem;
  if (code == "token_expired") return { cause: code, sentence: "the server refuses the token, which has expired; let getToken fetch a new one each time that it is called" };
  if (code && detail) return { cause: detail, sentence: `the server refuses the token: ${detail}` };
  return { cause: "401", sentence: `something before ${backend} answers 401 in its place; let it pass /v1/ on unchanged, with the Authorization header` };
};

/** Why the widget's own code does not run. */
const broken = (error: unknown): Finding | undefined => {
  const words = String(error);
  // It says so itself when it traps.
  if (error instanceof WebAssembly.RuntimeError) return;
  const goesOn = "until then the short form takes reports";
  if (/unsafe-eval|security policy|\bCSP\b|refused to/i.test(words))
    return { cause: "wasm csp", sentence: `the page's Content Security Policy refuses WebAssembly; add 'wasm-unsafe-eval' to script-src; ${goesOn}` };
  const [, status] = words.match(/^Error: callpoint: (\d+)$/) ?? [];
  if (status) return { cause: "wasm " + status, sentence: `the server answers ${status} for the widget's WebAssembly; let a proxy before it pass /assets/ on, and keep the files of one version together; ${goesOn}` };
  return { cause: "code", sentence: `the widget's code can't be started (${words.slice(0, 200)}); see that no proxy changes what is below /assets/; ${goesOn}` };
};

/** A notice with these words above what the panel shows, for as long as the questions go unanswered. The one that stands
 *  there stays, so that it is read out once. */
const show = (panel: HTMLElement, session: Session, words: string) => {
  const before = notices.get(panel);
  if (before?.firstChild?.textContent == words) return before;
  before?.remove();
  const notice = el("div", { role: "alert" }, el("p", "", words));
  notice.style.cssText = "padding: 12px 16px 0; display: grid; gap: 4px";
  notices.set(panel, notice);
  const look = () => {
    if (notices.get(panel) != notice) return;
    if (!session.failing()) {
      notices.delete(panel);
      return notice.remove();
    }
    const page = panel.querySelector(".page");
    if (page && !notice.isConnected) page.before(notice);
    setTimeout(look, LOOK);
  };
  look();
  return notice;
};

const link = (href: string, words: string) => el("a", { href, target: "_blank", rel: "noopener" }, words);

const statusLine = (backend: string, status: Snapshot) =>
  el(
    "p",
    "quiet",
    fill(text.PUBLIC_STATUS, { status: headlines()[status.headline.condition] ?? "" }),
    " ",
    link(backend + "/", text.ALL_STATUS),
  );

const find = async (why: Doubt, { backend, getToken, transport, status: page }: Options): Promise<{ finding?: Finding | undefined; whose?: boolean }> => {
  if (Array.isArray(why)) {
    const [status, body] = why as Answer;
    if (status == 401 && getToken) return { finding: refusal(body, backend), whose: true };
    if (performance.now() < unsure + SAME) return {};
    // What carries the requests says itself what is wrong.
    if (transport || page) return {};
    // What a Callpoint server answers otherwise is no matter of the set-up.
    return { finding: status ? await foreign(status, body, backend) : await unreachable(backend) };
  }
  if (why && typeof why == "object" && "error" in why) {
    const reason = await unreachable(new URL(import.meta.url).origin);
    return { finding: reason ?? broken(why.error) };
  }
  unsure = performance.now();
  if (typeof getToken != "function")
    return { finding: { cause: "no function", sentence: `the option getToken is a ${typeof getToken}; write a function that gives the token: getToken: () => …` }, whose: true };
  if (why && typeof why == "object" && "given" in why) return { finding: unusable(why.given), whose: true };
  return { finding: failed(why, await refusedOther(backend)), whose: true };
};

const foreign = async (status: number, body: string, backend: string) => {
  if (status >= 500 || /^{.*"(code|vendor)":/s.test(body)) return;
  return unreachable(backend);
};

/** Says what `why` comes from; the public status, where the server can't tell who this is. */
export const explain = async (why: Doubt, session: Session, panel: HTMLElement, options: Options): Promise<Snapshot | undefined> => {
  relabel(options.labels);
  const { finding, whose } = await find(why, options);
  if (!finding) return;
  tell(finding);
  if (!session.failing()) return;
  const { backend } = options;
  if (!whose) {
    // The server's own page can be reached where this page may not read it.
    if (finding.cause != "origins") return;
    const notice = show(panel, session, text.PAGE_CANT_CONNECT);
    if (notice.childElementCount < 2) notice.append(link(backend + "/report", text.REPORT_A_PROBLEM));
    return;
  }
  const notice = show(panel, session, text.WHO_UNKNOWN);
  const status = await publicStatus(options);
  if (!status || !session.failing()) return;
  notice.querySelector(".quiet")?.remove();
  notice.append(statusLine(backend, status));
  return status;
};
