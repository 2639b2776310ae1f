import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { Note } from "@/components/ui/text/note";

export type SheetFooterProps = {
  refusal?: string | null;
  /** The effect of a refusal, such as "Not added." */
  refusalTitle?: string;
  className?: string;
  children: ReactNode;
};

/** The buttons of a sheet view, which stay visible while it scrolls, and the last refusal. */
export function SheetFooter({
  refusal,
  refusalTitle = "Not added.",
  className = "mt-auto",
  children,
}: SheetFooterProps) {
  return (
    <div
      className={classNames(
        "sticky -bottom-4 -mx-5 -mb-4 flex flex-col gap-2 border-t border-line bg-panel px-5 py-3 max-md:-mx-4 max-md:px-4",
        className,
      )}
    >
      {refusal && (
        <Note tone="bad" title={refusalTitle} live>
          {refusal}
        </Note>
      )}
      <div className="flex flex-wrap justify-end gap-2">{children}</div>
    </div>
  );
}
