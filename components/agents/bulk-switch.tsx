"use client";

import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Button } from "@/components/ui/form/button";
import type { AgentRow } from "./agent-rows";
import { BulkSwitchBar } from "./bulk-switch-bar";
import type { ProviderChoice } from "./model-choice";

const BulkSwitchDialog = dynamic(
  () => import("./bulk-switch-dialog").then((file) => file.BulkSwitchDialog),
  { ssr: false },
);

export type BulkSwitchProps = {
  rows: readonly AgentRow[];
  /** Those that fit the search and the filters. */
  shown: readonly AgentRow[];
  choices: readonly ProviderChoice[];
  /** Ids of the ticked rows; null while nobody selects: the boxes take the width of a column. */
  ticked: ReadonlySet<string> | null;
  onTick: (ids: ReadonlySet<string> | null) => void;
};

const nothing: ReadonlySet<string> = new Set();

/** Ticking agents, or naming a provider or model, to put many on another model at once. */
export function BulkSwitch({ rows, shown, choices, ticked, onTick }: BulkSwitchProps) {
  // The rows of the open dialog as they were when it was opened; "source" asks for them.
  const [asked, setAsked] = useState<readonly AgentRow[] | "source" | null>(null);
  const opener = useRef<HTMLButtonElement>(null);

  function close(hasWritten: boolean) {
    setAsked(null);
    if (hasWritten) onTick(null);
  }

  function cancel() {
    onTick(null);
    opener.current?.focus();
  }

  return (
    <>
      <Button
        ref={opener}
        aria-pressed={ticked !== null}
        onClick={() => onTick(ticked ? null : nothing)}
      >
        Select
      </Button>
      <Button onClick={() => setAsked("source")}>Switch by model…</Button>
      {ticked &&
        // Behind the table in the order of Tab, although its buttons are above it.
        createPortal(
          <Bar {...{ rows, shown, ticked, onTick }} onSwitch={setAsked} onCancel={cancel} />,
          document.body,
        )}
      {asked && (
        <BulkSwitchDialog
          rows={rows}
          selected={asked === "source" ? null : asked}
          choices={choices}
          onClose={close}
        />
      )}
    </>
  );
}

type BarProps = Pick<BulkSwitchProps, "rows" | "shown" | "onTick"> & {
  ticked: ReadonlySet<string>;
  onSwitch: (rows: readonly AgentRow[]) => void;
  onCancel: () => void;
};

function Bar({ rows, shown, ticked, onTick, onSwitch, onCancel }: BarProps) {
  const chosen = rows.filter(({ id }) => ticked.has(id));
  const fitting = shown.map(({ id }) => id);
  return (
    <BulkSwitchBar
      count={chosen.length}
      hidden={chosen.length - fitting.filter((id) => ticked.has(id)).length}
      fitting={fitting.length}
      onAll={() => onTick(new Set([...ticked, ...fitting]))}
      onSwitch={() => onSwitch(chosen)}
      onCancel={onCancel}
    />
  );
}
