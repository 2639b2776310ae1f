import { callTo } from "@/lib/addresses";
import type { AgentRecord } from "@/lib/agents/schema";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import type { Finding } from "@/lib/findings/schema";
import { formatDay } from "@/lib/format";
import { isRetired } from "@/lib/models/rules/evidence";
import type { ModelRecord } from "@/lib/models/schema";
import { providerIdOf } from "@/lib/providers/schema";
import { type AgentRun, goneFinding, promptFinding, readRowOf } from "./agent-run";
import { bedrockFinding, refusesId } from "./bedrock-finding";
import { agentEntityId } from "./entity";
import type { PreflightAgent } from "./preflight";

type Offered = Pick<
  ModelRecord,
  | "pk"
  | "provider"
  | "provider_id"
  | "model_id"
  | "display_name"
  | "max_tokens"
  | "max_output_tokens"
  | "lifecycle"
  | "retires_on"
  | "input_price"
  | "output_price"
>;

type Facts = {
  agent: PreflightAgent & Pick<AgentRecord, "system_prompt" | "llm_provider" | "llm_model">;
  model: Offered;
  bedrockCatalog: BedrockCatalog | null;
  /** The day on which the model retires, according to the provider's own list. */
  listedRetiresOn?: string | null;
  /** The agent's next run on the model. */
  run: AgentRun;
  /** Whether the console suggests the model for the agent. */
  isOffered: boolean;
  /** Milliseconds since 1970. */
  now: number;
};

/** Findings to consider that don't block a switch. */
export function warningsOf(facts: Facts): Finding[] {
  const rules = [deleted, prompt, unread, alias, output, context, retirement, listing, price];
  return rules.map((rule) => rule(facts)).filter((finding) => finding !== null);
}

/** An agent whose machine is deleted can't run on any model. */
function deleted({ agent, run }: Facts): Finding | null {
  return run.source === "assumed" ? goneFinding(agent, run.unreadable) : null;
}

function prompt({ agent, run }: Facts): Finding | null {
  const finding = promptFinding(agent, run);
  return finding && { ...finding, severity: "warning" };
}

/** Changing a row that no machine reads has no effect. */
function unread({ agent, run }: Facts): Finding | null {
  if (run.source === "assumed" || run.isRead) return null;
  return {
    code: "agent_defective",
    severity: "warning",
    subject: { kind: "agent", id: agentEntityId(agent) },
    title: "This row is never read by its machine",
    evidence: `${run.machine.name} reads ${readRowOf(run)}.`,
    fix: `Change ${readRowOf(run)}: that is the one that runs.`,
  };
}

/** The row already names this model, but under an alias that the runtime doesn't find. */
function alias({ agent, model, isOffered }: Facts): Finding | null {
  const { unified, llm_provider, llm_model } = agent;
  if (!unified || llm_model !== model.model_id || llm_provider === model.provider) return null;
  if (llm_provider === null || providerIdOf(llm_provider) !== model.provider_id) return null;
  const finding = {
    code: "agent_alias_unresolved",
    severity: "warning",
    subject: { kind: "agent", id: agentEntityId(agent) },
    title: `The row names the provider "${llm_provider}"`,
    evidence: `The model is registered as ${model.pk}: as the row is, the run fails with States.QueryEvaluationError.`,
  } as const;
  if (!isOffered) return { ...finding, fix: "Choose another model." };
  return {
    ...finding,
    fix: `Switching to it writes "${model.provider}", and the run goes through.`,
    action: {
      label: `Switch to ${model.pk}`,
      ...callTo("updateAgent", { name: agent.agent_name, version: agent.version }),
      body: { llm_provider: model.provider, llm_model: model.model_id },
    },
  };
}

function output({ agent, model }: Facts): Finding | null {
  const requested = agent.parameters?.max_tokens;
  const limit = model.max_output_tokens;
  if (typeof requested !== "number" || limit === null || requested <= limit) return null;
  return {
    code: "context_differs",
    severity: "warning",
    subject: { kind: "agent", id: agentEntityId(agent) },
    title: `${model.display_name} writes at most ${limit} tokens`,
    evidence: `The agent's parameters ask for ${requested}: the provider refuses that or cuts it short.`,
    fix: `Lower max_tokens of the agent to ${limit}, or choose a model with a larger output limit.`,
  };
}

/** English has about four characters per token; other languages have fewer. */
const charactersPerToken = 4;

function context({ agent, model }: Facts): Finding | null {
  const tokens = Math.ceil((agent.system_prompt?.length ?? 0) / charactersPerToken);
  if (model.max_tokens === null || tokens <= model.max_tokens) return null;
  return {
    code: "context_differs",
    severity: "warning",
    subject: { kind: "agent", id: agentEntityId(agent) },
    title: `The system prompt does not fit into ${model.display_name}`,
    evidence: `It has about ${tokens} tokens, the context window ${model.max_tokens}.`,
    fix: "Choose a model with a larger context window, or shorten the prompt.",
  };
}

/** Warns of an announced retirement. A retired model is a blocking finding. */
function retirement({ model, listedRetiresOn, now }: Facts): Finding | null {
  const retires_on = listedRetiresOn ?? model.retires_on;
  if (retires_on === null || isRetired(model, null, now)) return null;
  return {
    code: "model_retiring",
    severity: "warning",
    subject: { kind: "model", id: model.pk },
    title: `${model.display_name} retires on ${formatDay(retires_on)}`,
    evidence: `${listedRetiresOn ? "Its provider's list" : "Its row"} gives the date ${formatDay(retires_on)}.`,
    fix: "Choose a model that stays.",
  };
}

/** An ID that Bedrock is sure to refuse is a blocking finding. */
function listing({ model, bedrockCatalog, run }: Facts): Finding | null {
  if (model.provider_id !== "bedrock") return null;
  const finding = bedrockFinding(model.pk, model.model_id, bedrockCatalog);
  if (!finding || refusesId(finding.code, run)) return null;
  return { ...finding, severity: "warning" };
}

function price({ model }: Facts): Finding | null {
  if (model.input_price !== null && model.output_price !== null) return null;
  return {
    code: "price_missing",
    severity: "info",
    subject: { kind: "model", id: model.pk },
    title: `${model.display_name} is not priced`,
    evidence: "What a month would cost cannot be told.",
    fix: "Enter its price on the Models page.",
  };
}
