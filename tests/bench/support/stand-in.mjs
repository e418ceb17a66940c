// What the benchmarks of long lists share: a server in front of a real one that answers some requests itself, and what
// Chromium says that a page has spent.
import http from "node:http";

export const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** Answers what `answer` takes (all but what it returns `false` for); passes everything else on to `target`. */
export async function standIn(target, answer) {
  const server = http.createServer((request, reply) => {
    if (answer(request, reply) !== false) return;
    const headers = { ...request.headers, "accept-encoding": "identity" };
    const ahead = http.request(target + request.url, { method: request.method, headers }, (answered) => {
      reply.writeHead(answered.statusCode, answered.headers);
      answered.pipe(reply);
    });
    request.pipe(ahead);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { origin, close };
}

/** The snapshot that the stream of whoever has these headers begins with. */
export async function snapshot(origin, headers) {
  const ended = new AbortController();
  const { body } = await fetch(origin + "/v1/events", { headers, signal: ended.signal });
  let text = "";
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const frame = text.split("\n\n").find((frame) => frame.startsWith("event: reset"));
    if (!frame || !text.endsWith("\n\n")) continue;
    ended.abort();
    return JSON.parse(frame.split("\ndata: ")[1]);
  }
}

/** Begins a stream with this snapshot. */
export function begin(reply, snapshot) {
  reply.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  reply.write(`retry: 2000\n\nevent: reset\nid: ${snapshot.seq}\ndata: ${JSON.stringify(snapshot)}\n\n`);
}

/** A stopwatch: `await (await spent())()` gives the milliseconds of script, and of style and layout, in between. */
export async function metrics(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const now = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]));
  };
  return async () => {
    const before = await now();
    return async () => {
      const after = await now();
      const spent = (name) => after[name] - before[name];
      return { script: spent("ScriptDuration"), layout: spent("LayoutDuration") + spent("RecalcStyleDuration") };
    };
  };
}
