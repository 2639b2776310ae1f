import { classNames } from "./class-names";
import { Loading, Skeleton } from "./skeleton";

const fields = ["first", "second", "third"];

/** A loading form in its card's frame; pass the final height. */
export function CardSkeleton({ label, className }: { label: string; className: string }) {
  return (
    <Loading label={label}>
      <div
        className={classNames(
          "flex flex-col gap-4 overflow-hidden rounded-lg border border-line bg-panel px-4 py-4.5",
          className,
        )}
      >
        <Skeleton className="h-3 w-20 shrink-0" />
        {fields.map((field) => (
          <div key={field} className="shrink-0">
            <Skeleton className="mb-2 h-2.5 w-14" />
            <Skeleton className="h-7.5 w-full" />
          </div>
        ))}
        <Skeleton className="h-7.5 w-28 shrink-0" />
      </div>
    </Loading>
  );
}
