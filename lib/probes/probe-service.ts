import "server-only";
import type { CapabilityName } from "@/lib/capabilities/schema";
import type { Usage } from "@/lib/completions/schema";
import { refineBedrockFailure } from "@/lib/providers/bedrock-refusal";
import { complete } from "@/lib/providers/complete";
import { ProviderFailure } from "@/lib/providers/errors";
import type { ProviderCall, ProviderEvent } from "@/lib/providers/provider";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import type { ProviderId } from "@/lib/providers/schema";
import { colours, type Question, questionFor, toolName } from "./question-service";
import {
  type Answer,
  type Judgement,
  judgeStreaming,
  judgeTools,
  judgeVision,
} from "./rules/judge";
import { refusesCapability, refusesForcedCall } from "./rules/refusals";

/** What one question has shown; `usage` is null when no answer came. */
export type Probed = Judgement & {
  code: CompletionCode | null;
  fix: string | null;
  simulated: boolean;
  usage: Usage | null;
};

type Target = { id: ProviderId; key: string; model: { model_id: string } };

/**
 * Asks one model for one capability. A provider's failure is an outcome, not an exception; asked
 * anew only where forcing a tool call was refused, without the force.
 * @throws what is no answer of a provider; when `signal` aborts, its reason
 */
export async function probe(
  name: CapabilityName,
  target: Target,
  signal: AbortSignal,
): Promise<Probed> {
  const question = questionFor(name);
  const first = await ask(target, question.call, signal);
  const isForceRefused =
    name === "tools" && first instanceof ProviderFailure && refusesForcedCall(first);
  const outcome = isForceRefused
    ? await ask(target, { ...question.call, tool_choice: "auto" }, signal)
    : first;
  return outcome instanceof ProviderFailure
    ? judgeFailure(name, outcome)
    : {
        ...judgement(name, question, outcome.answer),
        code: null,
        fix: null,
        simulated: outcome.simulated,
        usage: outcome.usage,
      };
}

function judgement(name: CapabilityName, { stripes }: Question, answer: Answer): Judgement {
  switch (name) {
    case "tools":
      return judgeTools(answer, toolName);
    case "vision":
      return judgeVision(answer, stripes, Object.keys(colours));
    case "streaming":
      return judgeStreaming(answer);
  }
}

function judgeFailure(name: CapabilityName, failure: ProviderFailure): Probed {
  const { code, cause, fix, provider_message, simulated = false } = failure.toJSON();
  const rest = { code, simulated, usage: null };
  if (!refusesCapability(name, failure)) {
    return { verdict: "not_known", detail: cause, fix, ...rest };
  }
  return {
    verdict: "disproved",
    detail: `The provider refused: ${provider_message}`,
    fix: null,
    ...rest,
  };
}

type Answered = { answer: Answer; usage: Usage; simulated: boolean };

async function ask(
  { id, key, model }: Target,
  call: Omit<ProviderCall, "model_id">,
  signal: AbortSignal,
): Promise<Answered | ProviderFailure> {
  try {
    return await gather(complete(id, { ...call, model_id: model.model_id }, key, signal));
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return refineBedrockFailure(error, id, model.model_id, signal);
  }
}

async function gather(events: AsyncIterable<ProviderEvent>): Promise<Answered> {
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
