import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { callCost } from "@/lib/costs/call-cost-service";
import { joinCallPriceNotes } from "@/lib/costs/rules/call-price-notes";
import type { CallCost } from "@/lib/costs/schema";
import { findModel } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { isFree, reportedUsage } from "@/lib/providers/caller-exchange";
import { callerMessageOf } from "@/lib/runtime/rules/caller-failure";
import { asReturned, hasToolResult, turnAfterToolResult } from "@/lib/runtime/rules/turns";
import type { CallerPayload } from "@/lib/runtime/schema";
import { type Line, openLine, saveEvidence, sendTurn, type Turn } from "./agent-call-service";
import { type AgentPayload, readAgentPayload } from "./agent-payload-service";
import type { AgentTest, Completion, CompletionFailure, Usage } from "./schema";

/**
 * Sends what the runtime's caller sends for an agent, and reads the answer as the caller does. An
 * agent with tools gets a second request, as after a tool's result. The outcome is stored as
 * evidence about the model.
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
  const decisive = later && !isSuccess(later) ? later : first;
  await saveEvidence(actor, agent, line, decisive, later !== null).catch(() => {});
  const failed = decisive.seen.would_fail_with;
  return {
    ...usualFields(actor, agent, first),
    ...(await costOfTurns(agent, line, later ? [first, later] : [first])),
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

const isSuccess = ({ seen }: Turn) => seen.would_fail_with === null;

/** Sent for an agent with tools if the first turn succeeded and contained no tool result. */
async function sendLaterTurn(
  payload: CallerPayload,
  first: Turn,
  line: Line,
): Promise<Turn | null> {
  if (!payload.tools?.length || hasToolResult(payload)) return null;
  if (!first.answer.understood || !isSuccess(first)) return null;
  return sendTurn(turnAfterToolResult(payload, first.answer), line);
}

function usualFields(
  actor: Actor,
  { target }: AgentPayload,
  { reply, answer }: Turn,
): Omit<Completion, "runtime" | "failure" | "usage" | keyof CallCost> {
  const calls = answer.understood ? answer.calls : [];
  return {
    ...target,
    request_id: actor.requestId,
    text: answer.understood ? answer.text : "",
    tool_calls: calls.map(({ id, name, input }) => ({ id, name, arguments: input })),
    first_token_ms: null,
    latency_ms: reply.latency_ms,
    stop_reason: answer.understood ? (answer.stop_reason ?? "end") : "error",
    simulated: reply.simulated,
  };
}

/** The tokens and the cost of all turns but a later one that costs nothing. */
async function costOfTurns(
  { target }: AgentPayload,
  { provider }: Line,
  turns: readonly Turn[],
): Promise<Pick<Completion, "usage"> & CallCost> {
  const row = await findModel(target.provider, target.model_id);
  const model = row && !isDefective(row) ? row : null;
  const billed = turns.filter(({ reply }, index) => index === 0 || !isFree(reply));
  const usages = await Promise.all(billed.map(({ reply }) => reportedUsage(provider, reply.body)));
  const costs = await Promise.all(usages.map((usage) => callCost(model, usage)));
  return {
    usage: usages.reduce(addUsage),
    cost_usd: costs.map(({ cost_usd }) => cost_usd).reduce(addReported),
    ...joinCallPriceNotes(costs),
  };
}

const addReported = (a: number | null, b: number | null) =>
  a === null || b === null ? null : a + b;

function addUsage(a: Usage, b: Usage): Usage {
  const parts = [
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "reasoning_tokens",
  ] as const;
  const sums = parts
    .filter((part) => a[part] !== undefined || b[part] !== undefined)
    .map((part) => [part, (a[part] ?? 0) + (b[part] ?? 0)]);
  return {
    input_tokens: addReported(a.input_tokens, b.input_tokens),
    output_tokens: addReported(a.output_tokens, b.output_tokens),
    ...Object.fromEntries(sums),
  };
}
