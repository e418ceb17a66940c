// Starts the console: its WebAssembly into its page, and one plain line when that fails.
import init, { start } from "callpoint:console";
import { createFiles } from "../sdk/internal/files";
import { shareStream } from "../sdk/internal/stream";
import { LOAD_FAILED_TITLE, TRY_AGAIN } from "../sdk/internal/text";

declare const __CONSOLE_WASM_URL__: string;

const root = document.querySelector("#console")!;

const fail = () => {
  const again = document.createElement("button");
  again.textContent = TRY_AGAIN;
  again.onclick = () => location.reload();
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = LOAD_FAILED_TITLE;
  const box = document.createElement("div");
  box.className = "hollow";
  box.append(line, again);
  root.replaceChildren(box);
};

// Whoever answers has several incidents open, each in a tab of its own.
const carryFor = (person: string) => shareStream((...request) => fetch(...request), "callpoint:console:" + person, () => {});

init({ module_or_path: fetch(__CONSOLE_WASM_URL__) }).then(() => {
  root.replaceChildren();
  const ask = (path: string, given?: RequestInit) => fetch(path, { ...given, credentials: "same-origin", cache: "no-store" });
  start(root, carryFor, createFiles({ ask, owner: () => "staff", lang: "en" }));
}).catch(fail);
