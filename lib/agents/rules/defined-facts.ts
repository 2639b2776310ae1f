import type { SecretEntry } from "@/lib/keys/schema";
import type { MappedProvider } from "@/lib/runtime/schema";
import type { DefinedRun } from "./agent-run";
import type { TraceFacts, TraceStepDraft } from "./trace-links";

/** What a trace knows of an agent whose machine's definition was followed. */
export type DefinedFacts = TraceFacts & {
  run: DefinedRun;
  providers: readonly MappedProvider[];
  /** What the caller finds in the secret; null if neither the machine nor the row says which key it reads. */
  entry: SecretEntry | null;
};

export type DefinedStep = (facts: DefinedFacts) => TraceStepDraft;

/** The state that calls the model; null if the run doesn't get there. */
export function callStateOf({ run }: DefinedFacts): string | null {
  return run.run.end.kind === "called" ? run.run.end.state : null;
}
