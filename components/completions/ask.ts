import { apiResponse } from "@/lib/api-client";
import type { CompletionEvent, CompletionRequest } from "@/lib/completions/schema";
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
  const response = await apiResponse(api.completions(), { body: request, signal });
  if (!response.body) return;
  for await (const { event, data } of serverSentEvents(response.body)) {
    // Only our own API writes this stream: under these names, in these shapes (CONTRACT §7).
    if (known.includes(event)) yield { event, data: JSON.parse(data) } as CompletionEvent;
  }
}
