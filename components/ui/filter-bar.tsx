"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./form/button";

type Props = {
  /** What the search and the filters select. */
  label?: string;
  search: ReactNode;
  /** The number of active filters. */
  count: number;
  /** At the end of the line. */
  end?: ReactNode;
  className?: string;
  /** More filters, on a separate line. */
  below?: ReactNode;
  /** The filters; on a phone all but the search is behind a button. */
  children: ReactNode;
};

/** Search and filters above a table. */
export function FilterBar({ label, search, count, end, below, className = "", children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const folded = isOpen ? "" : "max-sm:hidden";
  return (
    <search aria-label={label} className={`mb-3 flex flex-wrap items-center gap-2 ${className}`}>
      <div className="w-52 max-sm:min-w-0 max-sm:flex-1">{search}</div>
      <Button className="sm:hidden" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Filters{count > 0 && ` ${count}`}
      </Button>
      <div className={`flex flex-wrap items-center gap-1.5 max-sm:w-full ${folded}`}>
        {children}
      </div>
      {below && <div className={`order-last w-full ${folded}`}>{below}</div>}
      {end && (
        <div className={`ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0 ${folded}`}>
          {end}
        </div>
      )}
    </search>
  );
}
