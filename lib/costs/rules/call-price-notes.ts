import type { CallPriceNotes } from "@/lib/costs/schema";

/** Picks the price notes from a call. */
export function callPriceNotesOf(call: CallPriceNotes): CallPriceNotes {
  const { price_by_family, price_region_may_differ, price_above_input_tokens, price_hours } = call;
  return {
    ...(price_by_family && { price_by_family }),
    ...(price_region_may_differ && { price_region_may_differ }),
    ...(price_above_input_tokens !== undefined && { price_above_input_tokens }),
    ...(price_hours && { price_hours }),
  };
}

/** The notes that apply to any of several calls, with the longest one of each kind. */
export function joinCallPriceNotes(calls: readonly CallPriceNotes[]): CallPriceNotes {
  const thresholds = calls.flatMap(({ price_above_input_tokens: above }) => above ?? []);
  const hours = calls.flatMap(({ price_hours }) => price_hours ?? []);
  const [first] = hours;
  return callPriceNotesOf({
    price_by_family: calls.find(({ price_by_family }) => price_by_family)?.price_by_family,
    price_region_may_differ: calls.find(({ price_region_may_differ }) => price_region_may_differ)
      ?.price_region_may_differ,
    ...(thresholds.length > 0 && { price_above_input_tokens: Math.min(...thresholds) }),
    ...(first && { price_hours: first }),
  });
}
