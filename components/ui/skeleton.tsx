import { classNames } from "./class-names";

/** A grey placeholder block. Set its size. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={classNames("block animate-pulse rounded-sm bg-line", className)}
    />
  );
}

/** Tells screen readers once that the skeletons inside are loading. */
export function Loading({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div role="status" aria-busy="true">
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}
