import type { RunFailure } from "@/lib/runtime/schema";
import { callerMessageOf } from "./caller-failure";

export const queryEvaluationError = "States.QueryEvaluationError";

/** A failure in brief: the caller's own message, the cause without its event ID, or the error. */
export function failureText(failure: Pick<RunFailure, "error" | "cause">): string {
  const text = callerMessageOf(failure) ?? (failure.cause || failure.error);
  return text.replace(/^An error occurred while executing the state '[^']*' \([^)]*\)\. /, "");
}
