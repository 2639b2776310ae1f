import type {
  CompletionDone,
  CompletionEvent,
  CompletionFailure,
  ToolCall,
} from "@/lib/completions/schema";
import type { TestRequest } from "./send-completion";

/** One completion on screen, from its start to its end. */
export type TestRun = {
  request: TestRequest;
  /** The difference from the form, such as "without temperature"; null if there is none. */
  change: string | null;
  state: "running" | "stopped" | "done" | "failed" | "refused";
  text: string;
  toolCalls: ToolCall[];
  done: CompletionDone | null;
  failure: CompletionFailure | null;
  /** When the provider accepts a retry, in milliseconds since 1970; null if it doesn't say. */
  retryAt: number | null;
  /** The console's own error: refused, unreachable or cut off. */
  refusal: unknown;
};

/** A run that has just started. */
export function startRun(request: TestRequest, change: string | null = null): TestRun {
  return {
    request,
    change,
    state: "running",
    text: "",
    toolCalls: [],
    done: null,
    failure: null,
    retryAt: null,
    refusal: null,
  };
}

/** The run after an event. */
export function advance(run: TestRun, { event, data }: CompletionEvent): TestRun {
  switch (event) {
    case "start":
      return run;
    case "delta":
      return { ...run, text: run.text + data.text };
    case "tool_call":
      return { ...run, toolCalls: [...run.toolCalls, data] };
    case "done":
      return { ...run, state: "done", text: data.text, toolCalls: data.tool_calls, done: data };
    case "error":
      return { ...run, state: "failed", failure: data, retryAt: retryAtOf(data) };
  }
}

function retryAtOf({ retry_after }: CompletionFailure): number | null {
  return retry_after === undefined ? null : Date.now() + retry_after * 1000;
}
