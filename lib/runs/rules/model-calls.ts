import { type Members, membersOf, parsed, type RunEvent, textOr } from "./run-event";
import type { Visit } from "./states";

/** A call of the LLM caller, read from a history. */
export type RecordedCall = {
  provider: string | null;
  model_id: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  latency_ms: number | null;
  stop_reason: string | null;
  /** When it was answered; before that, when it was sent. */
  at: string;
  state: "open" | "answered" | "failed";
  /** Messages as they were sent; null if the history doesn't contain them. */
  messages: unknown[] | null;
  /** The answer's message. */
  answer: unknown;
  /** Results of the tools that ran after the call. */
  results: unknown[];
  /** True if the history contains only a part of the answer. */
  isCut: boolean;
};

const number = (value: unknown) =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/** The input of a Lambda function; undefined for other events. */
function payloadOf({ type, parameters, input }: RunEvent): Members | undefined {
  if (type === "LambdaFunctionScheduled") return membersOf(parsed(input));
  if (type !== "TaskScheduled") return undefined;
  const { Payload } = membersOf(parsed(parameters));
  return Payload === undefined ? undefined : membersOf(Payload);
}

/** The output of a Lambda function. */
function answerOf({ type, output }: RunEvent): Members | undefined {
  const result = parsed(output);
  if (type === "LambdaFunctionSucceeded") return membersOf(result);
  if (type !== "TaskSucceeded") return undefined;
  const { Payload } = membersOf(result);
  return Payload === undefined ? undefined : membersOf(Payload);
}

/** A payload of the unified or of an older caller. */
function sentCall(payload: Members, at: string): RecordedCall | null {
  const { provider_config, model_id, messages, system } = payload;
  const config = membersOf(provider_config);
  const model = textOr(config.model_id) ?? textOr(model_id);
  if (!Array.isArray(messages) || (provider_config === undefined && model === null)) return null;
  const first = typeof system === "string" ? [{ role: "system", content: system }] : [];
  return {
    ...emptyCall(at),
    provider: textOr(config.provider_id),
    model_id: model,
    messages: [...first, ...messages],
  };
}

const emptyCall = (at: string): RecordedCall => ({
  provider: null,
  model_id: null,
  input_tokens: null,
  output_tokens: null,
  latency_ms: null,
  stop_reason: null,
  at,
  state: "open",
  messages: null,
  answer: null,
  results: [],
  isCut: false,
});

/** Adds the caller's answer, which names the model and the tokens. */
function settle(call: RecordedCall, answer: Members, at: string): void {
  const metadata = membersOf(answer.metadata);
  const used = membersOf(metadata.tokens_used);
  call.provider = textOr(metadata.provider_id) ?? call.provider;
  call.model_id = textOr(metadata.model_id) ?? call.model_id;
  call.input_tokens = number(used.input_tokens);
  call.output_tokens = number(used.output_tokens);
  call.latency_ms = number(metadata.latency_ms);
  call.stop_reason = textOr(metadata.stop_reason);
  call.answer = answer.message ?? null;
  call.at = at;
  call.state = "answered";
}

const isCallerAnswer = ({ metadata }: Members) => "tokens_used" in membersOf(metadata);

/** The model calls of a history in order, with the tool results after each. */
export function modelCallsOf(
  events: readonly RunEvent[],
  ownerOf: (event: RunEvent) => Visit | null,
): RecordedCall[] {
  const calls: RecordedCall[] = [];
  const open = new Map<Visit | null, RecordedCall>();
  const start = (call: RecordedCall, owner: Visit | null) => {
    calls.push(call);
    open.set(owner, call);
    return call;
  };
  for (const event of events) {
    const owner = ownerOf(event);
    const payload = payloadOf(event);
    const sent = payload && sentCall(payload, event.at);
    if (sent) start(sent, owner);
    const call = open.get(owner);
    if (/^(?:Task|LambdaFunction)(?:Failed|TimedOut)$/.test(event.type) && call) {
      call.state = "failed";
      call.at = event.at;
      open.delete(owner);
    }
    if (!/^(?:Task|LambdaFunction)Succeeded$/.test(event.type)) continue;
    const answer = answerOf(event);
    if (answer && (call || isCallerAnswer(answer))) {
      settle(call ?? start(emptyCall(event.at), owner), answer, event.at);
      open.delete(owner);
    } else if (call) {
      call.state = "answered";
      call.isCut = true;
      open.delete(owner);
    } else if (answer?.type === "tool_result") calls.at(-1)?.results.push(answer);
  }
  return calls;
}
