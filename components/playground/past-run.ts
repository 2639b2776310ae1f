import { startRun, type TestRun } from "@/components/completions/test-run";
import type { Runs } from "@/components/completions/use-runs";
import { describeError } from "@/components/ui/text/describe-error";
import { ApiError } from "@/lib/api/client";
import type { CompletionDone, CompletionFailure } from "@/lib/completions/schema";
import { callPriceNotesOf } from "@/lib/costs/rules/call-price-notes";
import type {
  PastResult,
  PastRun,
  PastRunDraft,
  PlaygroundSettings,
} from "@/lib/playground/schema";
import { type PromptImage, requestFor } from "./form-values";

/** A run as stored, without image data and raw exchange. */
export function pastRunOf(
  ended: ReadonlyMap<string, TestRun>,
  settings: PlaygroundSettings,
  image: PromptImage | null,
): PastRunDraft {
  const stored = image && { image: { name: image.name.slice(0, 255), type: image.type } };
  return {
    inputs: { models: [...ended.keys()], ...settings, ...stored },
    results: [...ended].map(([pk, run]) => resultOf(pk, run)),
  };
}

function resultOf(pk: string, run: TestRun): PastResult {
  const { text, toolCalls, done, failure, refusal } = run;
  return {
    pk,
    // Runs are stored once they have ended.
    state: run.state === "running" ? "stopped" : run.state,
    text: run.state === "refused" ? describeError(refusal).detail : text,
    tool_calls: toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
    done: done && storedDone(done),
    failure: failure && storedFailure(failure),
  };
}

function storedDone(done: CompletionDone): PastResult["done"] {
  const { usage, cost_usd, first_token_ms, latency_ms, stop_reason, simulated } = done;
  const figures = { usage, cost_usd, first_token_ms, latency_ms, stop_reason, simulated };
  return { ...figures, ...callPriceNotesOf(done) };
}

/** Picks fields, because a failure that wasn't streamed also has those of its problem document. */
function storedFailure(failure: CompletionFailure): PastResult["failure"] {
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

/** The columns of a stored run. */
export function runsOf({ inputs, results }: PastRun): Runs {
  const { models: _, image: __, ...settings } = inputs;
  const entries = results.map((result): [string, TestRun] => {
    const { pk, state, text, tool_calls: toolCalls, done, failure } = result;
    return [
      pk,
      {
        ...startRun(requestFor(pk, settings, null)),
        state,
        text: state === "refused" ? "" : text,
        toolCalls,
        done: done && { ...done, text, tool_calls: toolCalls },
        failure,
        refusal: state === "refused" ? refusalOf(text) : null,
      },
    ];
  });
  return new Map(entries);
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
