"use client";

import { useRef, useState } from "react";
import { runFix, useRefetchAfterFix } from "@/components/operations/use-fix";
import { Button } from "@/components/ui/form/button";
import { Checkbox } from "@/components/ui/form/checkbox";
import { Dialog } from "@/components/ui/overlay/dialog";
import { describeError } from "@/components/ui/text/describe-error";
import { Status } from "@/components/ui/text/status";
import { pluralize } from "@/lib/format";
import type { FixableFinding } from "./finding-groups";
import { findingKey } from "./finding-item";

/** `why` is set if it was refused. */
type Outcome = { state: "running" | "done" | "refused"; why?: string };

type Props = {
  title: string;
  findings: readonly FixableFinding[];
  onClose: () => void;
};

/** More take minutes, and a list that nobody reads. */
const maxAtOnce = 200;

/** Fixes the chosen findings of a rule one by one, with the outcome of each. */
export function FixAllDialog({ title, findings: all, onClose }: Props) {
  // The fixed ones leave the report behind the dialog.
  const [findings] = useState(() => all.slice(0, maxAtOnce));
  const { outcomes, isRunning, start, stop } = useFixes();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = findings.filter((finding) => !left.has(findingKey(finding)));
  const isStarted = outcomes.size > 0;
  const count = (state: Outcome["state"]) =>
    [...outcomes.values()].filter((outcome) => outcome.state === state).length;

  function toggle(finding: FixableFinding) {
    const next = new Set(left);
    if (!next.delete(findingKey(finding))) next.add(findingKey(finding));
    setLeft(next);
  }

  return (
    <Dialog
      title={title}
      description={`${all.length > maxAtOnce ? `The first ${maxAtOnce}. ` : ""}Nothing is saved until you confirm. Activity has what was there before, and can put it back.`}
      locked={isRunning}
      onClose={onClose}
      footer={
        <>
          <p role="status" className="mr-auto text-sm text-ink-2 tabular-nums">
            {isStarted &&
              `${count("done")} of ${chosen.length} done${count("refused") > 0 ? `, ${count("refused")} refused` : ""}`}
          </p>
          {isRunning && <Button onClick={stop}>Stop</Button>}
          {!isRunning && <Button onClick={onClose}>{isStarted ? "Close" : "Cancel"}</Button>}
          {!isStarted && (
            <Button variant="primary" disabled={chosen.length === 0} onClick={() => start(chosen)}>
              Fix {pluralize(chosen.length, "finding")}
            </Button>
          )}
        </>
      }
    >
      <ul className="rounded-lg border border-line">
        {findings.map((finding) => (
          <li
            key={findingKey(finding)}
            className="flex flex-wrap items-start justify-between gap-x-4 border-t border-line px-3 py-2 first:border-t-0"
          >
            <Checkbox
              className="min-w-0 flex-1 basis-64"
              label={finding.title}
              description={
                <>
                  <span className="font-mono text-xs">{finding.subject.id}</span> ·{" "}
                  {finding.action.label}
                </>
              }
              checked={!left.has(findingKey(finding))}
              disabled={isStarted}
              onChange={() => toggle(finding)}
            />
            <FixOutcome outcome={outcomes.get(findingKey(finding))} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function FixOutcome({ outcome }: { outcome: Outcome | undefined }) {
  if (!outcome) return null;
  if (outcome.state === "running") return <Status tone="off">Saving</Status>;
  if (outcome.state === "done") return <Status tone="good">Done</Status>;
  return (
    <span className="basis-full text-sm text-bad">
      <Status tone="bad">Refused</Status>: {outcome.why}
    </span>
  );
}

/** One fix at a time, until all are done or `stop` is called. */
function useFixes() {
  const refetch = useRefetchAfterFix();
  const isStopped = useRef(false);
  const [isRunning, setRunning] = useState(false);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const record = (finding: FixableFinding, outcome: Outcome) =>
    setOutcomes((known) => new Map([...known, [findingKey(finding), outcome]]));

  async function start(findings: readonly FixableFinding[]) {
    setRunning(true);
    for (const finding of findings) {
      if (isStopped.current) break;
      record(finding, { state: "running" });
      try {
        await runFix(finding.action);
        record(finding, { state: "done" });
      } catch (error) {
        record(finding, { state: "refused", why: describeError(error).detail });
      }
    }
    setRunning(false);
    await refetch();
  }

  function stop() {
    isStopped.current = true;
  }

  return { outcomes, isRunning, start, stop };
}
