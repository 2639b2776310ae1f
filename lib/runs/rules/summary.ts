import { diagnose } from "@/lib/findings/rules/run-errors";
import type { ProviderId } from "@/lib/providers/schema";
import type { ExplainedFailure, RunStatus } from "@/lib/runs/schema";

type Ended = { status: RunStatus; error: string | null; cause: string | null };

/** Why a run failed, in plain words; null for one that didn't. */
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
    fix: "Open the run and look at the state that failed.",
  };
}

/** What the runtime leaves out when it counts a model's tokens. */
export function uncounted(provider: ProviderId | null, model_id: string | null): string | null {
  if (provider === "anthropic") {
    return "Too low: the runtime does not count cache reads and writes.";
  }
  if (provider === "google" && thinks(model_id ?? "")) {
    return "Too low: the runtime does not count thinking tokens.";
  }
  return null;
}

/** Gemini thinks unasked since 2.5, except for 2.5 Flash-Lite (ai.google.dev, "Gemini thinking"). */
const thinks = (model_id: string) =>
  /gemini-(?!1\.|2\.0|2\.5-flash-lite)/.test(model_id) || model_id.includes("thinking");
