import type { UsageDay } from "@/lib/budgets/schema";
import { type UsageGroup, unknownKey } from "@/lib/usage/schema";

const dayMs = 24 * 3_600_000;
const baselineDays = 14;
const medianFactor = 3;
/** Today and yesterday, so that a spike in the evening is still reported the next morning. */
const checkedDays = [0, 1];

/** The number of days before today that the check needs. */
export const lookbackDays = baselineDays + 1;

/**
 * Compares today and yesterday with the 14 days before each. Returns one day per group: the unusual
 * day, or today. Usage of unknown agents or providers is left out.
 * @param now milliseconds since 1970
 * @param floor days with fewer tokens are never unusual
 */
export function usageDays(
  scope: UsageDay["scope"],
  groups: readonly UsageGroup[],
  now: number,
  floor: number,
): UsageDay[] {
  const today = Math.floor(now / dayMs) * dayMs;
  return groups.flatMap((group): UsageDay[] => {
    if (group.key === unknownKey) return [];
    const tokens = tokensByDay(group);
    const checked = checkedDays.map((ago) => checkDay(tokens, today - ago * dayMs, floor));
    const day = checked.find(isUnusual) ?? checked[0];
    return day ? [{ scope, key: group.key, name: group.name, ...day }] : [];
  });
}

/** More than three times the median, and more than the floor. */
export function isUnusual({ tokens, limit_tokens }: Pick<UsageDay, "tokens" | "limit_tokens">) {
  return tokens > limit_tokens;
}

function checkDay(byDay: Map<number, number>, day: number, floor: number) {
  const before = Array.from(
    { length: baselineDays },
    (_, index) => byDay.get(day - (index + 1) * dayMs) ?? 0,
  );
  const median_tokens = medianOf(before);
  const limit_tokens = Math.max(medianFactor * median_tokens, floor);
  const tokens = byDay.get(day) ?? 0;
  return {
    day: new Date(day).toISOString().slice(0, 10),
    tokens,
    median_tokens,
    limit_tokens,
    percent: (tokens / limit_tokens) * 100,
  };
}

function tokensByDay({ series }: UsageGroup): Map<number, number> {
  return new Map(
    series.map(({ at, input_tokens, output_tokens }) => [
      Date.parse(at),
      input_tokens + output_tokens,
    ]),
  );
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? 0, sorted[Math.floor(middle)] ?? 0];
  return (low + high) / 2;
}
