import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";
import type { UsageGrouping } from "@/lib/usage/rules/groupings";
import { type Range, spanBefore, spanOf } from "./range";

/** What the page shows: a range by group, or the agents behind one group. */
export type CostsWanted = {
  range: Range;
  group_by: UsageGrouping;
  /** The key of a group of that grouping. */
  within: string | null;
};

/** The figures of one group are those of its agents. */
function groupingOf({ group_by, within }: CostsWanted) {
  return within === null ? { group_by } : { group_by: "agent" as const, [group_by]: within };
}

function sameGroups(one: CostsWanted, other: CostsWanted): boolean {
  return one.group_by === other.group_by && one.within === other.within;
}

/** What the API is asked for, now (milliseconds since 1970). */
export function searchOf(wanted: CostsWanted, now: number) {
  return { ...spanOf(wanted.range, now), ...groupingOf(wanted) };
}

export const costQueries = {
  all: ["costs"] as const,
  usage: (wanted: CostsWanted) =>
    queryOptions({
      queryKey: [...costQueries.all, "usage", wanted] as const,
      queryFn: ({ signal }) =>
        apiFetch("getUsage", { query: searchOf(wanted, Date.now()), signal }),
      // Other groups are other rows; another range of the same ones stays in sight meanwhile.
      placeholderData: (former, query) =>
        query && sameGroups(query.queryKey[2], wanted) ? former : undefined,
    }),
  /** What every registered model costs now. */
  prices: () =>
    queryOptions({
      queryKey: [...costQueries.all, "prices"],
      queryFn: ({ signal }) => apiFetch("listPrices", { signal }),
    }),
  /** The usage of as long a time before. */
  before: (wanted: CostsWanted) =>
    queryOptions({
      queryKey: [...costQueries.all, "before", wanted],
      queryFn: ({ signal }) => {
        const query = { ...spanBefore(wanted.range, Date.now()), ...groupingOf(wanted) };
        return apiFetch("getUsage", { query, signal });
      },
    }),
};
