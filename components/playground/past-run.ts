import { begin, type TestRun } from "@/components/completions/test-run";
import type { Runs } from "@/components/completions/use-runs";
import { errorInWords } from "@/components/ui/text/error-words";
import { ApiError } from "@/lib/api/client";
import type { CompletionDone, CompletionFailure } from "@/lib/completions/schema";
import type {
  PastResult,
  PastRun,
  PastRunDraft,
  PlaygroundSettings,
} from "@/lib/playground/schema";
import { type PromptImage, requestFor } from "./form-values";

/** What is kept of a run: never an image, never the raw exchange. */
export function pastRunOf(
  ended: ReadonlyMap<string, TestRun>,
  settings: PlaygroundSettings,
  image: PromptImage | null,
): PastRunDraft {
  const kept = image && { image: { name: image.name.slice(0, 255), type: image.type } };
  return {
    inputs: { models: [...ended.keys()], ...settings, ...kept },
    results: [...ended].map(([pk, run]) => resultOf(pk, run)),
  };
}

function resultOf(pk: string, run: TestRun): PastResult {
  const { text, toolCalls, done, failure, refusal } = run;
  return {
    pk,
    // It has ended, or there would be nothing to keep.
    state: run.state === "running" ? "stopped" : run.state,
    text: run.state === "refused" ? errorInWords(refusal).detail : text,
    tool_calls: toolCalls.map(({ id, name, arguments: given }) => ({ id, name, arguments: given })),
    done: done && keptDone(done),
    failure: failure && keptFailure(failure),
  };
}

function keptDone(done: CompletionDone): PastResult["done"] {
  const { usage, cost_usd, first_token_ms, latency_ms, stop_reason, simulated } = done;
  return { usage, cost_usd, first_token_ms, latency_ms, stop_reason, simulated };
}

/** Field by field: a failure that was not streamed comes with those of its problem document. */
function keptFailure(failure: CompletionFailure): PastResult["failure"] {
  const { code, cause, fix, help, provider_status, provider_message, simulated } = failure;
  return {
    code,
    cause,
    fix,
    provider_status,
    provider_message,
    ...(help && { help }),
    ...(simulated !== undefined && { simulated }),
  };
}

/** The columns as they stood when the run had ended. */
export function runsOf({ inputs, results }: PastRun): Runs {
  const { models: _, image: __, ...settings } = inputs;
  const shown = results.map((result): [string, TestRun] => {
    const { pk, state, text, tool_calls: toolCalls, done, failure } = result;
    return [
      pk,
      {
        ...begin(requestFor(pk, settings, null)),
        state,
        text: state === "refused" ? "" : text,
        toolCalls,
        done: done && { ...done, text, tool_calls: toolCalls },
        failure,
        refusal: state === "refused" ? refusalOf(text) : null,
      },
    ];
  });
  return new Map(shown);
}

function refusalOf(detail: string): ApiError {
  const title = "The console refused it";
  return new ApiError({
    type: "about:blank",
    title,
    status: 409,
    detail,
    code: "conflict",
    request_id: "",
  });
}
