import type { RunFailure } from "@/lib/runtime/schema";
import { queryEvaluationError } from "./run-failures";

/** How a generated machine fails for a tool that it can't load. */
export function toolFailure(): RunFailure {
  return {
    error: queryEvaluationError,
    cause:
      "An error occurred while executing the state 'Get Tool Details' (entered at the event id #0). The JSONata expression '…' specified for the field 'Output' returned nothing (undefined).",
    state: "Get Tool Details",
  };
}
