import type { TooLow } from "@/lib/too-low";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";

/** Stands below a sum of money that leaves something out, and says what. */
export function TooLowMark({ of }: { of: readonly TooLow[] | undefined }) {
  const why = describeTooLow(of);
  if (why === null) return null;
  return (
    <abbr title={why} className="block text-xs font-normal text-ink-3 no-underline">
      too low
    </abbr>
  );
}
