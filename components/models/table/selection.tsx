"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { announce } from "@/components/ui/announce";
import { Button } from "@/components/ui/form/button";
import { pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";

const noneSelected: ReadonlySet<string> = new Set();

/** Row selection: a button that starts and ends it, and a bar with actions. */
export function useSelection(
  models: readonly ModelRecord[],
  bulkActions: (chosen: readonly ModelRecord[]) => ReactNode,
) {
  // Null hides the checkbox column.
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const chosen = selected ? models.filter(({ pk }) => selected.has(pk)) : [];

  function cancel() {
    setSelected(null);
    opener.current?.focus();
  }

  const button = (
    <Button
      ref={opener}
      aria-pressed={selected !== null}
      onClick={() => setSelected(selected ? null : noneSelected)}
    >
      Select
    </Button>
  );
  const bar = selected && (
    <SelectionBar count={chosen.length} onCancel={cancel}>
      {chosen.length > 0 && bulkActions(chosen)}
    </SelectionBar>
  );
  return { selected, setSelected, button, bar };
}

type Props = { count: number; onCancel: () => void; children: ReactNode };

/** Actions on the selected rows. Floats, so that the layout doesn't shift. */
function SelectionBar({ count, onCancel, children }: Props) {
  const text = count === 0 ? "Tick the models" : `${pluralize(count, "model")} selected`;
  // The external system is the screen reader.
  useEffect(() => announce(text), [text]);
  return (
    <section
      aria-label="Selected models"
      className="fixed bottom-4 left-1/2 z-20 flex -translate-x-1/2 animate-appear items-center gap-2 rounded-lg border border-line-strong bg-panel py-2 pr-2 pl-3.5 shadow-float"
    >
      <span className="mr-1 font-medium whitespace-nowrap tabular-nums">{text}</span>
      {children}
      <Button variant="ghost" onClick={onCancel}>
        Cancel
      </Button>
    </section>
  );
}
