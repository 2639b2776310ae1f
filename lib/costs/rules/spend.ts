import Big from "big.js";
import { type OtherPrice, otherPrices } from "@/lib/prices/rules/price-doubts";
import type { PricesAtTime } from "@/lib/prices/rules/price-history";
import type { UnconfirmedCost } from "@/lib/prices/schema";
import type { TooLow } from "@/lib/too-low";
import type { UsageFigures } from "@/lib/usage/schema";

export type TokenCounts = { input_tokens: number; output_tokens: number };

const perToken = new Big("0.000001");
const none = new Big(0);

/**
 * Adds up tokens and their cost in exact decimals. Input and output are priced separately. Tokens
 * without a price are counted and add nothing to the cost.
 */
export class CostAccumulator {
  #input = 0;
  #output = 0;
  #unpriced = 0;
  #assumed = 0;
  #derived = 0;
  #unregistered = 0;
  readonly #tooLow = new Set<TooLow>();
  /** Tokens times USD per 1M; and the part whose price may not be the model's own. */
  #cost = none;
  readonly #other: Record<OtherPrice, Big> = { by_family: none, base_price: none };

  /**
   * @param prices null for an unknown model
   * @param of `isDerived`: the provider or model is that of the agent's row, not of the metric;
   *   `isRegistered`: a row of AgentRegistry names the agent; `tooLow`: what the tokens leave out
   */
  add(
    { input_tokens, output_tokens }: TokenCounts,
    prices: PricesAtTime | null,
    of: { isDerived: boolean; isRegistered: boolean; tooLow?: readonly TooLow[] } = {
      isDerived: false,
      isRegistered: true,
    },
  ): void {
    for (const reason of of.tooLow ?? []) this.#tooLow.add(reason);
    if (of.isDerived) this.#derived += input_tokens + output_tokens;
    if (!of.isRegistered) this.#unregistered += input_tokens + output_tokens;
    this.#input += input_tokens;
    this.#output += output_tokens;
    this.#price(input_tokens, prices?.input_price);
    this.#price(output_tokens, prices?.output_price);
  }

  /** Adds the sums of another accumulator. */
  include(b: CostAccumulator): void {
    this.#input += b.#input;
    this.#output += b.#output;
    this.#unpriced += b.#unpriced;
    this.#assumed += b.#assumed;
    this.#derived += b.#derived;
    this.#unregistered += b.#unregistered;
    for (const reason of b.#tooLow) this.#tooLow.add(reason);
    this.#cost = this.#cost.plus(b.#cost);
    for (const other of otherPrices) this.#other[other] = this.#other[other].plus(b.#other[other]);
  }

  figures(): UsageFigures {
    const tokens = this.#input + this.#output;
    const isUnpriced = tokens > 0 && this.#unpriced === tokens;
    return {
      input_tokens: this.#input,
      output_tokens: this.#output,
      cost_usd: isUnpriced ? null : this.#cost.times(perToken).toNumber(),
      unpriced_tokens: this.#unpriced,
      assumed_tokens: this.#assumed,
      derived_tokens: this.#derived,
      unregistered_tokens: this.#unregistered,
      ...(this.#tooLow.size > 0 && { too_low: [...this.#tooLow].sort() }),
      ...this.#unconfirmed(),
    };
  }

  #unconfirmed(): UnconfirmedCost {
    const parts = otherPrices.filter((other) => this.#other[other].gt(none));
    return Object.fromEntries(
      parts.map((other) => [`${other}_usd`, this.#other[other].times(perToken).toNumber()]),
    );
  }

  #price(tokens: number, then: PricesAtTime["input_price"] | undefined): void {
    if (tokens === 0) return;
    if (!then || then.price === null) {
      this.#unpriced += tokens;
      return;
    }
    if (then.assumed) this.#assumed += tokens;
    const cost = new Big(tokens).times(then.price);
    this.#cost = this.#cost.plus(cost);
    if (then.other) this.#other[then.other] = this.#other[then.other].plus(cost);
  }
}
