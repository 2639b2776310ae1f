import type { WhatIf } from "@/lib/costs/rules/what-if";
import { formatMoney, pluralize } from "@/lib/format";
import { formatDifference } from "./what-if-columns";

type Props = {
  result: WhatIf;
  agents: number;
  /** Of the other model. */
  name: string;
};

/** The chosen agents together: what they did cost, and what they would. */
export function WhatIfResult({ result, agents, name }: Props) {
  const { spent_usd, spent_is_part, then_usd, difference_usd } = result;
  const who = pluralize(agents, "agent");
  return (
    <dl
      aria-live="polite"
      className="mb-3 grid grid-cols-3 gap-px overflow-hidden rounded-lg border border-line bg-line max-sm:grid-cols-1"
    >
      <Figure
        name={`Spent in 30 days, ${who}`}
        value={
          spent_usd === null
            ? "not priced"
            : `${spent_is_part ? "at least " : ""}${formatMoney(spent_usd)}`
        }
      />
      <Figure
        name={`On ${name}`}
        value={then_usd === null ? "not priced" : formatMoney(then_usd)}
        note={then_usd === null ? "A price that these tokens need is not known" : undefined}
      />
      <Figure
        name="Difference"
        value={formatDifference(result)}
        note={difference_usd === null ? "Only what is priced in full can be compared" : undefined}
      />
    </dl>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div className="bg-panel px-4 py-3">
      <dt className="text-sm text-ink-3 wrap-anywhere">{name}</dt>
      <dd className="text-xl font-semibold tracking-[-0.012em]">{value}</dd>
      {note && <dd className="text-sm text-ink-3">{note}</dd>}
    </div>
  );
}
