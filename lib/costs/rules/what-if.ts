import Big from "big.js";
import type { PricedModel } from "@/lib/costs/schema";
import type { UsageFigures } from "@/lib/usage/schema";
import { costWithModel } from "./calculator";

export type WhatIf = {
  /** USD that were spent; the priced part. Null when nothing of it is priced. */
  spent_usd: number | null;
  /** Some of the tokens had no price then: what was spent is at least that. */
  spent_is_part: boolean;
  /** USD that the same tokens cost on the model now; null when a price that they need is missing. */
  then_usd: number | null;
  /** `then` less `spent`; null when either is not known in full. */
  difference_usd: number | null;
};

/** What these tokens did cost, and what they would on the model. */
export function whatIf(used: UsageFigures, model: PricedModel): WhatIf {
  const spent_usd = used.cost_usd;
  const spent_is_part = spent_usd !== null && used.unpriced_tokens > 0;
  const then_usd = costWithModel(model, used);
  const isWhole = spent_usd !== null && !spent_is_part && then_usd !== null;
  return {
    spent_usd,
    spent_is_part,
    then_usd,
    difference_usd: isWhole ? new Big(then_usd).minus(spent_usd).toNumber() : null,
  };
}

/** The figures of many as those of one, in decimal and without float drift. */
export function sumOf(all: readonly UsageFigures[]): UsageFigures {
  const priced = all.filter(({ cost_usd }) => cost_usd !== null);
  const cost = priced.reduce((sum, { cost_usd }) => sum.plus(cost_usd ?? 0), new Big(0));
  const add = (name: "input_tokens" | "output_tokens" | "unpriced_tokens" | "assumed_tokens") =>
    all.reduce((sum, figures) => sum + figures[name], 0);
  return {
    input_tokens: add("input_tokens"),
    output_tokens: add("output_tokens"),
    cost_usd: all.length > 0 && priced.length === 0 ? null : cost.toNumber(),
    unpriced_tokens: add("unpriced_tokens"),
    assumed_tokens: add("assumed_tokens"),
  };
}
