import type { Runs } from "@/components/completions/use-runs";

export type Rank = "Fastest" | "Cheapest" | "Cheapest of the priced";

/**
 * The best models, once all of these have ended and at least two have answered. Ties are all
 * marked.
 */
export function rankRuns(pks: readonly string[], runs: Runs): ReadonlyMap<string, Rank[]> {
  const ranks = new Map<string, Rank[]>();
  const all = pks.map((pk) => ({ pk, run: runs.get(pk) }));
  if (all.some(({ run }) => !run || run.state === "running")) return ranks;
  const answers = all.flatMap(({ pk, run }) => (run?.done ? [{ pk, ...run.done }] : []));
  if (answers.length < 2) return ranks;

  const mark = (isBest: (answer: (typeof answers)[number]) => boolean, rank: Rank) => {
    for (const answer of answers) {
      if (isBest(answer)) ranks.set(answer.pk, [...(ranks.get(answer.pk) ?? []), rank]);
    }
  };
  const fastest = Math.min(...answers.map(({ latency_ms }) => latency_ms));
  mark(({ latency_ms }) => latency_ms === fastest, "Fastest");
  const costs = answers.flatMap(({ cost_usd }) => (cost_usd === null ? [] : [cost_usd]));
  if (costs.length < 2) return ranks;
  const cheapest = Math.min(...costs);
  const standing = costs.length === answers.length ? "Cheapest" : "Cheapest of the priced";
  mark(({ cost_usd }) => cost_usd === cheapest, standing);
  return ranks;
}
