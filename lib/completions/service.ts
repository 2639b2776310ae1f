import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { callCost } from "@/lib/costs/call-cost-service";
import { AppError, invalidField } from "@/lib/errors";
import { readNewerKey, readRecentKey, recordKeyOutcome } from "@/lib/keys/service";
import { findModel, type ModelRow, saveLastTest } from "@/lib/models/reference-service";
import type { DefectiveRow } from "@/lib/models/row";
import { noAnswer, reachedLimitBeforeAnswer } from "@/lib/models/rules/answered";
import { isDefective } from "@/lib/models/rules/soundness";
import { modelPk } from "@/lib/models/schema";
import { refineBedrockFailure } from "@/lib/providers/bedrock-refusal";
import { complete } from "@/lib/providers/complete";
import { assertUsableKey, ProviderFailure } from "@/lib/providers/errors";
import type { ProviderCall, ProviderEvent } from "@/lib/providers/provider";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";
import type {
  CompletionDone,
  CompletionEvent,
  CompletionRequest,
  CompletionStart,
  ToolCall,
} from "./schema";

type CompletionContext = {
  actor: Actor;
  id: ProviderId;
  model: ModelRow | null;
  /** The registered row's pk, or the pk that a registration would create. */
  pk: string;
  key: string;
  startedAt: number;
};

/** What a completion reads from AWS before it calls the provider. */
type CompletionSources = {
  id: ProviderId;
  key: string | null;
  row: ModelRow | DefectiveRow | null;
};

/** @throws AppError `invalid` if the provider is unknown */
export async function readCompletionSources({
  provider,
  model_id,
}: Pick<CompletionRequest, "provider" | "model_id">): Promise<CompletionSources> {
  const id = providerIdOf(provider);
  if (id === null) {
    throw invalidField("provider", `Unknown provider. Choose one of ${providerIds.join(", ")}.`);
  }
  const [key, row] = await Promise.all([readRecentKey(id), findModel(provider, model_id)]);
  return { id, key, row };
}

/**
 * Sends a request to a model, registered or not, with the stored key, whatever the key's status.
 * A failure is the last event, never an exception. When `signal` aborts, the events end without one.
 * @param sources may be read while the actor's authorization is still being checked
 * @throws errors of reading the sources, before the first event
 */
export async function completion(
  actor: Actor,
  request: CompletionRequest,
  signal: AbortSignal,
  sources: Promise<CompletionSources> = readCompletionSources(request),
): Promise<AsyncGenerator<CompletionEvent, void>> {
  const { id, key, row } = await sources;
  const model = row && !isDefective(row) ? row : null;
  const pk = row?.pk ?? modelPk({ provider: id, model_id: request.model_id });
  return answer(
    { actor, id, model, pk, key: key ?? "", startedAt: performance.now() },
    request,
    signal,
  );
}

/**
 * The whole answer of a completion, for callers that do not stream.
 * @throws AppError with the failure's code, cause and fix
 */
export async function collectCompletion(
  events: AsyncIterable<CompletionEvent>,
): Promise<CompletionStart & CompletionDone> {
  let start: CompletionStart | undefined;
  let done: CompletionDone | undefined;
  let failure: AppError | undefined;
  // Reads to the end, because the outcome is recorded there.
  for await (const { event, data } of events) {
    if (event === "start") start = data;
    if (event === "done") done = data;
    if (event === "error") {
      failure = new AppError(data.code, `${data.cause} ${data.fix}`, { extra: { ...data } });
    }
  }
  if (failure) throw failure;
  if (start && done) return { ...start, ...done };
  throw new AppError("provider_error", "The request was stopped before the answer was complete.");
}

async function* answer(
  context: CompletionContext,
  request: CompletionRequest,
  signal: AbortSignal,
) {
  const { provider, model_id } = request;
  yield {
    event: "start",
    data: { provider, model_id, request_id: context.actor.requestId },
  } satisfies CompletionEvent;
  try {
    const done = yield* callWithStoredKey(context, request, signal);
    try {
      yield { event: "done", data: done } satisfies CompletionEvent;
    } finally {
      await recordSuccess(context, done);
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ProviderFailure)) throw error;
    const failure = await refineBedrockFailure(error, context.id, model_id, signal);
    try {
      yield { event: "error", data: failure.toJSON() } satisfies CompletionEvent;
    } finally {
      await recordFailure(context, failure.code);
    }
  }
}

/**
 * Calls with the stored key. The key may have been replaced since it was read, so a refused key is
 * compared with the stored one.
 */
async function* callWithStoredKey(
  context: CompletionContext,
  request: CompletionRequest,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent, CompletionDone> {
  const call = () => {
    assertUsableKey(context.id, context.key);
    return relayEvents(context, complete(context.id, toCall(request), context.key, signal));
  };
  try {
    return yield* call();
  } catch (error) {
    if (!(error instanceof ProviderFailure) || !keyRefusals.has(error.code)) throw error;
    const newer = await readNewerKey(context.id, context.key);
    if (newer === null) throw error;
    context.key = newer;
    return yield* call();
  }
}

const keyRefusals = new Set<string>(["bad_key", "key_expired", "key_missing"]);

async function* relayEvents(
  context: CompletionContext,
  events: AsyncIterable<ProviderEvent>,
): AsyncGenerator<CompletionEvent, CompletionDone> {
  const calls: ToolCall[] = [];
  let text = "";
  let firstToken: number | null = null;
  let end: Extract<ProviderEvent, { type: "end" }> | undefined;
  for await (const event of events) {
    if (event.type === "end") {
      end = event;
      continue;
    }
    firstToken ??= elapsed(context);
    if (event.type === "delta") {
      text += event.text;
      yield { event: "delta", data: { text: event.text } };
    } else {
      calls.push(event.call);
      yield { event: "tool_call", data: event.call };
    }
  }
  if (!end) throw new Error("An adapter ended without its end event");
  return {
    text,
    tool_calls: calls,
    usage: end.usage,
    ...(await callCost(context.model, end.usage)),
    first_token_ms: firstToken,
    latency_ms: elapsed(context),
    stop_reason: end.stop_reason,
    simulated: end.simulated,
    ...(end.raw && { raw: end.raw }),
  };
}

function elapsed(context: CompletionContext): number {
  return Math.round(performance.now() - context.startedAt);
}

function toCall(request: CompletionRequest): ProviderCall {
  const { model_id, prompt, messages, system, max_tokens, temperature } = request;
  const { tools, tool_choice, stream, raw } = request;
  return {
    model_id,
    messages: messages ?? [{ role: "user", content: prompt ?? "" }],
    stream,
    ...(system !== undefined && { system }),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(temperature !== undefined && { temperature }),
    ...(tools !== undefined && { tools }),
    ...(tool_choice !== undefined && { tool_choice }),
    ...(raw && { raw }),
  };
}

async function recordSuccess(context: CompletionContext, done: CompletionDone): Promise<void> {
  await ignoreFailure(async () => {
    await saveTestResult(context, reachedLimitBeforeAnswer(done) ? noAnswer : "ok", done);
    await recordKeyOutcome(context.id, context.key, "verified");
  });
}

async function recordFailure(context: CompletionContext, code: string): Promise<void> {
  await ignoreFailure(async () => {
    await saveTestResult(context, code, null);
    if (code === "bad_key") await recordKeyOutcome(context.id, context.key, "rejected");
    if (code === "key_expired") await recordKeyOutcome(context.id, context.key, "expired");
  });
}

async function saveTestResult(
  context: CompletionContext,
  outcome: string,
  done: CompletionDone | null,
): Promise<void> {
  await saveLastTest(context.pk, {
    at: new Date().toISOString(),
    outcome,
    latency_ms: done?.latency_ms ?? null,
    first_token_ms: done?.first_token_ms ?? null,
    by: context.actor.name,
    simulated: done?.simulated ?? false,
  });
}

/** The answer matters more than its record, which fails if ModelManagement doesn't exist. */
async function ignoreFailure(write: () => Promise<void>): Promise<void> {
  await write().catch(() => {});
}
