import type { RunFailure } from "@/lib/runtime/schema";

/** The type name in the Rust runtime, the same for every failure. It depends on the compiler. */
const rustErrorType =
  "&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>";

/** The state that invokes the caller, unless the definition names another. */
export const callState = "Call Unified LLM";

/** How a run fails if the caller fails. Failures differ only in the message. */
export function callerFailure(errorMessage: string, state: string | null = callState): RunFailure {
  return {
    error: rustErrorType,
    cause: JSON.stringify({ errorType: rustErrorType, errorMessage }),
    state,
  };
}

/** The caller's message in a cause; null for a failure of another kind. */
export function callerMessageOf({ cause }: Pick<RunFailure, "cause">): string | null {
  if (!cause.startsWith("{")) return null;
  try {
    const { errorMessage } = JSON.parse(cause);
    return typeof errorMessage === "string" ? errorMessage : null;
  } catch {
    return null;
  }
}
