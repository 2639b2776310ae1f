import Link from "next/link";
import { columnsOf, type TableColumn } from "@/components/ui/table/table-columns";
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

/** An agent's usage; `other` is null while no other model is chosen. */
export type WhatIfRow = UsageGroup & { other: WhatIf | null };

const column = columnsOf<WhatIfRow>();

export const whatIfColumns: TableColumn<WhatIfRow>[] = [
  column.accessor("name", {
    id: "agent",
    header: "Agent",
    meta: { width: 150, grow: true },
    cell: ({ row: { original } }) => (
      <Link
        href={pages.agents({ q: original.key })}
        prefetch={false}
        className="block truncate font-medium hover:underline"
      >
        {original.name}
      </Link>
    ),
  }),
  column.accessor((row) => row.cost_usd ?? undefined, {
    id: "spent",
    header: "Spent",
    sortDescFirst: true,
    meta: { width: 130, align: "end" },
    cell: ({ row }) => formatSpend(row.original),
  }),
  column.accessor((row) => row.other?.then_usd ?? undefined, {
    id: "then",
    header: "On the other model",
    sortDescFirst: true,
    meta: { width: 160, align: "end" },
    cell: ({ row: { original } }) => <Then other={original.other} />,
  }),
  column.accessor((row) => row.other?.difference_usd ?? undefined, {
    id: "difference",
    header: "Difference",
    meta: { width: 176, align: "end" },
    cell: ({ row: { original } }) =>
      original.other && (
        <span className={original.other.difference_usd === null ? "text-ink-3" : undefined}>
          {formatDifference(original.other)}
        </span>
      ),
  }),
  tokens("input_tokens", "Input tokens"),
  tokens("output_tokens", "Output tokens"),
];

function tokens(name: "input_tokens" | "output_tokens", header: string) {
  return column.accessor(name, {
    id: name,
    header,
    sortDescFirst: true,
    meta: { width: 124, align: "end" },
    cell: ({ row }) => (
      <span title={formatCount(row.original[name])}>{formatTokensShort(row.original[name])}</span>
    ),
  });
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
