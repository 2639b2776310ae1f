import "server-only";
import Big from "big.js";
import type { Actor } from "@/lib/auth/actor";
import { collectCompletion, completion } from "@/lib/completions/service";
import { findPricedModel } from "@/lib/costs/call-cost-service";
import { AppError } from "@/lib/errors";
import { type CallCost, textCost } from "./call-cost-service";
import type { FoundCase } from "./cases-service";
import type { CaseTexts, CellTexts, TrialHead } from "./row";
import { defaultJudgePrompt, readChoice, verdictOf } from "./rules/judge";
import type { JudgeRequest, TrialCell } from "./schema";

/** Tokens of the judge's answer. */
const output = { expected: 80, max: 1_000 };
/** Bytes of two answers that aren't known yet. */
const answerBytes = 4_000;

type Judge = NonNullable<TrialHead["judge"]>;

/** What comparing two answers of a case costs, in both orders: the mean, and the dearest. */
export async function judgeCallCost(
  judge: JudgeRequest,
  cases: readonly FoundCase[],
): Promise<CallCost> {
  const model = await findPricedModel(judge.provider, judge.model_id);
  const lengths = cases.map(({ texts }) => JSON.stringify(texts.messages).length);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const prompt = (judge.prompt ?? defaultJudgePrompt).length + answerBytes;
  const usual = textCost(model, mean + prompt, output);
  const dearest = textCost(model, Math.max(0, ...lengths) + prompt, output);
  return { expected: twice(usual.expected), max: twice(dearest.max) };
}

const twice = (usd: number | null) => (usd === null ? null : new Big(usd).times(2).toNumber());

/** What comparing these two answers costs at most, in both orders. */
export async function pairCost(judge: Judge, pair: Pair): Promise<number | null> {
  const [first] = questionsOf(pair);
  const bytes = Buffer.byteLength(first) + (judge.prompt ?? defaultJudgePrompt).length;
  const model = await findPricedModel(judge.provider, judge.model_id);
  return twice(textCost(model, bytes, output).max);
}

export type Pair = { texts: CaseTexts; present: CellTexts; other: CellTexts };

/**
 * Compares the two answers without saying whose they are, in both orders.
 * @returns null for the cost if it isn't known
 */
export async function judgePair(
  actor: Actor,
  judge: Judge,
  pair: Pair,
): Promise<Pick<TrialCell, "verdict" | "judge_cost_usd">> {
  const choices: ReturnType<typeof readChoice>[] = [];
  let cost: Big | null = new Big(0);
  for (const prompt of questionsOf(pair)) {
    const answer = await answerOf(actor, judge, prompt);
    choices.push(answer && readChoice(answer.text));
    if (answer) cost = answer.cost_usd === null ? null : (cost?.plus(answer.cost_usd) ?? null);
  }
  const [presentFirst = null, otherFirst = null] = choices;
  return { verdict: verdictOf(presentFirst, otherFirst), judge_cost_usd: cost?.toNumber() ?? null };
}

/** Null if the judge fails: the pair is unclear then. */
async function answerOf(actor: Actor, { provider, model_id, prompt }: Judge, question: string) {
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
    return await collectCompletion(events);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
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
