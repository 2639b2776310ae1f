import { formatMonthlyCost, formatPresentCost } from "@/lib/agents/rules/monthly-cost";
import { describeCallPrices } from "@/lib/costs/rules/call-price-labels";
import { formatDuration, formatMoney, formatShare } from "@/lib/format";
import { otherPriceIn } from "@/lib/prices/rules/price-doubts";
import { minCasesForShares } from "@/lib/trials/rules/limits";
import type { TargetSummary, TrialSummary } from "@/lib/trials/schema";

export type FigureRow = {
  label: string;
  /** One cell for each model; `isBad` if it argues against a switch to that model. */
  cells: { text: string; isBad: boolean }[];
};

const nothing = "–";

/** "11 of 12 (92%)"; no percentage if there are only a few. */
export function formatPart(count: number, of: number): string {
  if (of === 0) return nothing;
  const part = `${count} of ${of}`;
  return of < minCasesForShares ? part : `${part} (${formatShare(count / of)})`;
}

type Row = {
  label: string;
  text: (target: TargetSummary) => string;
  isBad?: (target: TargetSummary) => boolean;
};

const isBelow = (count: number, of: number) => count < of;

/** The measurements of each model, as the rows above the cases. */
export function figureRows({ targets }: Pick<TrialSummary, "targets">): FigureRow[] {
  const timeout = targets.find(({ timeout_ms }) => timeout_ms !== null)?.timeout_ms;
  const has = (countOf: (target: TargetSummary) => number) =>
    targets.some((target) => countOf(target) > 0);
  const rows: (Row | false)[] = [
    {
      label: "Answered",
      text: ({ ok, of }) => formatPart(ok, of),
      isBad: ({ ok, of }) => isBelow(ok, of),
    },
    has(({ same_tool_of }) => same_tool_of) && {
      label: "Same tool as now",
      text: ({ is_present, same_tool, same_tool_of }) =>
        is_present ? nothing : formatPart(same_tool, same_tool_of),
      isBad: ({ same_tool, same_tool_of }) => isBelow(same_tool, same_tool_of),
    },
    has(({ same_as_run_of }) => same_as_run_of) && {
      label: "Same tool as the run",
      text: ({ same_as_run, same_as_run_of }) => formatPart(same_as_run, same_as_run_of),
    },
    has(({ arguments_valid_of }) => arguments_valid_of) && {
      label: "Valid arguments",
      text: ({ arguments_valid, arguments_valid_of }) =>
        formatPart(arguments_valid, arguments_valid_of),
      isBad: ({ arguments_valid, arguments_valid_of }) =>
        isBelow(arguments_valid, arguments_valid_of),
    },
    has(({ expectations_met_of }) => expectations_met_of) && {
      label: "Expectations met",
      text: ({ expectations_met, expectations_met_of }) =>
        formatPart(expectations_met, expectations_met_of),
      isBad: ({ expectations_met, expectations_met_of }) =>
        isBelow(expectations_met, expectations_met_of),
    },
    targets.some(({ judged }) => judged !== null) && {
      label: "Judged against now",
      text: ({ judged }) => (judged ? describeVerdicts(judged) : nothing),
      isBad: ({ judged }) => judged !== null && judged.worse > judged.better,
    },
    {
      label: timeout
        ? `Median time (limit ${formatDuration(timeout, { decimals: 1 })})`
        : "Median time",
      text: ({ median_ms }) => duration(median_ms),
    },
    { label: "95% within", text: ({ p95_ms }) => duration(p95_ms) },
    {
      label: "Cost per call",
      text: ({ cost_per_call_usd, ok, ...prices }) =>
        ok === 0
          ? nothing
          : [
              formatMoney(cost_per_call_usd, { significantDigits: 3 }),
              ...describeCallPrices(prices),
            ].join(", "),
    },
    {
      label: "A month, now → then",
      text: (target) => formatMonth(target, targets),
    },
  ];
  return rows
    .filter((row) => row !== false)
    .map(({ label, text, isBad }) => ({
      label,
      cells: targets.map((target) => ({
        text: text(target),
        isBad: isBad?.(target) ?? false,
      })),
    }));
}

function duration(ms: number | null): string {
  return ms === null ? nothing : formatDuration(ms, { decimals: 1 });
}

/** The monthly cost for the agent's usage: "$31.02 → $11.28"; one amount for the present model. */
export function formatMonth(target: TargetSummary, targets: readonly TargetSummary[]): string {
  const present = targets.find(({ is_present }) => is_present);
  const now = present?.monthly_cost_usd ?? null;
  if (now === null && target.monthly_cost_usd === null) return nothing;
  const { too_low } = target;
  const now_at = present && otherPriceIn(present);
  if (target.is_present) return formatPresentCost({ now, too_low, now_at });
  return formatMonthlyCost({
    now,
    // biome-ignore lint/suspicious/noThenProperty: a name of the API; the object is never awaited
    then: target.monthly_cost_usd,
    too_low,
    now_at,
    then_at: otherPriceIn(target),
  });
}

function describeVerdicts({
  better,
  same,
  worse,
  unclear,
}: NonNullable<TargetSummary["judged"]>): string {
  const parts = [
    better > 0 && `${better} better`,
    same > 0 && `${same} the same`,
    worse > 0 && `${worse} worse`,
    unclear > 0 && `${unclear} unclear`,
  ];
  return parts.filter(Boolean).join(", ") || nothing;
}
