// Keeps a fault inside the WebAssembly from reaching the page: events, timers and promises call into it directly, and
// what they throw would be the page's `onerror`. After a trap nothing in there can be relied on, so nothing calls it.
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

/** What the glue code makes in place of `WebAssembly.Instance`: the build puts this name there. Its exports are guarded. */
export function GuardedInstance(module: WebAssembly.Module, imports: WebAssembly.Imports) {
  // Not by its whole name, which the build would replace here too.
  const { Instance } = WebAssembly;
  const exports = Object.entries(new Instance(module, imports).exports);
  return { exports: Object.fromEntries(exports.map(([name, it]) => [name, typeof it == "function" ? guard(it as Call) : it])) };
}
