import type { ReactNode } from "react";

export type SplitProps = {
  /** Content that comes before the column if there is no space beside it. */
  lead?: ReactNode;
  children: ReactNode;
  aside: ReactNode;
  asideWidth?: "sm" | "lg";
};

/**
 * Content beside a column of 308 px from 1100 px on (lg: 420 px from 900 px on); otherwise the
 * column is above it.
 */
export function Split({ lead, children, aside, asideWidth = "sm" }: SplitProps) {
  const columns =
    asideWidth === "sm"
      ? "@min-[1100px]:grid-cols-[minmax(0,1fr)_308px]"
      : "@min-[900px]:grid-cols-[minmax(0,1fr)_420px]";
  if (!lead) {
    return (
      <div className="@container">
        <div className={`grid grid-cols-[minmax(0,1fr)] items-start gap-5 ${columns}`}>
          <div className="min-w-0">{children}</div>
          <div className="min-w-0">{aside}</div>
        </div>
      </div>
    );
  }
  return (
    <div className="@container">
      <div
        className={`grid grid-cols-[minmax(0,1fr)] items-start gap-x-5 gap-y-4 @min-[900px]:grid-rows-[auto_1fr] ${columns}`}
      >
        <div className="min-w-0">{lead}</div>
        <div className="min-w-0 @min-[900px]:col-start-2 @min-[900px]:row-span-2 @min-[900px]:row-start-1">
          {aside}
        </div>
        <div className="min-w-0">{children}</div>
      </div>
    </div>
  );
}
