import type {
  CompletionDone,
  CompletionEvent,
  CompletionFailure,
  ToolCall,
} from "@/lib/completions/schema";

/** One test completion, from the click to its end. */
export type TestRun = {
  state: "running" | "stopped" | "done" | "failed" | "refused";
  text: string;
  toolCalls: ToolCall[];
  done: CompletionDone | null;
  failure: CompletionFailure | null;
  /** Why the console itself did not do it: refused, unreachable, cut off. */
  refusal: unknown;
};

export const begun: TestRun = {
  state: "running",
  text: "",
  toolCalls: [],
  done: null,
  failure: null,
  refusal: null,
};

/** The run after one more event. */
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
      return { ...run, state: "failed", failure: data };
  }
}
