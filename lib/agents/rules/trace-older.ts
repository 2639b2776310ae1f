import { providerInfo } from "@/lib/providers/schema";
import { agentEntityId } from "./entity";
import { promptMissing } from "./trace-generated";
import {
  isKeyUsable,
  keyName,
  keyStatusText,
  lastTest,
  namedTools,
  ok,
  type TraceFacts,
  type TraceStepDraft,
  unknown,
} from "./trace-links";

/** An older agent: provider and endpoint are compiled in, and LLMModels is not read. */
export function olderAgentSteps(facts: TraceFacts): TraceStepDraft[] {
  const { agent } = facts;
  const unread = (step: "model_row" | "provider_mapping") => ok(step, null, "not read");
  const model = agent.llm_model
    ? `Passes on ${agent.llm_model} as stored.`
    : "Names no model: the run fails unless a default is compiled into the state machine.";
  return [
    promptMissing(agent) ?? {
      ...ok("agent_row", agentEntityId(agent), model),
      status: agent.llm_model ? "ok" : "unknown",
    },
    unread("model_row"),
    unread("provider_mapping"),
    unknown("tool_definitions", "Its definition can't be read, so its tools aren't checked."),
    {
      ...ok("endpoint", null, `Compiled into the state machine, not visible here${byRow(facts)}.`),
      status: "unknown",
    },
    olderAgentKeyStep(facts),
    {
      ...ok(
        "key_state",
        facts.key?.status ?? null,
        facts.key ? keyStatusText[facts.key.status] : "Not known.",
      ),
      status: facts.key?.status === "verified" ? "ok" : "unknown",
    },
    unknown("request", "What it sends is not visible here."),
    olderAgentTestStep(facts),
  ];
}

function byRow({ agent }: TraceFacts): string {
  return agent.provider_id ? `; its row names ${providerInfo(agent.provider_id).name}` : "";
}

function olderAgentKeyStep({ agent, key }: TraceFacts): TraceStepDraft {
  const name = keyName(agent.provider_id);
  const detail = name
    ? "The key that a caller of the provider in its row takes."
    : "The key depends on the compiled provider, which is not visible here.";
  const isUnusable = name !== null && !isKeyUsable(key);
  return {
    ...ok("secret_key", name, detail),
    status: isUnusable ? "warning" : "unknown",
    fix: isUnusable ? "Paste a key that works under API keys." : null,
  };
}

function olderAgentTestStep(facts: TraceFacts): TraceStepDraft {
  const link = lastTest(facts, {
    provider: facts.agent.llm_provider ?? "",
    tools: namedTools(facts),
    isFollowed: false,
  });
  return link.status === "broken" ? { ...link, status: "warning" } : link;
}
