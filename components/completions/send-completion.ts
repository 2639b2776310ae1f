import { createParser, type EventSourceMessage } from "eventsource-parser";
import { ApiError, apiFetch, apiResponse } from "@/lib/api/client";
import type {
  AgentTest,
  Completion,
  CompletionEvent,
  CompletionFailure,
  CompletionRequest,
  RawExchange,
} from "@/lib/completions/schema";

const events: readonly string[] = [
  "start",
  "delta",
  "tool_call",
  "done",
  "error",
] satisfies CompletionEvent["event"][];

/** A request to a model, or the runtime's request for an agent. */
export type TestRequest = CompletionRequest & Partial<Pick<AgentTest, "as_agent">>;

/**
 * Sends a completion request and yields its events as they arrive; an answer that isn't streamed
 * yields only the last one. Aborting the signal closes the connection, and the server then closes
 * its own to the provider.
 * @throws ApiError when the request is refused before it starts, NetworkError, the abort's reason
 */
export async function* sendCompletion(
  request: TestRequest,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent, void> {
  if (!request.stream) {
    yield await fetchUnstreamed(request, signal);
    return;
  }
  const response = await apiResponse("createCompletion", { body: request, signal });
  if (!response.body) return;
  for await (const { event, data } of serverSentEvents(response.body)) {
    // Our own API sends only these events.
    if (events.includes(event)) yield { event, data: JSON.parse(data) } as CompletionEvent;
  }
}

/** The event that would be last in a streamed answer. */
async function fetchUnstreamed(
  request: TestRequest,
  signal: AbortSignal,
): Promise<CompletionEvent> {
  try {
    const data = await apiFetch("createCompletion", { body: request, signal });
    return answered(data);
  } catch (error) {
    const failure = failureOf(error);
    if (failure) return { event: "error", data: failure };
    throw error;
  }
}

/** For a test as an agent, the exchange is the runtime's own request. */
function answered({ runtime, failure, ...done }: Completion): CompletionEvent {
  if (!runtime) return { event: "done", data: done };
  const decisive = runtime.after_tool_result?.would_fail_with ? runtime.after_tool_result : runtime;
  const { method, url, headers, body_text } = decisive.request;
  const raw: RawExchange = { request: { method, url, headers, body: body_text }, response: null };
  if (failure) return { event: "error", data: { ...failure, raw } };
  return { event: "done", data: { ...done, raw } };
}

/** The provider's failure inside a problem response; null if the problem is the console's own. */
function failureOf(error: unknown): CompletionFailure | null {
  if (!(error instanceof ApiError)) return null;
  const { problem } = error;
  const isFailure = typeof problem.cause === "string" && typeof problem.fix === "string";
  // A problem with a cause and a fix has every field of the event.
  return isFailure ? (problem as unknown as CompletionFailure) : null;
}

/**
 * The events of a `text/event-stream` body as they arrive. An event that is incomplete when the
 * body ends is dropped.
 * @throws errors of reading the body, such as the reason of an abort
 */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }, void> {
  const parsed: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => parsed.push(message) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      parser.feed(decoder.decode(value, { stream: !done }));
      for (const { event = "message", data } of parsed.splice(0)) yield { event, data };
      if (done) return;
    }
  } finally {
    // Otherwise a reader that stops early would leave the connection open.
    await reader.cancel().catch(() => {});
  }
}
