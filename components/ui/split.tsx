import type { ReactNode } from "react";

export type SplitProps = { children: ReactNode; aside: ReactNode; asideWidth?: "sm" | "lg" };

/** Content with a column of 308 px (lg: 420 px) beside it, or below it when there is no room. */
export function Split({ children, aside, asideWidth = "sm" }: SplitProps) {
  const columns =
    asideWidth === "sm"
      ? "@min-[900px]:grid-cols-[minmax(0,1fr)_308px]"
      : "@min-[900px]:grid-cols-[minmax(0,1fr)_420px]";
  return (
    <div className="@container">
      <div className={`grid grid-cols-[minmax(0,1fr)] items-start gap-5 ${columns}`}>
        <div className="min-w-0">{children}</div>
        <div className="min-w-0">{aside}</div>
      </div>
    </div>
  );
}
