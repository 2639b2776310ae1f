"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "@/components/ui/form/button";
import type { ModelRecord } from "@/lib/models/schema";

const SelectionBar = dynamic(() => import("./selection-bar").then((file) => file.SelectionBar), {
  ssr: false,
});

const nothing: ReadonlySet<string> = new Set();

/** Ticking rows: a button that begins and ends it, and a bar with what can be done with them. */
export function useSelection(
  models: readonly ModelRecord[],
  bulkActions: (chosen: readonly ModelRecord[]) => ReactNode,
) {
  // Null while nobody selects: the boxes take the width of a column.
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
      onClick={() => setSelected(selected ? null : nothing)}
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
