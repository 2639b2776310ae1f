import "server-only";
import { sendTurn, type Turn } from "@/lib/completions/agent-call-service";
import type { ToolCall } from "@/lib/completions/schema";
import { callCost } from "@/lib/costs/call-cost-service";
import { AppError } from "@/lib/errors";
import { readRedactor } from "@/lib/keys/redaction-service";
import { isFree, reportedUsage } from "@/lib/providers/caller-exchange";
import { completionCodes } from "@/lib/providers/rules/codes";
import { explainFailure } from "@/lib/runs/rules/summary";
import type { ExplainedFailure } from "@/lib/runs/schema";
import type { RunFailure } from "@/lib/runtime/schema";
import { checkArguments } from "./arguments-service";
import type { CaseTexts, CellTexts } from "./row";
import { meetsExpectations } from "./rules/expectations";
import type { StoredCell } from "./rules/stored-cell";
import { withTexts } from "./rules/texts";
import { payloadOf, type Template, toolsOf } from "./template-service";

export type CellResult = {
  cell: StoredCell;
  texts: CellTexts;
  /** The turn, as evidence about the model; null if nothing was sent. */
  turn: Turn | null;
};

/** The provider asks to wait, in seconds; null if it doesn't say how long. */
export type RateLimited = { retry_after: number | null };

/** The most characters that are stored of an answer, of its calls and of a cause. */
const maxText = 60_000;
const maxCalls = 100_000;
const maxCause = 8_000;

/**
 * Sends one case to one model as the runtime does. No tool is run.
 * @param maxWaitSeconds a rate limit with a longer wait counts as a failure of the case
 */
export async function callCase(
  template: Template,
  { messages, expect }: CaseTexts,
  cell: StoredCell,
  maxWaitSeconds: number,
): Promise<CellResult | RateLimited> {
  if (template.broken !== null) return failed(cell, template.broken, null, null);
  const payload = payloadOf(template, messages);
  const sent = await sendTurn(payload, template.line).catch((error: unknown) => {
    if (error instanceof AppError && isCompletionCode(error.code)) return error;
    throw error;
  });
  if (sent instanceof AppError) {
    const failure = { error: sent.code, cause: sent.message, state: template.line.state };
    const explained = { code: sent.code, title: sent.message, fix: "" };
    return failed(cell, failure, explained, null);
  }
  const { answer, reply, seen } = sent;
  if (reply.failure?.code === "rate_limited") {
    const retry_after = reply.failure.toJSON().retry_after ?? null;
    if ((retry_after ?? 1) <= maxWaitSeconds) return { retry_after };
  }
  const usage = await reportedUsage(template.line.provider, reply.body);
  const calls: ToolCall[] = answer.understood
    ? answer.calls.map(({ id, name, input }) => ({ id, name, arguments: input }))
    : [];
  const text = answer.understood ? answer.text : "";
  const check = checkArguments(calls, toolsOf(template));
  const { cost_usd, ...prices } = isFree(reply)
    ? { cost_usd: 0 }
    : await callCost(template.model, usage);
  const figures: StoredCell = {
    ...cell,
    latency_ms: reply.latency_ms,
    timed_out: reply.timedOut,
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cost_usd,
    prices,
    simulated: reply.simulated,
  };
  if (seen.would_fail_with) {
    const { failure } = reply;
    const fallback = failure && { code: failure.code, title: failure.cause, fix: failure.fix };
    return failed(figures, seen.would_fail_with, fallback, sent);
  }
  const redact = await readRedactor();
  const texts = {
    text: text.slice(0, maxText),
    tool_calls: JSON.stringify(calls).length > maxCalls ? [] : calls,
    arguments_errors: check.errors.map((error) => error.slice(0, 500)),
    cause: null,
  };
  return {
    cell: {
      ...figures,
      outcome: "answered",
      stop_reason: answer.understood ? answer.stop_reason : null,
      tools: calls.map(({ name }) => name),
      arguments_valid: check.valid,
      expectations_met: meetsExpectations({ text, tool_calls: calls }, expect),
    },
    texts: withTexts(texts, redact),
    turn: sent,
  };
}

const isCompletionCode = (code: string) =>
  completionCodes.some((completionCode) => completionCode === code);

async function failed(
  cell: StoredCell,
  failure: RunFailure,
  fallback: ExplainedFailure | null,
  turn: Turn | null,
): Promise<CellResult> {
  const redact = await readRedactor();
  const { error, cause, state } = failure;
  const explanation = explainFailure({ status: "failed", error, cause });
  const explained =
    explanation && explanation.code !== "unknown" ? explanation : (fallback ?? explanation);
  const cost_usd = turn ? cell.cost_usd : 0;
  return {
    cell: { ...cell, cost_usd, outcome: "failed", failed_with: { error, state }, explained },
    texts: {
      text: "",
      tool_calls: [],
      arguments_errors: [],
      cause: redact(cause.slice(0, maxCause)),
    },
    turn,
  };
}
