import { classNames } from "@/components/ui/class-names";
import { formatCount } from "@/lib/format";

/** A count beside a name; `bad` if they need attention. */
export function Count({ value, tone }: { value: number; tone?: "bad" }) {
  return (
    <span
      className={classNames(
        "rounded-full px-1.5 text-xs",
        tone === "bad" ? "bg-bad-wash font-medium text-bad" : "bg-sunken text-ink-2",
      )}
    >
      {formatCount(value)}
    </span>
  );
}
