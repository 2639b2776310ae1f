"use client";

import { type ReactNode, useEffect } from "react";
import { announce } from "@/components/ui/announce";
import { Button } from "@/components/ui/form/button";
import { pluralize } from "@/lib/format";

type Props = { count: number; onCancel: () => void; children: ReactNode };

/** What can be done with the ticked rows. It floats: nothing below moves when it comes or goes. */
export function SelectionBar({ count, onCancel, children }: Props) {
  const words = count === 0 ? "Tick the models" : `${pluralize(count, "model")} selected`;
  // The screen reader is the external system.
  useEffect(() => announce(words), [words]);
  return (
    <section
      aria-label="Selected models"
      className="fixed bottom-4 left-1/2 z-20 flex -translate-x-1/2 animate-appear items-center gap-2 rounded-lg border border-line-strong bg-panel py-2 pr-2 pl-3.5 shadow-float"
    >
      <span className="mr-1 font-medium whitespace-nowrap tabular-nums">{words}</span>
      {children}
      <Button variant="ghost" onClick={onCancel}>
        Cancel
      </Button>
    </section>
  );
}
