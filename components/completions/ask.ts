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
 * Asks a model and answers the events as they come. Aborting the signal closes the connection,
 * and the server then closes its own to the provider.
 * @throws ApiError when the request is refused before it starts, NetworkError, the abort's reason
 */
export async function* ask(
  request: CompletionRequest,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent, void> {
  if (!request.stream) {
    yield await askWhole(request, signal);
    return;
  }
  const response = await apiResponse(api.completions(), { body: request, signal });
  if (!response.body) return;
  for await (const { event, data } of serverSentEvents(response.body)) {
    // Only our own API writes this stream: under these names, in these shapes (CONTRACT §7).
    if (known.includes(event)) yield { event, data: JSON.parse(data) } as CompletionEvent;
  }
}

/** One answer in place of the events: what a stream would end with. */
async function askWhole(request: CompletionRequest, signal: AbortSignal): Promise<CompletionEvent> {
  try {
    const data = await apiFetch<CompletionDone>(api.completions(), { body: request, signal });
    return { event: "done", data };
  } catch (error) {
    if (!(error instanceof ApiError) || !("cause" in error.problem)) throw error;
    // A failure of the provider is a 502 problem with the fields of the event (CONTRACT §7).
    return { event: "error", data: error.problem as unknown as CompletionFailure };
  }
}
