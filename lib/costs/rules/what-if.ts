import Big from "big.js";
import type { PricedModel } from "@/lib/costs/schema";
import { sumUnconfirmed } from "@/lib/prices/rules/unconfirmed-cost";
import type { UsageFigures } from "@/lib/usage/schema";
import { costWithModel } from "./calculator";

export type WhatIf = {
  /** USD spent on priced tokens; null if nothing is priced. */
  spent_usd: number | null;
  /** Some tokens had no price, so `spent_usd` is a minimum. */
  spent_is_part: boolean;
  /** Cost of the same tokens on the model now, in USD; null if a required price is missing. */
  then_usd: number | null;
  /** `then_usd` minus `spent_usd`; null if either is incomplete. */
  difference_usd: number | null;
};

/** Compares the actual cost of these tokens with their cost on the model. */
export function whatIf(used: UsageFigures, model: PricedModel): WhatIf {
  const spent_usd = used.cost_usd;
  const spent_is_part = spent_usd !== null && used.unpriced_tokens > 0;
  const then_usd = costWithModel(model, used);
  const isComplete = spent_usd !== null && !spent_is_part && then_usd !== null;
  return {
    spent_usd,
    spent_is_part,
    then_usd,
    difference_usd: isComplete ? new Big(then_usd).minus(spent_usd).toNumber() : null,
  };
}

/** Sums figures in exact decimals. */
export function sumOf(all: readonly UsageFigures[]): UsageFigures {
  const priced = all.filter(({ cost_usd }) => cost_usd !== null);
  const cost = priced.reduce((sum, { cost_usd }) => sum.plus(cost_usd ?? 0), new Big(0));
  const add = (
    name:
      | "input_tokens"
      | "output_tokens"
      | "unpriced_tokens"
      | "assumed_tokens"
      | "derived_tokens"
      | "unregistered_tokens",
  ) => all.reduce((sum, figures) => sum + figures[name], 0);
  const too_low = [...new Set(all.flatMap((figures) => figures.too_low ?? []))].sort();
  return {
    input_tokens: add("input_tokens"),
    output_tokens: add("output_tokens"),
    cost_usd: all.length > 0 && priced.length === 0 ? null : cost.toNumber(),
    unpriced_tokens: add("unpriced_tokens"),
    assumed_tokens: add("assumed_tokens"),
    derived_tokens: add("derived_tokens"),
    unregistered_tokens: add("unregistered_tokens"),
    ...(too_low.length > 0 && { too_low }),
    ...sumUnconfirmed(all),
  };
}
