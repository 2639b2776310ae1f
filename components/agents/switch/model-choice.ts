import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import { isGone, unsuitableBecause } from "@/lib/models/rules/availability";
import type { ModelRecord } from "@/lib/models/schema";
import { providerIds } from "@/lib/providers/schema";

/** A provider that an agent can use, with its selectable models. */
export type ProviderChoice = {
  id: string;
  name: string;
  /**
   * Active models only: the default first, then by name. Models that can't be called and then
   * retired ones come last.
   */
  models: ModelRecord[];
};

/** The known providers in their order, then others that have models. */
export function providerChoices(models: readonly ModelRecord[]): ProviderChoice[] {
  const others = models.map((model) => model.provider_id).sort();
  const ids = new Set<string>([...providerIds, ...others]);
  return [...ids].map((id) => ({ id, name: formatProviderName(id), models: offered(models, id) }));
}

function offered(models: readonly ModelRecord[], providerId: string): ModelRecord[] {
  const doubt = (model: ModelRecord) =>
    isGone(model.availability) ? 2 : Number(unsuitableBecause(model) !== null);
  return models
    .filter((model) => model.provider_id === providerId && model.is_active)
    .sort(
      (a, b) =>
        doubt(a) - doubt(b) ||
        Number(b.is_default) - Number(a.is_default) ||
        a.display_name.localeCompare(b.display_name, "en"),
    );
}

/** The choice for the stored provider; "" if there is none. */
export function providerIdOfAgent(agent: Pick<AgentRecord, "provider_id" | "llm_provider">) {
  return agent.provider_id ?? agent.llm_provider ?? "";
}

/** Why the provider can't be changed; null if it can. */
export function providerLockedReason(agent: AgentRecord): string | null {
  if (agent.unified) return null;
  const modelReason = modelLockedReason(agent);
  if (modelReason) return modelReason;
  if (agent.metadata === null) {
    return "Its metadata cannot be read, so it counts as an agent of the older caller: its state machine fixes the provider";
  }
  return "Runs on the older caller: its state machine fixes the provider";
}

/** Why the model can't be changed either; null if it can. */
export function modelLockedReason(agent: AgentRecord): string | null {
  if (agent.unified || agent.provider_id !== null) return null;
  if (agent.llm_provider === null) {
    return "Its row names no provider: only its state machine says which one it calls";
  }
  return `Its row names the provider “${agent.llm_provider}”, which nobody knows: no model can be checked for it`;
}

/** The pk that a unified agent looks up, exactly as stored; null if it names none. */
export function runtimePk({ llm_provider, llm_model }: AgentRecord): string | null {
  return llm_provider !== null && llm_model !== null ? `${llm_provider}#${llm_model}` : null;
}
