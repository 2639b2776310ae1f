import type { RunFailure } from "@/lib/runtime/schema";
import { queryEvaluationError } from "./run-failures";

/**
 * The failure of an expression that evaluates to undefined in a generated machine
 * (docs/contract.md, Runtime).
 */
function undefinedIn(state: string, field: string, expression: string): RunFailure {
  return {
    error: queryEvaluationError,
    cause: `An error occurred while executing the state '${state}' (entered at the event id #0). The JSONata expression '${expression}' specified for the field '${field}' returned nothing (undefined).`,
    state,
  };
}

/** How a generated machine fails for a row without a prompt. */
export const promptFailure = undefinedIn(
  "Load Agent Configuration",
  "Assign/system_prompt",
  "$states.result.Item.system_prompt.S",
);

/** How a generated machine fails for a tool that it can't load. */
export const toolFailure = undefinedIn("Get Tool Details", "Output", "…");
