// One event stream for all tabs of one person. The tab that holds a lock has the stream and passes each frame on; the
// others begin with what the server says now and follow. When it goes, the next goes on after the last frame that was
// passed. Where the browser has no locks or channels each tab has a stream of its own, and where no stream comes through
// at all, what the server says now is asked for every few seconds in its place.

type Send = (address: string, init: RequestInit) => Promise<Response>;

/** What one tab says to the others: frames as they came, and the number of the last one; or that it is new. */
interface Message {
  frames?: string;
  last?: number;
  joins?: true;
}

/** The first byte of a stream that comes later than this is held back on its way, in milliseconds. */
const FIRST = 8000;
/** So often it is asked in place of a stream, in milliseconds, and so many times before the stream is tried again. */
const POLL = 8000;
const POLLS = 20;
/** The server says something every 15 seconds: a tab that passes nothing on for so long is frozen, in milliseconds. */
const SILENCE = 40_000;

const HEARTBEAT = ":\n\n";

/** Takes a lock, and gives what lets it go; nothing where it is not to be had now. `lost` is called when another takes it. */
const take = (name: string, options: LockOptions, lost: () => void) =>
  new Promise<(() => void) | undefined>((resolve, reject) => {
    const held = (lock: Lock | null) => lock && new Promise<void>((free) => resolve(free));
    navigator.locks.request(name, options, held).then(() => resolve(undefined), (why) => (lost(), reject(why)));
  });

const numbers = /^id: ?(\d+)$/gm;

/** Requests as `send` makes them, of which those for the stream are shared by all tabs that give the same name. `leads`
 *  is called when this tab takes the place of another. */
export const shareStream = (send: Send, name: string, leads: () => void): Send => {
  const shared = "locks" in navigator && "BroadcastChannel" in globalThis;
  /** When this tab last heard another that has the stream. */
  let heard = 0;

  const open = async (address: string, init: RequestInit): Promise<Response> => {
    const end = new AbortController();
    const { signal } = end;
    const stop = () => end.abort();
    init.signal!.throwIfAborted();
    init.signal!.addEventListener("abort", stop, { signal });
    // A page that sleeps keeps nothing from the others.
    addEventListener("pagehide", stop, { signal });
    document.addEventListener("freeze", stop, { signal });
    let sink!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (sink = controller), cancel: stop });
    const channel = shared ? new BroadcastChannel(name) : undefined;
    const headers = new Headers(init.headers);
    let last = +headers.get("last-event-id")! || 0;
    let free: (() => void) | undefined;
    let source: AbortController | undefined;

    signal.addEventListener("abort", () => {
      source?.abort();
      channel?.close();
      free?.();
      // Its reader may have gone.
      try {
        sink.close();
      } catch {}
    });

    const say = (message: Message) => signal.aborted || channel?.postMessage(message);
    const show = (frames: string) => {
      for (const [, number] of frames.matchAll(numbers)) last = +number!;
      if (!signal.aborted) sink.enqueue(new TextEncoder().encode(frames));
    };
    const pass = (frames: string) => {
      show(frames);
      say({ frames, last });
    };

    /** What the server says now, as the stream would begin; or its refusal. */
    const now = async (kind: string): Promise<Response | string> => {
      const asking = new Headers(headers);
      asking.set("accept", "application/json");
      asking.delete("last-event-id");
      const answer = await send(address.replace("/v1/events", "/v1/status"), { ...init, signal, headers: asking });
      if (!answer.ok) return answer;
      const data = await answer.text();
      const { seq } = JSON.parse(data) as { seq: number };
      return `event: ${kind}\nid: ${seq}\ndata: ${data.replaceAll("\n", " ")}\n\n`;
    };

    /** Asks again and again in place of the stream. */
    const poll = async () => {
      for (let times = 0; times < POLLS && !signal.aborted; times++) {
        const said = await now("polled");
        if (typeof said != "string") break;
        pass(said);
        await new Promise((resolve) => setTimeout(resolve, POLL));
      }
    };

    /** The stream itself: the server's refusal, or nothing once it flows. */
    const lead = async (): Promise<Response | undefined> => {
      const own = (source = new AbortController());
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        own.abort();
      }, FIRST);
      if (last) headers.set("last-event-id", "" + last);
      say({ last });
      const flow = async (answer: Response) => {
        const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = ""; ; ) {
          const { done, value } = await reader.read();
          if (done || own.signal.aborted) return;
          clearTimeout(timer);
          rest += value;
          const whole = rest.lastIndexOf("\n\n") + 2;
          pass(whole > 1 ? rest.slice(0, whole) : HEARTBEAT);
          rest = whole > 1 ? rest.slice(whole) : rest;
        }
      };
      const over = () => {
        clearTimeout(timer);
        if (late && !signal.aborted) return poll().finally(stop).catch(() => {});
        // Let go for another tab, which this one follows.
        return source == own && stop();
      };
      try {
        const answer = await send(address, { ...init, headers, signal: own.signal });
        if (!answer.ok || !answer.body) return (clearTimeout(timer), stop(), answer);
        void flow(answer).then(over, over);
      } catch (error) {
        if (!late) throw (stop(), error);
        void over();
      }
      return;
    };

    /** Waits for the lock, and has the stream from then on. */
    const wait = () =>
      take(name, { signal }, stop).then((mine) => {
        free = mine;
        if (signal.aborted) return free?.();
        leads();
        return lead().then((refusal) => refusal && stop());
      }).catch(stop);

    /** A tab that nobody looks at lets the stream go where another wants it. */
    const yields = async () => {
      if (document.visibilityState != "hidden" || !free) return;
      const { pending } = await navigator.locks.query();
      if (signal.aborted || !pending?.some((lock) => lock.name == name)) return;
      const own = source;
      source = undefined;
      own?.abort();
      free();
      free = undefined;
      void wait();
    };

    const type = { "content-type": "text/event-stream" };
    const stream = () => new Response(body, { headers: type });
    if (!channel) return (await lead()) ?? stream();

    let early: Message[] | undefined = [];
    const hear = ({ frames, last: theirs = 0, joins }: Message) => {
      if (joins) return free && say({ last });
      heard = Date.now();
      // Something was passed on that this tab has not seen: it begins anew.
      if (!frames) return theirs > last && stop();
      show(frames);
    };
    channel.onmessage = ({ data }: MessageEvent<Message>) => (early ? early.push(data) : hear(data));
    document.addEventListener("visibilitychange", yields, { signal });

    const silent = heard && Date.now() - heard > SILENCE;
    free = await take(name, silent ? { steal: true } : { ifAvailable: true }, stop);
    if (free) {
      early = undefined;
      return (await lead()) ?? stream();
    }
    heard ||= Date.now();
    say({ joins: true });
    try {
      const first = await now("reset");
      if (typeof first != "string") return (stop(), first);
      show(first);
    } catch (error) {
      throw (stop(), error);
    }
    const missed = early;
    early = undefined;
    missed.forEach(hear);
    void wait();
    return stream();
  };

  return (address, init) => (init.signal && /\/v1\/events$/.test(address) ? open(address, init) : send(address, init));
};
