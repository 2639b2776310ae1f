import "server-only";

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
      const { done, value } = await events.next();
      if (done) return controller.close();
      const lines = `event: ${value.event}\ndata: ${JSON.stringify(value.data)}\n\n`;
      controller.enqueue(encoder.encode(lines));
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
