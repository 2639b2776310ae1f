import type { SecretEntry } from "@/lib/keys/schema";
import type { MappedProvider } from "@/lib/runtime/schema";
import type { DefinedRun } from "./agent-run";
import type { TraceFacts, TraceStepDraft } from "./trace-links";

/** The facts of a trace that followed the definition of the agent's machine. */
export type DefinedFacts = TraceFacts & {
  run: DefinedRun;
  providers: readonly MappedProvider[];
  /** What the secret holds for the caller; null if neither the machine nor the row names a key. */
  entry: SecretEntry | null;
};

export type DefinedStep = (facts: DefinedFacts) => TraceStepDraft;

/** The state that calls the model; null if the run doesn't reach it. */
export function callStateOf({ run }: DefinedFacts): string | null {
  return run.run.end.kind === "called" ? run.run.end.state : null;
}
