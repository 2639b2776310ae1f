import type { CallerPayload, Transformer } from "@/lib/runtime/schema";
import { readCallerAnswer } from "./caller-answer";
import { callerRequest, transformerOf } from "./caller-request";

/** What each provider answers at least, by the address that is called. */
const answers: [host: RegExp, format: Transformer, answer: unknown][] = [
  [
    /^(api\.openai\.com|api\.x\.ai|api\.deepseek\.com)$/,
    "openai_v1",
    { choices: [{ message: {} }] },
  ],
  [/^api\.anthropic\.com$/, "anthropic_v1", { content: [] }],
  [
    /^generativelanguage\.googleapis\.com$/,
    "gemini_v1",
    { candidates: [{ content: { parts: [] } }] },
  ],
  [/^bedrock-runtime[a-z0-9.-]*\.amazonaws\.com$/, "bedrock_v1", { output: { message: {} } }],
];

/**
 * The caller's error for every answer to this request, as a provider documents its answers; null if it can
 * read them, or if that isn't known.
 */
export function unreadableAnswer(payload: CallerPayload): string | null {
  const { endpoint, provider_id, request_transformer, response_transformer } =
    payload.provider_config;
  const request = transformerOf(request_transformer);
  const response = transformerOf(response_transformer);
  if (!request || !response || !URL.canParse(endpoint)) return null;
  const { hostname } = new URL(endpoint);
  const known = answers.find(([host]) => host.test(hostname));
  if (!known) return null;
  const [, format, answer] = known;
  // Such an answer is a stream of events, not JSON.
  const isStreamed = callerRequest(payload, request).body.stream === true;
  const body = isStreamed && format === request ? "data: {}" : JSON.stringify(answer);
  const reading = readCallerAnswer(response, { provider_id, status: 200, body });
  return reading.understood ? null : reading.errorMessage;
}
