import { classNames } from "@/components/ui/class-names";

type Props = {
  /** The accessible name: what is counted. */
  label: string;
  done: number;
  total: number;
  className?: string;
};

/** The completed part of something; full if there is nothing to do. */
export function ProgressBar({ label, done, total, className }: Props) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      className={classNames(
        "h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line",
        className,
      )}
    >
      <div
        className="h-full bg-accent"
        style={{ width: `${total === 0 ? 100 : (done / total) * 100}%` }}
      />
    </div>
  );
}
