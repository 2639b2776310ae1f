import "server-only";
import type { CapabilityName } from "@/lib/capabilities/schema";
import type { Usage } from "@/lib/completions/schema";
import { reachedLimitBeforeAnswer } from "@/lib/models/rules/answered";
import { refineBedrockFailure } from "@/lib/providers/bedrock-refusal";
import { complete } from "@/lib/providers/complete";
import { ProviderFailure } from "@/lib/providers/errors";
import type { ProviderCall, ProviderEvent } from "@/lib/providers/provider";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import type { ProviderId } from "@/lib/providers/schema";
import { colors, type Question, questionFor, toolName } from "./question-service";
import {
  type Answer,
  type Judgement,
  judgeStreaming,
  judgeTools,
  judgeVision,
} from "./rules/judge";
import { isCapabilityRefusal, isForcedCallRefusal } from "./rules/refusals";

/** The outcome of one probe; `usage` is null without an answer. */
export type ProbeOutcome = Judgement & {
  code: CompletionCode | null;
  fix: string | null;
  simulated: boolean;
  usage: Usage | null;
  /** Whether the model answered at all; a refusal is an answer too. */
  answered: boolean;
};

type Target = { id: ProviderId; key: string; model: { model_id: string } };

/**
 * Probes one capability. A provider failure is an outcome, not an exception. Retries without forcing
 * the tool call if the provider refused only that.
 * @throws errors that aren't provider failures, and the abort reason of `signal`
 */
export async function probe(
  name: CapabilityName,
  target: Target,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const question = questionFor(name);
  const first = await callModel(target, question.call, signal);
  const isForcedCallRefused =
    name === "tools" && first instanceof ProviderFailure && isForcedCallRefusal(first);
  const outcome = isForcedCallRefused
    ? await callModel(target, { ...question.call, tool_choice: "auto" }, signal)
    : first;
  return outcome instanceof ProviderFailure
    ? judgeFailure(name, outcome)
    : {
        ...judgement(name, question, outcome.answer),
        code: null,
        fix: null,
        simulated: outcome.simulated,
        usage: outcome.usage,
        answered: !reachedLimitBeforeAnswer({
          ...outcome.answer,
          tool_calls: outcome.answer.calls,
        }),
      };
}

function judgement(name: CapabilityName, { stripes }: Question, answer: Answer): Judgement {
  switch (name) {
    case "tools":
      return judgeTools(answer, toolName);
    case "vision":
      return judgeVision(answer, stripes, Object.keys(colors));
    case "streaming":
      return judgeStreaming(answer);
  }
}

function judgeFailure(name: CapabilityName, failure: ProviderFailure): ProbeOutcome {
  const { code, cause, fix, provider_message, simulated = false } = failure.toJSON();
  const rest = { code, simulated, usage: null };
  if (!isCapabilityRefusal(name, failure)) {
    return { verdict: "not_known", detail: cause, fix, answered: false, ...rest };
  }
  return {
    verdict: "disproved",
    detail: `The provider refused: ${provider_message}`,
    fix: null,
    answered: true,
    ...rest,
  };
}

type ModelAnswer = { answer: Answer; usage: Usage; simulated: boolean };

async function callModel(
  { id, key, model }: Target,
  call: Omit<ProviderCall, "model_id">,
  signal: AbortSignal,
): Promise<ModelAnswer | ProviderFailure> {
  try {
    return await gather(complete(id, { ...call, model_id: model.model_id }, key, signal));
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return refineBedrockFailure(error, id, model.model_id, signal);
  }
}

async function gather(events: AsyncIterable<ProviderEvent>): Promise<ModelAnswer> {
  const answer: Answer = { text: "", calls: [], pieces: 0, stop_reason: "" };
  for await (const event of events) {
    if (event.type === "end") {
      const { usage, simulated, stop_reason } = event;
      return { answer: { ...answer, stop_reason }, usage, simulated };
    }
    if (event.type === "tool_call") {
      answer.calls.push(event.call);
    } else {
      answer.text += event.text;
      answer.pieces += 1;
    }
  }
  throw new Error("An adapter ended without its end event");
}
