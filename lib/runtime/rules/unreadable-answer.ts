import type { CallerPayload } from "@/lib/runtime/schema";
import { readCallerAnswer } from "./caller-answer";
import { callerRequest, transformerOf } from "./caller-request";
import { apiAt } from "./provider-address";

/**
 * The caller's error for every answer to this request, based on the provider's documentation; null
 * if the caller can read them, or if unknown.
 */
export function unreadableAnswer(payload: CallerPayload): string | null {
  const { endpoint, provider_id, request_transformer, response_transformer } =
    payload.provider_config;
  const request = transformerOf(request_transformer);
  const response = transformerOf(response_transformer);
  const api = apiAt(endpoint);
  if (!request || !response || !api) return null;
  const { format, answer } = api;
  // A streamed answer consists of events, not JSON.
  const isStreamed = callerRequest(payload, request).body.stream === true;
  const body = isStreamed && format === request ? "data: {}" : JSON.stringify(answer);
  const reading = readCallerAnswer(response, { provider_id, status: 200, body });
  return reading.understood ? null : reading.errorMessage;
}
