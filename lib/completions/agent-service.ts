import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { callCost } from "@/lib/costs/call-cost-service";
import { findModel } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { reportedUsage } from "@/lib/providers/caller-exchange";
import { callerMessageOf } from "@/lib/runtime/rules/caller-failure";
import { asReturned, hasToolResult, turnAfterToolResult } from "@/lib/runtime/rules/turns";
import type { CallerPayload } from "@/lib/runtime/schema";
import { type Line, openLine, saveEvidence, sendTurn, type Turn } from "./agent-call-service";
import { type AgentPayload, readAgentPayload } from "./agent-payload-service";
import type { AgentTest, Completion, CompletionFailure } from "./schema";

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
    ...(await callCost(model && !isDefective(model) ? model : null, usage)),
    first_token_ms: null,
    latency_ms: reply.latency_ms,
    stop_reason: answer.understood ? (answer.stop_reason ?? "end") : "error",
    simulated: reply.simulated,
  };
}
