"use client";

import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { AgentRow } from "@/components/agents/table/agent-rows";
import { announce } from "@/components/ui/announce";
import { Button } from "@/components/ui/form/button";
import { formatCount, pluralize } from "@/lib/format";
import { BulkSwitchDialog } from "./bulk-switch-dialog";
import type { ProviderChoice } from "./model-choice";

export type BulkSwitchProps = {
  rows: readonly AgentRow[];
  /** Rows that match search and filters. */
  visible: readonly AgentRow[];
  choices: readonly ProviderChoice[];
  /** IDs of the selected rows; null while selecting is off, which hides the column. */
  ticked: ReadonlySet<string> | null;
  onTick: (ids: ReadonlySet<string> | null) => void;
};

const noneSelected: ReadonlySet<string> = new Set();

/** Selects agents one by one, or by provider and model, and switches them together. */
export function BulkSwitch({ rows, visible, choices, ticked, onTick }: BulkSwitchProps) {
  // The rows of the open dialog, fixed when it opens. With "source", the dialog lets the user
  // choose.
  const [dialogRows, setDialogRows] = useState<readonly AgentRow[] | "source" | null>(null);
  const opener = useRef<HTMLButtonElement>(null);

  function close(hasWritten: boolean) {
    setDialogRows(null);
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
        onClick={() => onTick(ticked ? null : noneSelected)}
      >
        Select
      </Button>
      <Button onClick={() => setDialogRows("source")}>Switch by model…</Button>
      {ticked &&
        // After the table in tab order, although it is displayed above.
        createPortal(
          <Bar {...{ rows, visible, ticked, onTick }} onSwitch={setDialogRows} onCancel={cancel} />,
          document.body,
        )}
      {dialogRows && (
        <BulkSwitchDialog
          rows={rows}
          selected={dialogRows === "source" ? null : dialogRows}
          choices={choices}
          onClose={close}
        />
      )}
    </>
  );
}

type BarProps = Pick<BulkSwitchProps, "rows" | "visible" | "onTick"> & {
  ticked: ReadonlySet<string>;
  onSwitch: (rows: readonly AgentRow[]) => void;
  onCancel: () => void;
};

function Bar({ rows, visible, ticked, onTick, onSwitch, onCancel }: BarProps) {
  const chosen = rows.filter(({ id }) => ticked.has(id));
  const matchingIds = visible.map(({ id }) => id);
  return (
    <BulkSwitchBar
      count={chosen.length}
      hidden={chosen.length - matchingIds.filter((id) => ticked.has(id)).length}
      matchingCount={matchingIds.length}
      onAll={() => onTick(new Set([...ticked, ...matchingIds]))}
      onSwitch={() => onSwitch(chosen)}
      onCancel={onCancel}
    />
  );
}

type Props = {
  count: number;
  /** Selected rows that the filters hide. */
  hidden: number;
  /** The number of rows that match search and filters. */
  matchingCount: number;
  onAll: () => void;
  onSwitch: () => void;
  onCancel: () => void;
};

/** Actions for the selection. Floats, so that the layout doesn't shift. */
function BulkSwitchBar({ count, hidden, matchingCount, onAll, onSwitch, onCancel }: Props) {
  const notShown = hidden > 0 ? `, ${formatCount(hidden)} not shown` : "";
  const text = count === 0 ? "Tick the agents" : `${pluralize(count, "agent")} selected${notShown}`;
  // The external system is the screen reader.
  useEffect(() => announce(text), [text]);
  return (
    <section
      aria-label="Selected agents"
      className="fixed bottom-4 left-1/2 z-20 flex max-w-[calc(100%-1.5rem)] -translate-x-1/2 animate-appear flex-wrap items-center gap-2 rounded-lg border border-line-strong bg-panel py-2 pr-2 pl-3.5 shadow-float max-sm:w-full"
    >
      <span className="mr-1 font-medium tabular-nums">{text}</span>
      {count - hidden < matchingCount && (
        <Button onClick={onAll}>Select all {formatCount(matchingCount)} that fit</Button>
      )}
      {count > 0 && (
        <Button variant="primary" onClick={onSwitch}>
          Switch together…
        </Button>
      )}
      <Button variant="ghost" onClick={onCancel}>
        Cancel
      </Button>
    </section>
  );
}
