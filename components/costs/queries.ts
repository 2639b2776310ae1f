import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";
import { type CostsParams, previousRangeDates, rangeDates } from "./params";

/** One group is broken down by its agents. */
function groupingOf({ group_by, within }: CostsParams) {
  return within === null ? { group_by } : { group_by: "agent" as const, [group_by]: within };
}

function hasSameGroups(a: CostsParams, b: CostsParams): boolean {
  return a.group_by === b.group_by && a.within === b.within;
}

/** Query parameters of the usage API; `now` in milliseconds since 1970. */
export function toSearchParams(params: CostsParams, now: number) {
  return { ...rangeDates(params.range, now), ...groupingOf(params) };
}

export const costQueries = {
  all: ["costs"] as const,
  usage: (params: CostsParams) =>
    queryOptions({
      queryKey: [...costQueries.all, "usage", params] as const,
      queryFn: ({ signal }) =>
        apiFetch("getUsage", { query: toSearchParams(params, Date.now()), signal }),
      // Keep the previous data only while the range changes.
      placeholderData: (former, query) =>
        query && hasSameGroups(query.queryKey[2], params) ? former : undefined,
    }),
  /** The cost per run in a range, by agent and by model. */
  perRun: (range: CostsParams["range"]) =>
    queryOptions({
      queryKey: [...costQueries.all, "per-run", range],
      queryFn: ({ signal }) =>
        apiFetch("getRunCosts", { query: rangeDates(range, Date.now()), signal }),
    }),
  /** Current prices of all registered models. */
  prices: () =>
    queryOptions({
      queryKey: [...costQueries.all, "prices"],
      queryFn: ({ signal }) => apiFetch("listPrices", { signal }),
    }),
  /** The usage of the preceding range of equal length. */
  before: (params: CostsParams) =>
    queryOptions({
      queryKey: [...costQueries.all, "before", params],
      queryFn: ({ signal }) => {
        const query = { ...previousRangeDates(params.range, Date.now()), ...groupingOf(params) };
        return apiFetch("getUsage", { query, signal });
      },
    }),
};
