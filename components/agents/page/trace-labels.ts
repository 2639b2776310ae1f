import type { StatusTone } from "@/components/ui/text/status";
import type { AgentRecord, Trace, TraceStep } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";

/** What the runtime does in each step. */
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

export type StepState = { word: string; tone: StatusTone; isBreak: boolean; isGrey: boolean };

/** Label and tone of a step. The first broken one decides the run's error. */
export function stepState({ steps }: Trace, index: number): StepState {
  const step = steps[index];
  const firstBroken = steps.findIndex(({ status }) => status === "broken");
  const plain = { isBreak: false, isGrey: false };
  switch (step?.status) {
    case "broken":
      return index === firstBroken
        ? { ...plain, word: "Breaks here", tone: "bad", isBreak: true }
        : { ...plain, word: "Broken too", tone: "bad" };
    case "warning":
      return { ...plain, word: "Warning", tone: "warn" };
    case "ok":
      // The API's detail for an older agent.
      return step.detail === "not read"
        ? { ...plain, word: "Not read", tone: "off", isGrey: true }
        : { ...plain, word: "OK", tone: "good" };
    default: {
      const isAfter = firstBroken !== -1 && index > firstBroken;
      const isEmpty = !step?.value && !step?.fix;
      return isAfter && isEmpty
        ? { ...plain, word: "Not reached", tone: "off", isGrey: true }
        : { ...plain, word: "Not known", tone: "off" };
    }
  }
}

/** Where a step is fixed; null if on the agent's own page, or outside the console. */
export function fixLink(
  { step, status, value, fix }: TraceStep,
  { provider_id, resolves_to }: Pick<AgentRecord, "provider_id" | "resolves_to">,
): { label: string; href: string } | null {
  if (fix === null) return null;
  if ((step === "secret_key" || step === "key_state") && provider_id) {
    return { label: "API keys", href: pages.apiKeys(provider_id) };
  }
  // A model registered under an alias isn't fixed on the Models page.
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

/** An error in short: the caller's Lambda names the same long type for each of its failures. */
export function errorName(error: string): string {
  return error.startsWith("&") ? "the error of its LLM caller" : error;
}
