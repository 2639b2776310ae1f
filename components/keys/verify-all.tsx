"use client";

import { Button } from "@/components/ui/form/button";
import type { ProviderRecord } from "@/lib/providers/schema";
import type { Trials } from "./use-trials";

type Props = { providers: readonly ProviderRecord[]; trials: Trials };

/** Has every stored key tried, with progress and a stop. */
export function VerifyAll({ providers, trials }: Props) {
  const stored = providers.filter(({ key }) => key.status !== "missing");
  const outcomes = stored.flatMap((provider) => trials.of(provider) ?? []);
  const ended = outcomes.filter((trial) => trial.at !== "trying");
  const isRunning = ended.length < outcomes.length;
  const working = ended.filter(
    (trial) => trial.at === "told" && trial.verdict.outcome === "verified",
  );
  return (
    <div className="mt-4 flex min-h-6 items-center justify-between gap-2 border-t border-line pt-3">
      <p aria-live="polite" className="text-sm text-ink-2">
        {isRunning
          ? `${ended.length} of ${outcomes.length} tried`
          : outcomes.length > 0
            ? `${working.length} of ${outcomes.length} tried ${working.length === 1 ? "works" : "work"}`
            : "Stored keys"}
      </p>
      {isRunning ? (
        <Button size="sm" onClick={trials.stop}>
          Stop
        </Button>
      ) : (
        <Button size="sm" disabled={stored.length === 0} onClick={() => void trials.run(stored)}>
          Verify all
        </Button>
      )}
    </div>
  );
}
