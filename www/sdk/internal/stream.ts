// One event stream for all tabs of one person. The tab that holds a lock has the stream and passes each frame on; the
// others begin with what the server says now and follow. When it goes, the next goes on after the last frame that was
// passed; when the server ends the stream, all of them begin anew, since it may be the person's session that is over.
// Where the browser gives no locks or channels each tab has a stream of its own, and where no stream comes through at
// all, what the server says now is asked for every few seconds in its place.

type Send = (address: string, init: RequestInit) => Promise<Response>;

/** What one tab says to the others: frames as they came, and the number of the last one; that it is new; that it lets the
 *  stream go and stays; or that the server has ended or refused it, which each of them has to hear by itself. */
interface Message {
  frames?: string;
  last?: number;
  joins?: true;
  yields?: true;
  ended?: true;
}

/** The first byte of a stream that comes later than this is held back on its way, in milliseconds. */
const FIRST = 8000;
/** So often it is asked in place of a stream, in milliseconds, and so many times before the stream is tried again. */
const POLL = 8000;
const POLLS = 20;
/** The server says something every 15 seconds: a tab that passes nothing on for so long is frozen, in milliseconds. */
const SILENCE = 40_000;

const HEARTBEAT = ":\n\n";

const numbers = /^id: ?(\d+)$/gm;

/** A refusal, whole: what carried it is about to end. */
const whole = async (answer: Response) => new Response(await answer.text(), answer);

/** Requests as `send` makes them, of which those for the stream are shared by all tabs that give the same name. `leads`
 *  is called when this tab takes the place of one that has gone. */
export const shareStream = (send: Send, name: string, leads: () => void): Send => {
  /** When this tab last heard another that has the stream; nothing while it has it itself. */
  let heard = 0;
  /** Ends when this tab has let go of the lock that it had last. */
  let released: Promise<unknown> | undefined;

  /** Takes the lock, and gives what lets it go; nothing where it is not to be had now. `lost` is called when another tab
   *  takes it away. */
  const take = (options: LockOptions, lost: () => void) =>
    new Promise<(() => void) | undefined>((resolve, reject) => {
      let had = false;
      const held = (lock: Lock | null) => {
        had = !!lock;
        if (had) released = over;
        return lock && new Promise<void>((free) => resolve(free));
      };
      const over = navigator.locks.request(name, options, held).then(
        () => resolve(undefined),
        (why) => (had ? lost() : reject(why)),
      );
    });

  const open = async (address: string, init: RequestInit): Promise<Response> => {
    init.signal!.throwIfAborted();
    const end = new AbortController();
    const { signal } = end;
    const stop = () => end.abort();
    init.signal!.addEventListener("abort", stop, { signal });
    // A page that sleeps keeps nothing from the others.
    addEventListener("pagehide", stop, { signal });
    document.addEventListener("freeze", stop, { signal });
    let sink!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (sink = controller), cancel: stop });
    const type = { "content-type": "text/event-stream" };
    const stream = () => new Response(body, { headers: type });
    const headers = new Headers(init.headers);
    let channel: BroadcastChannel | undefined;
    let last = +headers.get("last-event-id")! || 0;
    let free: (() => void) | undefined;
    /** The request for the stream itself, while this tab makes it. */
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
      if (!answer.ok) return whole(answer);
      const data = await answer.text();
      const { seq } = JSON.parse(data) as { seq: number };
      return `event: ${kind}\nid: ${seq}\ndata: ${data.replaceAll("\n", " ")}\n\n`;
    };

    /** Asks again and again in place of the stream, while nobody else has it. */
    const poll = async (own: AbortController) => {
      for (let times = 0; times < POLLS && source == own; times++) {
        const said = await now("polled");
        if (typeof said != "string" || source != own) return;
        pass(said);
        await new Promise((resolve) => setTimeout(resolve, POLL));
      }
    };

    const leave = () => {
      say({ ended: true });
      stop();
    };

    /** The stream itself: the server's refusal, or nothing once it flows. */
    const lead = async (): Promise<Response | undefined> => {
      const own = (source = new AbortController());
      heard = 0;
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
          if (done || source != own) return;
          clearTimeout(timer);
          rest += value;
          const length = rest.lastIndexOf("\n\n") + 2;
          pass(length > 1 ? rest.slice(0, length) : HEARTBEAT);
          if (length > 1) rest = rest.slice(length);
        }
      };
      const over = async () => {
        clearTimeout(timer);
        if (late) await poll(own).catch(() => {});
        if (source == own) leave();
      };
      try {
        const answer = await send(address, { ...init, headers, signal: own.signal });
        if (!answer.ok || !answer.body) {
          clearTimeout(timer);
          const refusal = await whole(answer);
          if (source == own) leave();
          return refusal;
        }
        void flow(answer).then(over, over);
      } catch (error) {
        if (late || source != own) void over();
        else throw (clearTimeout(timer), stop(), error);
      }
      return;
    };

    /** Whether the tab that had the stream has only let it go. */
    let yielded = false;

    /** Waits for the lock, and has the stream from then on. */
    const wait = () =>
      take({ signal }, stop)
        .then(async (mine) => {
          free = mine;
          if (signal.aborted) return free?.();
          if (!yielded) leads();
          yielded = false;
          if (await lead()) stop();
        })
        .catch(stop);

    /** A tab that nobody looks at lets the stream go where another wants it. */
    const yields = async () => {
      const { pending } = await navigator.locks.query();
      const wanted = pending?.some((lock) => lock.name == name);
      if (!wanted || signal.aborted || !free || document.visibilityState != "hidden") return;
      const own = source;
      source = undefined;
      own?.abort();
      say({ yields: true });
      free();
      free = undefined;
      void wait();
    };
    const hides = () => free && document.visibilityState == "hidden" && void yields().catch(() => {});

    let early: Message[] | undefined = [];
    const hear = ({ frames, last: theirs = 0, joins, yields, ended }: Message) => {
      if (ended) return stop();
      if (joins) return free && (say({ last }), hides());
      heard = Date.now();
      yielded = !!yields;
      if (frames) return show(frames);
      // Something was passed on that this tab has not seen: it begins anew.
      return last && theirs > last && stop();
    };

    const silent = heard && Date.now() - heard > SILENCE;
    try {
      // Or this tab would follow itself.
      await released;
      channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }: MessageEvent<Message>) => (early ? early.push(data) : hear(data));
      free = await take(silent ? { steal: true } : { ifAvailable: true }, stop);
    } catch {
      channel?.close();
      channel = undefined;
    }
    if (signal.aborted) {
      free?.();
      return stream();
    }
    document.addEventListener("visibilitychange", hides, { signal });
    if (free || !channel) {
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
