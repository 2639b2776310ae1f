"use client";

import { Button } from "@/components/ui/form/button";
import { Spinner } from "@/components/ui/spinner";
import { StatusMark } from "@/components/ui/text/status";
import type { BulkRun } from "./bulk-store";
import { countsOf } from "./bulk-summary";

type Props = { run: BulkRun; onOpen: () => void };

/** The status of the bulk test, with a link to it. */
export function BulkStatus({ run, onOpen }: Props) {
  const { total, settled, failed, unproved } = countsOf(run);
  const word = failed > 0 ? `, ${failed} failed` : "";
  const isDoubtful = run.state === "stopped" || unproved > 0;
  if (run.state === "running") {
    return (
      <Button onClick={onOpen}>
        <Spinner />
        <span className="tabular-nums">
          Testing {settled} of {total}
        </span>
      </Button>
    );
  }
  return (
    <Button onClick={onOpen}>
      <StatusMark tone={failed > 0 ? "bad" : isDoubtful ? "warn" : "good"} />
      {run.state === "stopped" ? `Test stopped at ${settled} of ${total}` : `${total} tested`}
      {word}
    </Button>
  );
}
