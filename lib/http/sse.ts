import "server-only";
import { setImmediate as nextTurn } from "node:timers/promises";
import { errorName, log } from "@/lib/log";

type ServerSentEvent = { event: string; data: unknown };

/** The most characters of events that are sent together. */
const maxTogether = 64 * 1024;

/**
 * A stream of server-sent events. Events that are ready at the same time are sent together. If the
 * browser disconnects, `stop` is called immediately and the generator is closed.
 */
export function eventStream(
  events: AsyncGenerator<ServerSentEvent, void>,
  stop: () => void,
): Response {
  const encoder = new TextEncoder();
  const read = () => events.next().catch(toErrorEvent);
  let next = read();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let lines = "";
      let step: Awaited<typeof next> | null = await next;
      while (step) {
        if (step.value) lines += toLines(step.value);
        if (step.done) break;
        next = read();
        step = lines.length < maxTogether ? await readyNow(next) : null;
      }
      if (lines) controller.enqueue(encoder.encode(lines));
      if (step?.done) controller.close();
    },
    async cancel() {
      stop();
      await events.return();
    },
  });
  const headers = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  };
  return new Response(body, { headers });
}

const toLines = ({ event, data }: ServerSentEvent) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The promise's value if it settles within this turn of the event loop; otherwise null. */
function readyNow<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise, nextTurn(null)]);
}

/** The status line is already sent, so the failure becomes the last event. */
function toErrorEvent(error: unknown): IteratorResult<ServerSentEvent, ServerSentEvent> {
  log("error", "Event stream failed", { name: errorName(error) });
  const data = {
    code: "provider_error",
    cause: "The console itself failed while it passed the answer on.",
    fix: "Try again. If it recurs, look at the server's log.",
    provider_status: null,
    provider_message: null,
  };
  return { done: true, value: { event: "error", data } };
}
