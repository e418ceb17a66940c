// Keeps a fault inside the WebAssembly from reaching the page: events, timers and promises call into it directly, and
// what they throw would be the page's `onerror`. After a trap nothing in there can be relied on, so nothing calls it.
import { initSync } from "callpoint:widget";

type Call = (...given: unknown[]) => unknown;

let depth = 0;
let trap: WebAssembly.RuntimeError | undefined;
let told = false;
const handlers = new Set<(trap: WebAssembly.RuntimeError) => void>();

/** Calls once when the WebAssembly has trapped; the answer takes that back. */
export const onTrap = (handler: (trap: WebAssembly.RuntimeError) => void) => {
  handlers.add(handler);
  return () => handlers.delete(handler);
};

export const hasTrapped = () => Boolean(trap);

const guard = (call: Call) => (...given: unknown[]) => {
  // Reads as nothing, whatever the caller expects: no number, no pair, no text.
  if (trap) return [];
  depth++;
  try {
    return call(...given);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) trap ??= error;
    // Through to the outermost call, or to whoever starts it.
    if (error != trap || depth > 1 || !handlers.size) throw error;
    return [];
  } finally {
    depth--;
    if (trap && !depth && !told && handlers.size) {
      told = true;
      for (const handle of handlers) handle(trap);
    }
  }
};

/** Instantiates `module` with its exports guarded. */
export const instantiate = (module: WebAssembly.Module) => {
  const { Instance } = WebAssembly;
  // The glue code makes its own instance: for as long as that takes, it finds one with guarded exports.
  const guarded = function (...given: ConstructorParameters<typeof Instance>) {
    const exports = Object.entries(new Instance(...given).exports);
    return { exports: Object.fromEntries(exports.map(([name, it]) => [name, typeof it == "function" ? guard(it as Call) : it])) };
  };
  try {
    WebAssembly.Instance = guarded as unknown as typeof Instance;
    initSync({ module });
  } finally {
    WebAssembly.Instance = Instance;
  }
};
