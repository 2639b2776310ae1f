import { diagnose } from "@/lib/findings/rules/run-errors";
import type { ExplainedFailure, RunStatus } from "@/lib/runs/schema";

type Ended = { status: RunStatus; error: string | null; cause: string | null };

/** Why a run failed, in plain words; null if it didn't fail. */
export function explainFailure({ status, error, cause }: Ended): ExplainedFailure | null {
  if (status === "aborted") {
    return {
      code: "stopped",
      title: "Stopped by somebody",
      fix: "Start it again if it is needed.",
    };
  }
  if (status === "timed_out") {
    return {
      code: "machine_timeout",
      title: "Longer than the machine allows",
      fix: "Look which state took the time; raise the machine's TimeoutSeconds if that is as it should be.",
    };
  }
  if (status !== "failed") return null;
  const [diagnosis] = diagnose([error, cause].filter(Boolean).join(": "), []);
  if (diagnosis) return { code: diagnosis.code, title: diagnosis.name, fix: diagnosis.fix };
  return {
    code: "unknown",
    title: "An error that the console does not know",
    fix: "Look at the state that failed, and at what it was given.",
  };
}
