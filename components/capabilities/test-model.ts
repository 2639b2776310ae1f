import { describeError } from "@/components/ui/text/describe-error";
import { ApiError, apiFetch } from "@/lib/api/client";
import { callPriceNotesOf, joinCallPriceNotes } from "@/lib/costs/rules/call-price-notes";
import { reachedLimitBeforeAnswer } from "@/lib/models/rules/answered";
import type { ModelRecord } from "@/lib/models/schema";
import { completionCodes } from "@/lib/providers/rules/codes";
import type { BulkItem } from "./bulk-store";
import type { Spending } from "./spending";

export const bulkProbePrompt = "Reply with the one word: ready";
/** The limit of the agents' caller; reasoning models need most of it. */
const outputLimit = 4096;
const outputExhausted = "It used up its output tokens before it answered, probably by thinking.";
export const bulkSpending: Spending = { input: 15, output: outputLimit };

export type Outcome = Omit<BulkItem, "model">;

/** A test without results. */
export const noResults = {
  latency_ms: null,
  cost_usd: null,
  prices: {},
  simulated: false,
  failure: null,
  refusal: null,
  results: null,
};

/** Tests the model without streaming, as agents call it, then probes it. Never rejects. */
export async function testModel(
  model: ModelRecord,
  probes: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const { provider, model_id } = model;
  try {
    const body = {
      provider,
      model_id,
      prompt: bulkProbePrompt,
      max_tokens: outputLimit,
      stream: false,
    };
    const done = await apiFetch("createCompletion", { body, signal });
    const { latency_ms, cost_usd, simulated } = done;
    const prices = callPriceNotesOf(done);
    const answered = {
      ...noResults,
      outcome: "ok" as const,
      latency_ms,
      cost_usd,
      prices,
      simulated,
    };
    if (reachedLimitBeforeAnswer(done))
      return { ...answered, outcome: "unproved", refusal: outputExhausted };
    return probes ? await withProbes(model, answered, signal) : answered;
  } catch (error) {
    return signal.aborted ? { ...noResults, outcome: "stopped" } : failed(error);
  }
}

/** A model that answers works, even if its probes fail. */
async function withProbes(
  { provider, model_id }: ModelRecord,
  answered: Outcome,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const params = { provider, modelId: model_id };
    const probed = await apiFetch("probeModel", { params, body: {}, signal });
    const isPriced = answered.cost_usd !== null && probed.cost_usd !== null;
    const cost_usd = isPriced ? (answered.cost_usd ?? 0) + (probed.cost_usd ?? 0) : null;
    const prices = joinCallPriceNotes([answered.prices, probed]);
    return { ...answered, results: probed.results, cost_usd, prices };
  } catch (error) {
    const refusal = signal.aborted ? "Stopped before its probes." : describeError(error).detail;
    return { ...answered, refusal };
  }
}

function failed(error: unknown): Outcome {
  const { refusal, failure } = reasonOf(error);
  return { ...noResults, outcome: "failed", refusal, failure };
}

function reasonOf(error: unknown): Pick<Outcome, "refusal" | "failure"> {
  if (error instanceof ApiError) {
    const { code, cause, fix, help } = error.problem;
    const completionCode = completionCodes.find((name) => name === code);
    if (completionCode && typeof cause === "string" && typeof fix === "string") {
      // Our API sends these members with a failed completion.
      const page = help as NonNullable<Outcome["failure"]>["help"];
      return { refusal: null, failure: { code: completionCode, cause, fix, help: page } };
    }
  }
  return { refusal: describeError(error).detail, failure: null };
}
