"use client";

import { useEffect } from "react";
import { announce } from "@/components/ui/announce";
import { Button } from "@/components/ui/form/button";
import { formatCount } from "@/lib/format";
import { agents } from "./bulk-plan";

type Props = {
  count: number;
  /** Selected ones that the filters hide. */
  hidden: number;
  /** How many fit the search and the filters. */
  fitting: number;
  onAll: () => void;
  onSwitch: () => void;
  onCancel: () => void;
};

/** What can be done with the ticked agents. It floats: nothing below moves when it comes or goes. */
export function BulkSwitchBar({ count, hidden, fitting, onAll, onSwitch, onCancel }: Props) {
  const notShown = hidden > 0 ? `, ${formatCount(hidden)} not shown` : "";
  const words = count === 0 ? "Tick the agents" : `${agents(count)} selected${notShown}`;
  // The screen reader is the external system.
  useEffect(() => announce(words), [words]);
  return (
    <section
      aria-label="Selected agents"
      className="fixed bottom-4 left-1/2 z-20 flex max-w-[calc(100%-1.5rem)] -translate-x-1/2 animate-appear flex-wrap items-center gap-2 rounded-lg border border-line-strong bg-panel py-2 pr-2 pl-3.5 shadow-float max-sm:w-full"
    >
      <span className="mr-1 font-medium tabular-nums">{words}</span>
      {count - hidden < fitting && (
        <Button onClick={onAll}>Select all {formatCount(fitting)} that fit</Button>
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
