import { Skeleton } from "@/components/ui/skeleton";
import { CostMark } from "@/components/usage/cost-mark";
import { formatChange, formatCount, formatSpend, formatTokensShort } from "@/lib/format";
import type { UsageFigures } from "@/lib/usage/schema";

type Props = {
  total: UsageFigures;
  /** Figures of the preceding range; undefined while loading, null if not available. */
  before: UsageFigures | null | undefined;
  /** "30 days" */
  span: string;
};

const tokenFigures = [
  { name: "Input tokens", of: "input_tokens", ifNone: undefined },
  { name: "Output tokens", of: "output_tokens", ifNone: undefined },
  { name: "Tokens without a price", of: "unpriced_tokens", ifNone: "every token has one" },
] as const;

/** Totals of the range, each with its change. */
export function Totals({ total, before, span }: Props) {
  const isWhole = total.unpriced_tokens === 0 && before?.unpriced_tokens === 0;
  return (
    <dl className="mb-3 grid grid-cols-4 gap-px overflow-hidden rounded-lg border border-line bg-line max-lg:grid-cols-2">
      <Figure
        name="Spend"
        value={formatSpend(total)}
        change={before && formatChange(total.cost_usd, before.cost_usd)}
        span={span}
        isPart={!isWhole}
        doubts={total}
      />
      {tokenFigures.map(({ name, of, ifNone }) => (
        <Figure
          key={name}
          name={name}
          value={formatTokensShort(total[of])}
          exact={formatCount(total[of])}
          change={before && formatChange(total[of], before[of])}
          span={span}
          note={total[of] === 0 ? ifNone : undefined}
        />
      ))}
    </dl>
  );
}

type FigureProps = {
  name: string;
  value: string;
  exact?: string;
  /** Undefined while loading, null if there is nothing to compare to. */
  change: string | null | undefined;
  span: string;
  /** Shown instead of the change. */
  note?: string;
  /** True if the figure leaves out unpriced tokens. */
  isPart?: boolean;
  doubts?: UsageFigures;
};

function Figure({ name, value, exact, change, span, note, isPart, doubts }: FigureProps) {
  return (
    <div className="bg-panel px-4 py-3">
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd title={exact} className="text-xl font-semibold tracking-[-0.012em]">
        {value}
        {doubts && <CostMark of={doubts} />}
      </dd>
      <dd className="text-sm text-ink-3">
        {note ??
          (change === undefined ? (
            <Skeleton className="my-1 h-2.5 w-28" />
          ) : (
            (change && `${change} on the ${span} before${isPart ? ", of what is priced" : ""}`) ||
            "nothing to compare to"
          ))}
      </dd>
    </div>
  );
}
