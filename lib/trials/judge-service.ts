import "server-only";
import Big from "big.js";
import type { Actor } from "@/lib/auth/actor";
import { collectCompletion, completion } from "@/lib/completions/service";
import { findPricedModel } from "@/lib/costs/call-cost-service";
import { type EstimatedCost, textCost } from "@/lib/costs/rules/call-estimate";
import { AppError, type ErrorCode } from "@/lib/errors";
import type { RateLimited } from "./call-service";
import type { FoundCase } from "./cases-service";
import type { CaseTexts, CellTexts, TrialHead } from "./row";
import { defaultJudgePrompt, readChoice, verdictOf } from "./rules/judge";
import { maxWaitSeconds } from "./rules/limits";
import type { JudgeRequest, TrialCell } from "./schema";

/** Tokens of the judge's answer. */
const output = { expected: 80, max: 1_000 };
/** Assumed bytes of two answers that don't exist yet. */
const answerBytes = 4_000;

type Judge = NonNullable<TrialHead["judge"]>;

/** The mean and the maximum cost of comparing two answers of a case, in both orders. */
export async function judgeCallCost(
  judge: JudgeRequest,
  cases: readonly FoundCase[],
): Promise<EstimatedCost> {
  const model = await findPricedModel(judge.provider, judge.model_id);
  const lengths = cases.map(({ texts }) => JSON.stringify(texts.messages).length);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const prompt = (judge.prompt ?? defaultJudgePrompt).length + answerBytes;
  const usual = textCost(model, mean + prompt, output);
  const dearest = textCost(model, Math.max(0, ...lengths) + prompt, output);
  return { expected: twice(usual.expected), max: twice(dearest.max) };
}

const twice = (usd: number | null) => (usd === null ? null : new Big(usd).times(2).toNumber());

/** The maximum cost of comparing these two answers, in both orders; null without a price. */
export async function pairCost(judge: Judge, pair: Pair): Promise<number | null> {
  const [first] = questionsOf(pair);
  const bytes = Buffer.byteLength(first) + (judge.prompt ?? defaultJudgePrompt).length;
  const model = await findPricedModel(judge.provider, judge.model_id);
  return twice(textCost(model, bytes, output).max);
}

export type Pair = { texts: CaseTexts; present: CellTexts; other: CellTexts };

/**
 * Sends a call when its provider has a free lane, and again after a wait that the provider asked
 * for.
 */
export type InTurn = <T>(call: (isLast: boolean) => Promise<T | RateLimited>) => Promise<T>;

/** The judge can't be called, whatever the question. */
export class JudgeFailed extends Error {
  /** USD of the pair's other order, which will be asked again later; null if unknown. */
  readonly lost_usd: number | null;

  constructor(message: string, lost_usd: number | null) {
    super(message);
    this.lost_usd = lost_usd;
  }
}

/**
 * Compares the two answers in both orders, without naming their models.
 * @returns null for the cost if it is unknown
 * @throws JudgeFailed
 */
export async function judgePair(
  actor: Actor,
  judge: Judge,
  pair: Pair,
  inTurn: InTurn,
): Promise<Pick<TrialCell, "verdict" | "judge_cost_usd">> {
  const choices: ReturnType<typeof readChoice>[] = [];
  let cost: Big | null = new Big(0);
  for (const prompt of questionsOf(pair)) {
    const answer = await inTurn((isLast) => answerOf(actor, judge, prompt, isLast)).catch(
      (error: unknown) => {
        if (!(error instanceof JudgeFailed)) throw error;
        const lost_usd = error.lost_usd === null ? null : (cost?.toNumber() ?? null);
        throw new JudgeFailed(error.message, lost_usd);
      },
    );
    choices.push(answer.text === null ? null : readChoice(answer.text));
    cost = answer.cost_usd === null ? null : (cost?.plus(answer.cost_usd) ?? null);
  }
  const [presentFirst = null, otherFirst = null] = choices;
  return { verdict: verdictOf(presentFirst, otherFirst), judge_cost_usd: cost?.toNumber() ?? null };
}

/** Refusals that concern one question; the judge may answer the next one. */
const ofQuestion: readonly ErrorCode[] = [
  "context_too_long",
  "content_filtered",
  "bad_request",
  "timeout",
  "overloaded",
  "provider_error",
];

/** The text is null if the judge refuses this question; the pair is then unclear. */
async function answerOf(
  actor: Actor,
  { provider, model_id, prompt }: Judge,
  question: string,
  isLast: boolean,
): Promise<{ text: string | null; cost_usd: number | null } | RateLimited> {
  const request = {
    provider,
    model_id,
    prompt: question,
    system: prompt ?? defaultJudgePrompt,
    max_tokens: output.max,
    stream: false,
  };
  try {
    const events = await completion(actor, request, new AbortController().signal);
    const { text, cost_usd } = await collectCompletion(events);
    return { text, cost_usd };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const cost_usd = isAnswerLost(error) ? null : 0;
    if (ofQuestion.includes(error.code)) return { text: null, cost_usd };
    // The type with which collectCompletion throws it.
    const retry_after = (error.extra?.retry_after as number | undefined) ?? null;
    const canWait = error.code === "rate_limited" && (retry_after ?? 0) <= maxWaitSeconds;
    if (canWait && !isLast) return { retry_after };
    throw new JudgeFailed(error.message, cost_usd);
  }
}

/** The provider may have answered, and bill it. A refusal isn't billed. */
function isAnswerLost({ code, extra }: AppError): boolean {
  // The type with which collectCompletion throws it.
  const status = (extra?.provider_status as number | null | undefined) ?? null;
  const isLost = code === "timeout" || code === "unreachable" || code === "provider_error";
  return isLost && (status === null || status < 300);
}

function questionsOf({ texts, present, other }: Pair): [string, string] {
  const conversation = JSON.stringify(texts.messages);
  const answerJson = ({ text, tool_calls }: CellTexts) =>
    JSON.stringify({
      text,
      tool_calls: tool_calls.map(({ name, arguments: input }) => ({ name, arguments: input })),
    });
  const question = (a: string, b: string) =>
    `The conversation:\n${conversation}\n\nAnswer A:\n${a}\n\nAnswer B:\n${b}`;
  const [first, second] = [answerJson(present), answerJson(other)];
  return [question(first, second), question(second, first)];
}
