import type { StatusTone } from "@/components/ui/text/status";
import type { AgentRecord, Trace, TraceStep } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";

/** The runtime's action in each step. */
export const stepTitles: Record<TraceStep["step"], string> = {
  agent_row: "Reads the agent row",
  model_row: "Looks up the model row",
  provider_mapping: "Looks the provider up in its map",
  tool_definitions: "Loads the tools",
  endpoint: "Calls the endpoint",
  secret_key: "Takes the key from the secret",
  key_state: "Signs in at the provider",
  request: "Sends its request",
  last_test: "Gets an answer that it understands",
};

export type StepState = { label: string; tone: StatusTone; isBreak: boolean; isGrey: boolean };

/** Label and tone of a step. The first broken step decides the run's error. */
export function stepState({ steps }: Trace, index: number): StepState {
  const step = steps[index];
  const firstBroken = steps.findIndex(({ status }) => status === "broken");
  const plain = { isBreak: false, isGrey: false };
  switch (step?.status) {
    case "broken":
      return index === firstBroken
        ? { ...plain, label: "Breaks here", tone: "bad", isBreak: true }
        : { ...plain, label: "Broken too", tone: "bad" };
    case "warning":
      return { ...plain, label: "Warning", tone: "warn" };
    case "ok":
      // The API's detail for an older agent.
      return step.detail === "not read"
        ? { ...plain, label: "Not read", tone: "off", isGrey: true }
        : { ...plain, label: "OK", tone: "good" };
    default: {
      const isAfter = firstBroken !== -1 && index > firstBroken;
      const isEmpty = !step?.value && !step?.fix;
      return isAfter && isEmpty
        ? { ...plain, label: "Not reached", tone: "off", isGrey: true }
        : { ...plain, label: "Not known", tone: "off" };
    }
  }
}

/** The page where a step is fixed; null for the agent's own page, or outside the console. */
export function fixLink(
  { step, status, value, fix }: TraceStep,
  { provider_id, resolves_to }: Pick<AgentRecord, "provider_id" | "resolves_to">,
): { label: string; href: string } | null {
  if (fix === null) return null;
  if ((step === "secret_key" || step === "key_state") && provider_id) {
    return { label: "API keys", href: pages.apiKeys(provider_id) };
  }
  // A model that is registered under an alias can't be fixed on the Models page.
  const opensModels = step === "model_row" && (status !== "broken" || resolves_to === null);
  if (!opensModels) return null;
  return status === "broken" && value
    ? { label: "Add the model", href: pages.addModel(value) }
    : { label: "Models", href: pages.models() };
}

const copied: Partial<Record<TraceStep["step"], string>> = {
  agent_row: "agent row",
  model_row: "model row",
  provider_mapping: "provider",
  endpoint: "endpoint",
  secret_key: "key name",
};

/** The label of a step's copy button; null if the value isn't worth copying. */
export function copyLabel({ step }: TraceStep): string | null {
  return copied[step] ?? null;
}

/**
 * A short form of an error: the caller's Lambda function has the same long error type for all
 * failures.
 */
export function errorName(error: string): string {
  return error.startsWith("&") ? "the error of its LLM caller" : error;
}
