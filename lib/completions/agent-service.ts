import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { costOf } from "@/lib/costs/rules/cost";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { readKey, recordKeyOutcome } from "@/lib/keys/service";
import { findModel, saveLastTest, saveRuntimeTest } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { type CallerReply, reportedUsage, sendAsCaller } from "@/lib/providers/caller-exchange";
import { redirectEndpoint } from "@/lib/providers/endpoint";
import { ProviderFailure } from "@/lib/providers/errors";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";
import {
  type CallerAnswer,
  noAnswerMessage,
  readCallerAnswer,
} from "@/lib/runtime/rules/caller-answer";
import { callerFailure, callerMessageOf, callState } from "@/lib/runtime/rules/caller-failure";
import { callerRequest, transformerOf } from "@/lib/runtime/rules/caller-request";
import { runtimeOutcome } from "@/lib/runtime/rules/outcome";
import { asReturned, hasToolResult, turnAfterToolResult } from "@/lib/runtime/rules/turns";
import type { CallerPayload, CallerRequest, RunFailure, Transformer } from "@/lib/runtime/schema";
import { type AgentPayload, readAgentPayload } from "./agent-payload-service";
import type { AgentTest, Completion, CompletionFailure, RuntimeTurn } from "./schema";

/** Where the requests of one test go, and by which rules they are read. */
type Line = {
  provider: ProviderId;
  apiKey: string;
  request: Transformer;
  response: Transformer;
  state: string;
  withoutUsage: RunFailure;
  signal: AbortSignal;
};

type Turn = { seen: RuntimeTurn; reply: CallerReply; answer: CallerAnswer };

/**
 * Sends what the runtime's caller sends for an agent, and reads the answer as it does. With tools it
 * sends a second request, as after a tool's result. What comes out is kept as evidence of the model.
 * @throws AppError `not_found`, `run_would_fail`, `model_not_registered`, `provider_fixed`,
 *   `key_missing`, `bad_key`, before anything is sent
 */
export async function testAsAgent(
  actor: Actor,
  test: AgentTest,
  signal: AbortSignal,
): Promise<Completion> {
  const agent = await readAgentPayload(test);
  const line = await openLine(agent, signal);
  const payload = asReturned(agent.payload, line.request);
  const first = await sendTurn(payload, line);
  const later = await sendLaterTurn(payload, first, line);
  const decisive = later && !isFine(later) ? later : first;
  await saveEvidence(actor, agent, line, decisive, later !== null).catch(() => {});
  const failed = decisive.seen.would_fail_with;
  return {
    ...(await usualFields(actor, agent, line, first)),
    runtime: {
      source: agent.source,
      revision: agent.revision,
      assumed_because: agent.assumed_because,
      transformer: line.request,
      ...first.seen,
      would_fail_with: failed,
      after_tool_result: later?.seen ?? null,
    },
    failure: explain(decisive),
  };
}

/** The provider's refusal, or why the run can't use a valid answer. */
function explain({ seen, reply }: Turn): CompletionFailure | null {
  if (reply.failure) return reply.failure.toJSON();
  if (!seen.would_fail_with) return null;
  const words = callerMessageOf(seen.would_fail_with) ?? seen.would_fail_with.cause;
  return {
    code: "provider_error",
    cause: `The provider answered, but the run fails all the same: ${words}`,
    fix: "Choose another model for this agent.",
    provider_status: seen.status,
    provider_message: null,
    simulated: reply.simulated,
  };
}

const isFine = ({ seen }: Turn) => seen.would_fail_with === null;

async function openLine(agent: AgentPayload, signal: AbortSignal): Promise<Line> {
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
 * A definition says where a key goes, and anyone who may write state machines writes definitions. The
 * console sends a key to its own provider only.
 */
function requireOwnHost(endpoint: string, config: CallerPayload["provider_config"]): ProviderId {
  const refuse = (message: string) =>
    new AppError("run_would_fail", message, { extra: { would_fail_with: null } });
  const found = redirectEndpoint(endpoint);
  if (!found) {
    throw refuse(
      `The machine calls ${endpoint}, which is no provider that this console knows. It sends keys to nobody else, so run the agent to try it.`,
    );
  }
  const { secret_key_name: own, name } = providerInfo(found.provider);
  if (config.secret_key_name !== own || config.secret_path !== env().LLM_SECRET_ID) {
    throw refuse(
      `The machine takes ${config.secret_key_name} from ${config.secret_path} for ${name}; the console knows ${own} in ${env().LLM_SECRET_ID} only. Run the agent to try it.`,
    );
  }
  return found.provider;
}

async function sendTurn(payload: CallerPayload, line: Line): Promise<Turn> {
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
  const { endpoint, auth_header_name, auth_header_prefix, model_id, timeout } =
    payload.provider_config;
  const to = redirectEndpoint(endpoint);
  if (!to) throw new Error("The endpoint was checked when the line was opened");
  return sendAsCaller({
    provider,
    model_id,
    url: to.url,
    request,
    authHeader: { name: auth_header_name.toLowerCase(), prefix: auth_header_prefix ?? "" },
    apiKey,
    timeoutMs: (timeout ?? defaultTimeoutSeconds) * 1000,
    signal,
  }).catch((error: unknown) => {
    if (!(error instanceof ProviderFailure)) throw error;
    throw new AppError(error.code, `${error.cause} ${error.fix}`, { extra: { ...error.toJSON() } });
  });
}

/** The caller's own default. */
const defaultTimeoutSeconds = 30;

/** Only for an agent with tools whose first turn went well, unless that was such a turn already. */
async function sendLaterTurn(
  payload: CallerPayload,
  first: Turn,
  line: Line,
): Promise<Turn | null> {
  if (!payload.tools?.length || hasToolResult(payload)) return null;
  if (!first.answer.understood || !isFine(first)) return null;
  return sendTurn(turnAfterToolResult(payload, first.answer), line);
}

async function usualFields(
  actor: Actor,
  { target }: AgentPayload,
  { provider }: Line,
  { reply, answer }: Turn,
): Promise<Omit<Completion, "runtime" | "failure">> {
  const usage = await reportedUsage(provider, reply.body);
  const model = await findModel(target.provider, target.model_id);
  const calls = answer.understood ? answer.calls : [];
  return {
    ...target,
    request_id: actor.requestId,
    text: answer.understood ? answer.text : "",
    tool_calls: calls.map(({ id, name, input }) => ({ id, name, arguments: input })),
    usage,
    cost_usd: model && !isDefective(model) ? costOf(usage, model) : null,
    ...(model && !isDefective(model) && model.priced_by_family && { price_by_family: true }),
    first_token_ms: null,
    latency_ms: reply.latency_ms,
    stop_reason: answer.understood ? (answer.stop_reason ?? "end") : "error",
    simulated: reply.simulated,
  };
}

async function saveEvidence(
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
  if (model && outcome) {
    await saveRuntimeTest(model.pk, {
      transformer: line.request,
      with_tools: Boolean(payload.tools?.length),
      at,
      by: actor.name,
      outcome,
      status: seen.status,
      words: reply.failure?.provider_message ?? null,
      latency_ms: reply.latency_ms,
      timeout_ms: (payload.provider_config.timeout ?? defaultTimeoutSeconds) * 1000,
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

/** Characters of a cause that are kept; providers' bodies have no limit. */
const maxCause = 8000;

function shortened(failure: RunFailure | null): RunFailure | null {
  return failure && { ...failure, cause: failure.cause.slice(0, maxCause) };
}
