import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { readKey, recordKeyOutcome } from "@/lib/keys/service";
import { findModel, saveLastTest, saveRuntimeTest } from "@/lib/models/reference-service";
import { refusesToolNames } from "@/lib/models/rules/known-refusals";
import { type CallerReply, sendAsCaller } from "@/lib/providers/caller-exchange";
import { redirectEndpoint } from "@/lib/providers/endpoint";
import { ProviderFailure } from "@/lib/providers/errors";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";
import {
  type CallerAnswer,
  noAnswerMessage,
  readCallerAnswer,
} from "@/lib/runtime/rules/caller-answer";
import { callerFailure, callState } from "@/lib/runtime/rules/caller-failure";
import { callerRequest, callerTimeoutMs, transformerOf } from "@/lib/runtime/rules/caller-request";
import { runtimeOutcome } from "@/lib/runtime/rules/outcome";
import { unreadableAnswer } from "@/lib/runtime/rules/unreadable-answer";
import type { CallerPayload, CallerRequest, RunFailure, Transformer } from "@/lib/runtime/schema";
import type { AgentPayload } from "./agent-payload-service";
import type { RuntimeTurn } from "./schema";

/** Where an agent's requests go, and the format of requests and answers. */
export type Line = {
  provider: ProviderId;
  apiKey: string;
  request: Transformer;
  response: Transformer;
  state: string;
  withoutUsage: RunFailure;
  signal: AbortSignal;
};

export type Turn = { seen: RuntimeTurn; reply: CallerReply; answer: CallerAnswer };

/**
 * @throws AppError `run_would_fail` if the machine's definition leads to no provider that the console
 *   sends keys to
 */
export async function openLine(agent: AgentPayload, signal: AbortSignal): Promise<Line> {
  const { provider_config: config } = agent.payload;
  const state = agent.state ?? callState;
  const request = transformerOf(config.request_transformer);
  const response = transformerOf(config.response_transformer);
  if (!request || !response) {
    const name = request ? config.response_transformer : config.request_transformer;
    const failure = callerFailure(`Transformer not found: ${name}`, state);
    const message = `The caller has no transformer "${name}". Correct the machine's provider map.`;
    throw new AppError("run_would_fail", message, { extra: { would_fail_with: failure } });
  }
  const provider = requireOwnHost(config.endpoint, config);
  const apiKey = (await readKey(provider)) ?? "";
  const { withoutUsage } = agent;
  return { provider, apiKey, request, response, state, withoutUsage, signal };
}

/**
 * Whoever can write state machines can write a definition, and the definition says where a key
 * goes. The console therefore sends a key only to its own provider.
 */
function requireOwnHost(endpoint: string, config: CallerPayload["provider_config"]): ProviderId {
  const refusal = (message: string) =>
    new AppError("run_would_fail", message, { extra: { would_fail_with: null } });
  const redirect = redirectEndpoint(endpoint);
  if (!redirect) {
    throw refusal(
      `The machine calls ${endpoint}, which is no provider that this console knows. It sends keys to nobody else, so run the agent to try it.`,
    );
  }
  const { secret_key_name: own, name } = providerInfo(redirect.provider);
  if (config.secret_key_name !== own || config.secret_path !== env().LLM_SECRET_ID) {
    throw refusal(
      `The machine takes ${config.secret_key_name} from ${config.secret_path} for ${name}; the console knows ${own} in ${env().LLM_SECRET_ID} only. Run the agent to try it.`,
    );
  }
  return redirect.provider;
}
/**
 * Sends one request and reads the answer as the caller does.
 * @throws AppError `key_missing`, `bad_key`, before anything is sent
 */
export async function sendTurn(payload: CallerPayload, line: Line): Promise<Turn> {
  const request = callerRequest(payload, line.request);
  const reply = await send(payload, request, line);
  const { provider_id } = payload.provider_config;
  const answer: CallerAnswer =
    reply.status === null
      ? { understood: false, errorMessage: noAnswerMessage(request.url) }
      : readCallerAnswer(line.response, {
          provider_id,
          status: reply.status,
          body: reply.body,
        });
  const seen: RuntimeTurn = {
    request,
    status: reply.status,
    understood: answer.understood,
    would_fail_with: failureOf(answer, line),
    counted: answer.understood ? answer.counted : null,
    latency_ms: reply.latency_ms,
  };
  return { seen, reply, answer };
}

function failureOf(answer: CallerAnswer, line: Line): RunFailure | null {
  if (!answer.understood) return callerFailure(answer.errorMessage, line.state);
  return answer.counted ? null : line.withoutUsage;
}

function send(payload: CallerPayload, request: CallerRequest, line: Line): Promise<CallerReply> {
  const { provider, apiKey, signal } = line;
  const { endpoint, auth_header_name, auth_header_prefix, model_id } = payload.provider_config;
  const to = redirectEndpoint(endpoint);
  if (!to) throw new Error("The endpoint was checked when the line was opened");
  return sendAsCaller({
    provider,
    model_id,
    url: to.url,
    request,
    authHeader: { name: auth_header_name.toLowerCase(), prefix: auth_header_prefix ?? "" },
    apiKey,
    timeoutMs: callerTimeoutMs(payload),
    signal,
  }).catch((error: unknown) => {
    if (!(error instanceof ProviderFailure)) throw error;
    throw new AppError(error.code, `${error.cause} ${error.fix}`, { extra: { ...error.toJSON() } });
  });
}

/** Records what a turn shows about the model and the key. */
export async function saveEvidence(
  actor: Actor,
  { target, payload }: AgentPayload,
  line: Line,
  { seen, reply }: Turn,
  isLaterTurn: boolean,
): Promise<void> {
  const { provider, apiKey } = line;
  const code = reply.failure?.code ?? null;
  const model = await findModel(target.provider, target.model_id);
  const at = new Date().toISOString();
  const outcome = runtimeOutcome({ seen, code, timedOut: reply.timedOut });
  if (model && outcome && !isOwnFault(target, payload)) {
    await saveRuntimeTest(model.pk, {
      transformer: line.request,
      with_tools: Boolean(payload.tools?.length),
      at,
      by: actor.name,
      outcome,
      status: seen.status,
      words: reply.failure?.provider_message ?? null,
      latency_ms: reply.latency_ms,
      timeout_ms: callerTimeoutMs(payload),
      would_fail_with: shortened(seen.would_fail_with),
      after_tool_result: isLaterTurn,
      simulated: reply.simulated,
    });
  }
  if (model && (outcome === "answered" || (code && !outcome))) {
    await saveLastTest(model.pk, {
      at,
      outcome: outcome === "answered" ? "ok" : (code ?? "provider_error"),
      latency_ms: reply.status === null ? null : reply.latency_ms,
      first_token_ms: null,
      by: actor.name,
      simulated: reply.simulated,
    });
  }
  if (reply.failure === null) await recordKeyOutcome(provider, apiKey, "verified");
  if (code === "bad_key") await recordKeyOutcome(provider, apiKey, "rejected");
  if (code === "key_expired") await recordKeyOutcome(provider, apiKey, "expired");
}

/**
 * Whether the machine or the agent's tools make the run fail on every such model. Then the failure
 * is no evidence against the model.
 */
function isOwnFault(
  { provider, model_id }: AgentPayload["target"],
  payload: CallerPayload,
): boolean {
  const names = (payload.tools ?? []).map(({ name }) => name);
  return unreadableAnswer(payload) !== null || refusesToolNames(provider, model_id, names);
}

/** The most characters stored of a cause; providers' bodies have no limit. */
const maxCause = 8000;

function shortened(failure: RunFailure | null): RunFailure | null {
  return failure && { ...failure, cause: failure.cause.slice(0, maxCause) };
}
