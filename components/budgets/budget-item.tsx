import { classNames } from "@/components/ui/class-names";
import { Button } from "@/components/ui/form/button";
import { Status } from "@/components/ui/text/status";
import { CostMark } from "@/components/usage/cost-mark";
import type { BudgetProgress, MeasuredBudget } from "@/lib/budgets/schema";
import { formatShare } from "@/lib/format";
import { formatAmount, formatSpent, nameOf, scopeLabels, stateLabels } from "./budget-labels";

export type BudgetItemProps = {
  budget: MeasuredBudget;
  canWrite: boolean;
  onOpen: (id: string) => void;
};

/** One budget with spend, forecast and state. */
export function BudgetItem({ budget, canWrite, onOpen }: BudgetItemProps) {
  const { id, scope, monthly_usd, progress } = budget;
  const name = nameOf(budget);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1.5 border-t border-line px-4 py-2.5 first:border-t-0 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_minmax(0,2fr)_7rem_auto]">
      <div className="min-w-0">
        <p className="font-medium wrap-anywhere">{name}</p>
        <p className="text-sm text-ink-3">{scopeLabels[scope]}</p>
      </div>
      {progress ? (
        <>
          <div className="max-md:order-3 max-md:col-span-2">
            <p className="mb-1">
              {formatSpent(monthly_usd, progress)}
              <CostMark of={progress} />
            </p>
            <Bar progress={progress} />
          </div>
          <p className="text-ink-2 max-md:order-4 max-md:col-span-2">
            <Forecast progress={progress} />
          </p>
          <Status
            tone={stateLabels[progress.state].tone}
            className="max-md:order-5 max-md:col-span-2"
          >
            {stateLabels[progress.state].label}
          </Status>
        </>
      ) : (
        <p className="text-ink-3 max-md:order-3 max-md:col-span-2 md:col-span-3">
          {formatAmount(monthly_usd)} a month; how much is used is not known now
        </p>
      )}
      <Button size="sm" onClick={() => onOpen(id)} className="max-md:order-2">
        {canWrite ? "Change" : "Open"} <span className="sr-only">the budget of {name}</span>
      </Button>
    </li>
  );
}

function Forecast({ progress }: { progress: BudgetProgress }) {
  const { forecast_usd, forecast_percent, unpriced_tokens } = progress;
  if (forecast_usd === null || forecast_percent === null) return <>no forecast: not priced</>;
  return (
    <>
      ends at {unpriced_tokens > 0 && "least at "}
      {formatAmount(forecast_usd)}, {formatShare(forecast_percent / 100)}
      {progress.by_family_usd && (
        <span className="block text-xs text-ink-3">in part at a price by family</span>
      )}
    </>
  );
}

const colours = {
  exceeded: "bg-bad",
  heading_over: "bg-warn",
  within: "bg-accent",
  unknown: "bg-line-strong",
} as const;

/** Decorative bar of the spend, and in a lighter shade the forecast. */
function Bar({
  progress: { used_percent, forecast_percent, state },
}: {
  progress: BudgetProgress;
}) {
  const used = Math.min(used_percent ?? 0, 100);
  const end = Math.min(forecast_percent ?? 0, 100);
  return (
    <div aria-hidden="true" className="relative h-1.5 overflow-hidden rounded-full bg-sunken">
      <span
        className={classNames("absolute inset-y-0 left-0 opacity-35", colours[state])}
        style={{ width: `${end}%` }}
      />
      <span
        className={classNames("absolute inset-y-0 left-0", colours[state])}
        style={{ width: `${used}%` }}
      />
    </div>
  );
}
