import Link from "next/link";
import { classNames } from "@/components/ui/class-names";
import { Tag } from "@/components/ui/text/tag";
import { CostMark } from "@/components/usage/cost-mark";
import { formatCount, formatMoney, formatShare, formatSpend, pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import type { RunCost } from "@/lib/run-health/schema";
import type { UsageGrouping } from "@/lib/usage/rules/groupings";
import type { UsageFigures, UsageGroup } from "@/lib/usage/schema";
import { colorsOf } from "./chart-data";

export const groupingLabels: Record<UsageGrouping, { singular: string; plural: string }> = {
  provider: { singular: "Provider", plural: "providers" },
  model: { singular: "Model", plural: "models" },
  agent: { singular: "Agent", plural: "agents" },
};

type Props = {
  label: string;
  groups: readonly UsageGroup[];
  total: UsageFigures;
  grouping: UsageGrouping;
  /** By group key; undefined to hide the column. */
  perRun?: ReadonlyMap<string, RunCost>;
  onOpen: (key: string) => void;
};

const cell = "px-3 py-2 text-right whitespace-nowrap";
const head = "px-3 py-2 text-right text-sm font-medium whitespace-nowrap text-ink-3";

/** Usage and cost by group, and the share of the priced total. */
export function GroupTable({ label, groups, total, grouping, perRun, onOpen }: Props) {
  const colors = colorsOf(groups);
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-panel">
      <table aria-label={label} className="w-full">
        <thead>
          <tr>
            <th scope="col" className={classNames(head, "text-left!")}>
              {groupingLabels[grouping].singular}
            </th>
            <th scope="col" className={head}>
              Cost
            </th>
            {perRun && (
              <th scope="col" className={head}>
                Cost per run
              </th>
            )}
            <th scope="col" className={classNames(head, "w-48 text-left!")}>
              Share
            </th>
            <th scope="col" className={head}>
              Input tokens
            </th>
            <th scope="col" className={head}>
              Output tokens
            </th>
            <th scope="col" className={head}>
              Without a price
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.key} className="border-t border-line hover:bg-sunken">
              <th scope="row" className="px-3 py-2 text-left font-normal">
                <span className="flex min-w-40 items-center gap-2">
                  <span
                    aria-hidden="true"
                    className="size-2 shrink-0 rounded-full"
                    style={{ background: colors.get(group.key) }}
                  />
                  <Name group={group} grouping={grouping} onOpen={onOpen} />
                </span>
              </th>
              <td className={cell}>
                {formatSpend(group)}
                <CostMark of={group} />
              </td>
              {perRun && (
                <td className={cell}>
                  <PerRun of={perRun.get(group.key)} />
                </td>
              )}
              <td className={cell}>
                <Share part={group.cost_usd} total={total.cost_usd} />
              </td>
              <td className={cell}>{formatCount(group.input_tokens)}</td>
              <td className={cell}>{formatCount(group.output_tokens)}</td>
              <td className={cell}>
                {group.unpriced_tokens > 0 ? formatCount(group.unpriced_tokens) : "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type NameProps = { group: UsageGroup; grouping: UsageGrouping; onOpen: (key: string) => void };

function Name({ group, grouping, onOpen }: NameProps) {
  const { key, name } = group;
  if (key === "unknown")
    return <span className="text-ink-2">Unknown: the metric does not say</span>;
  const classes = "min-w-0 rounded-sm text-left font-medium hover:underline";
  if (grouping === "agent") {
    return (
      <span className="flex min-w-0 flex-wrap items-center gap-x-2">
        <Link href={pages.agents({ q: key })} className={classes}>
          {name}
        </Link>
        {isUnregistered(group) && <Tag>Not registered</Tag>}
      </span>
    );
  }
  return (
    <button type="button" title={key} onClick={() => onOpen(key)} className={classes}>
      {name} <span className="sr-only">: agents behind it</span>
    </button>
  );
}

function isUnregistered({ input_tokens, output_tokens, unregistered_tokens }: UsageGroup): boolean {
  return unregistered_tokens > 0 && unregistered_tokens === input_tokens + output_tokens;
}

/** The average cost of a run, and the number of runs. */
function PerRun({ of }: { of: RunCost | undefined }) {
  if (!of || of.cost_per_run_usd === null) return <span className="text-ink-3">not known</span>;
  return (
    <>
      {formatMoney(of.cost_per_run_usd)}
      <CostMark of={of} />
      <span className="block text-xs text-ink-3">{pluralize(of.runs, "run")}</span>
    </>
  );
}

/** Share of the priced total. */
function Share({ part, total }: { part: number | null; total: number | null }) {
  if (part === null || !total) return <span className="block text-left text-ink-3">not known</span>;
  const share = part / total;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="h-1.5 w-24 overflow-hidden rounded-full bg-sunken">
        <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      {formatShare(share)}
    </span>
  );
}
