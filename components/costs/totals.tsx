import { Skeleton } from "@/components/ui/skeleton";
import type { UsageFigures } from "@/lib/usage/schema";
import { changeWords, spendWords, tokensExact, tokensShort } from "./cost-words";

type Props = {
  total: UsageFigures;
  /** Of as long a time before; undefined while it is read, null when it could not be. */
  before: UsageFigures | null | undefined;
  /** "30 days" */
  span: string;
};

/** What the whole range adds up to, each figure with its change. */
export function Totals({ total, before, span }: Props) {
  const isWhole = total.unpriced_tokens === 0 && before?.unpriced_tokens === 0;
  return (
    <dl className="mb-3 grid grid-cols-4 gap-px overflow-hidden rounded-lg border border-line bg-line max-lg:grid-cols-2">
      <Figure
        name="Spend"
        value={spendWords(total)}
        change={before && changeWords(total.cost_usd, before.cost_usd)}
        span={span}
        isPart={!isWhole}
      />
      <Figure
        name="Input tokens"
        value={tokensShort(total.input_tokens)}
        exact={tokensExact(total.input_tokens)}
        change={before && changeWords(total.input_tokens, before.input_tokens)}
        span={span}
      />
      <Figure
        name="Output tokens"
        value={tokensShort(total.output_tokens)}
        exact={tokensExact(total.output_tokens)}
        change={before && changeWords(total.output_tokens, before.output_tokens)}
        span={span}
      />
      <Figure
        name="Tokens without a price"
        value={tokensShort(total.unpriced_tokens)}
        exact={tokensExact(total.unpriced_tokens)}
        change={before && changeWords(total.unpriced_tokens, before.unpriced_tokens)}
        span={span}
        note={total.unpriced_tokens === 0 ? "every token has one" : undefined}
      />
    </dl>
  );
}

type FigureProps = {
  name: string;
  value: string;
  exact?: string;
  /** Undefined while it is not known, null when there is nothing to compare to. */
  change: string | null | undefined;
  span: string;
  /** Instead of the change. */
  note?: string;
  /** Only of what is priced. */
  isPart?: boolean;
};

function Figure({ name, value, exact, change, span, note, isPart }: FigureProps) {
  return (
    <div className="bg-panel px-4 py-3">
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd title={exact} className="text-xl font-semibold tracking-[-0.012em]">
        {value}
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
