import { ApiError, apiFetch, apiResponse } from "@/lib/api-client";
import type {
  CompletionDone,
  CompletionEvent,
  CompletionFailure,
  CompletionRequest,
} from "@/lib/completions/schema";
import { api } from "@/lib/paths";
import { serverSentEvents } from "./sse";

const known: readonly string[] = [
  "start",
  "delta",
  "tool_call",
  "done",
  "error",
] satisfies CompletionEvent["event"][];

/**
 * Asks a model and answers the events as they come; of an answer that is not streamed, the last one
 * alone. Aborting the signal closes the connection,
 * and the server then closes its own to the provider.
 * @throws ApiError when the request is refused before it starts, NetworkError, the abort's reason
 */
export async function* ask(
  request: CompletionRequest,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent, void> {
  if (!request.stream) {
    yield await whole(request, signal);
    return;
  }
  const response = await apiResponse(api.completions(), { body: request, signal });
  if (!response.body) return;
  for await (const { event, data } of serverSentEvents(response.body)) {
    // Our own API writes this stream, with these events only.
    if (known.includes(event)) yield { event, data: JSON.parse(data) } as CompletionEvent;
  }
}

/** One answer in place of the events: what a stream would end with. */
async function whole(request: CompletionRequest, signal: AbortSignal): Promise<CompletionEvent> {
  try {
    const data = await apiFetch<CompletionDone>(api.completions(), { body: request, signal });
    return { event: "done", data };
  } catch (error) {
    const failure = failureOf(error);
    if (failure) return { event: "error", data: failure };
    throw error;
  }
}

/** The provider's failure out of the problem that stands for it; null for one of our own. */
function failureOf(error: unknown): CompletionFailure | null {
  if (!(error instanceof ApiError)) return null;
  const { problem } = error;
  const isFailure = typeof problem.cause === "string" && typeof problem.fix === "string";
  // A problem with a cause and a fix has every field of the event.
  return isFailure ? (problem as unknown as CompletionFailure) : null;
}
