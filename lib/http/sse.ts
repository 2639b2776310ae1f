import "server-only";
import { errorName, log } from "@/lib/log";

type ServerSentEvent = { event: string; data: unknown };

/**
 * A stream of server-sent events. When the browser goes away, `stop` is called at once and the
 * events are returned.
 */
export function eventStream(
  events: AsyncGenerator<ServerSentEvent, void>,
  stop: () => void,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await events.next().catch(toErrorEvent);
      if (value) {
        const lines = `event: ${value.event}\ndata: ${JSON.stringify(value.data)}\n\n`;
        controller.enqueue(encoder.encode(lines));
      }
      if (done) controller.close();
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
