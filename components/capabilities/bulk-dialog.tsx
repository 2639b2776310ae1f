"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Checkbox } from "@/components/ui/form/checkbox";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Spinner } from "@/components/ui/spinner";
import { StatusMark } from "@/components/ui/text/status";
import { capabilityNames } from "@/lib/capabilities/schema";
import { pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { startBulk } from "./bulk-engine";
import { BulkProgress } from "./bulk-progress";
import { type BulkRun, useBulkRun } from "./bulk-store";
import { countsOf } from "./bulk-summary";
import { describeSpending, probeSpending } from "./spending";
import { bulkProbePrompt, bulkSpending } from "./test-model";

type Props = {
  /** The models to test; empty to show the current or last run. */
  models: readonly ModelRecord[];
  onClose: () => void;
};

/** Starts a bulk test and shows its progress. Closing it doesn't stop the test. */
export function BulkDialog({ models, onClose }: Props) {
  const run = useBulkRun();
  const [isAsking, setAsking] = useState(models.length > 0 && run?.state !== "running");
  if (isAsking) {
    return <BulkQuestion models={models} onStarted={() => setAsking(false)} onClose={onClose} />;
  }
  return run && <BulkProgress run={run} onClose={onClose} />;
}

type QuestionProps = Props & { onStarted: () => void };

function BulkQuestion({ models, onStarted, onClose }: QuestionProps) {
  const client = useQueryClient();
  const [probes, setProbes] = useState(false);
  const more = probeSpending(capabilityNames);
  const spending = probes
    ? { input: bulkSpending.input + more.input, output: bulkSpending.output + more.output }
    : bulkSpending;

  function start() {
    void startBulk(client, models, probes);
    onStarted();
  }

  return (
    <Dialog
      title={`Test ${pluralize(models.length, "model")}`}
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={start}>
            Start
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-ink-2">
          Each is asked “{bulkProbePrompt}” with the stored key, as an agent asks: not streamed. Two
          models of a provider at a time. Each result is kept with its row as it comes.
        </p>
        <Checkbox
          label="Probe tools, vision and streaming as well"
          description="Three more short questions to each model that answers"
          checked={probes}
          onChange={(event) => setProbes(event.target.checked)}
        />
        <p className="text-sm text-ink-2">
          It costs what any call costs: {describeSpending(models, spending)}. Mostly a few dozen
          tokens come back.
        </p>
      </div>
    </Dialog>
  );
}

type StatusProps = { run: BulkRun; onOpen: () => void };

/** The status of the bulk test, with a link to it. */
export function BulkStatus({ run, onOpen }: StatusProps) {
  const { total, settled, failed, unproved } = countsOf(run);
  const failedLabel = failed > 0 ? `, ${failed} failed` : "";
  const needsAttention = run.state === "stopped" || unproved > 0;
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
      <StatusMark tone={failed > 0 ? "bad" : needsAttention ? "warn" : "good"} />
      {run.state === "stopped" ? `Test stopped at ${settled} of ${total}` : `${total} tested`}
      {failedLabel}
    </Button>
  );
}
