import Link from "next/link";
import type { TableColumn } from "@/components/ui/table/table-columns";
import { CostMark } from "@/components/usage/cost-mark";
import type { WhatIf } from "@/lib/costs/rules/what-if";
import {
  formatChange,
  formatCount,
  formatMoney,
  formatSpend,
  formatTokensShort,
} from "@/lib/format";
import { pages } from "@/lib/paths";
import type { UsageGroup } from "@/lib/usage/schema";

/** An agent's usage; `other` is null until another model is chosen. */
export type WhatIfRow = UsageGroup & { other: WhatIf | null };

export const whatIfColumns: TableColumn<WhatIfRow>[] = [
  {
    id: "agent",
    header: "Agent",
    value: (row) => row.name,
    width: 150,
    grow: true,
    card: "title",
    cell: (row) => (
      <Link
        href={pages.agents({ q: row.key })}
        prefetch={false}
        className="block truncate font-medium hover:underline"
      >
        {row.name}
      </Link>
    ),
  },
  {
    id: "spent",
    header: "Spent",
    value: (row) => row.cost_usd ?? undefined,
    largestFirst: true,
    width: 190,
    align: "end",
    card: "action",
    cell: (row) => (
      <>
        {formatSpend(row)}
        <CostMark of={row} />
      </>
    ),
  },
  {
    id: "then",
    header: "On the other model",
    value: (row) => row.other?.then_usd ?? undefined,
    largestFirst: true,
    width: 160,
    align: "end",
    cell: (row) => <Then other={row.other} />,
  },
  {
    id: "difference",
    header: "Difference",
    value: (row) => row.other?.difference_usd ?? undefined,
    width: 176,
    align: "end",
    cell: (row) =>
      row.other && (
        <span className={row.other.difference_usd === null ? "text-ink-3" : undefined}>
          {formatDifference(row.other)}
        </span>
      ),
  },
  tokens("input_tokens", "Input tokens"),
  tokens("output_tokens", "Output tokens"),
];

function tokens(name: "input_tokens" | "output_tokens", header: string): TableColumn<WhatIfRow> {
  return {
    id: name,
    header,
    value: (row) => row[name],
    largestFirst: true,
    width: 124,
    align: "end",
    cell: (row) => <span title={formatCount(row[name])}>{formatTokensShort(row[name])}</span>,
  };
}

function Then({ other }: { other: WhatIf | null }) {
  if (!other) return <span className="text-ink-3">–</span>;
  if (other.then_usd === null) return <span className="text-ink-3">not priced</span>;
  return formatMoney(other.then_usd);
}

/** "−$4.10 (−62%)", "+$0.20"; "not known" without both costs. */
export function formatDifference({ difference_usd, spent_usd }: WhatIf): string {
  if (difference_usd === null) return "not known";
  if (difference_usd === 0) return "the same";
  const sign = difference_usd < 0 ? "−" : "+";
  const change = spent_usd ? formatChange(spent_usd + difference_usd, spent_usd) : null;
  const share = change ? ` (${change.replace("-", "−")})` : "";
  return `${sign}${formatMoney(Math.abs(difference_usd))}${share}`;
}
