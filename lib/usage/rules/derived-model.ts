import type { Dimensions } from "./dimensions";

/** Provider and model of a metric. */
export type MetricModel = { provider: string; model: string; isDerived: boolean };

type AgentModel = {
  agent_name: string;
  /** Null if only the state machine knows. */
  llm_provider: string | null;
  llm_model: string | null;
  state_machine_name: string | null;
};

/**
 * The provider and model of a metric. A missing part is taken from the agent's rows if they allow
 * only one value; otherwise null.
 * @param resolve the row that a provider and a model resolve to, or null
 */
export function deriveModel(
  { agent, provider, model, state_machine_name }: Dimensions,
  agents: readonly AgentModel[],
  resolve: (provider: string, model: string) => string | null,
): MetricModel | null {
  if (provider && model) return { provider, model, isDerived: false };
  const versions = agents.filter(({ agent_name }) => agent_name === agent);
  const ofMachine = versions.filter((version) => version.state_machine_name === state_machine_name);
  const possible: (MetricModel & { pk: string | null })[] = [];
  for (const { llm_provider, llm_model } of ofMachine.length > 0 ? ofMachine : versions) {
    const derived = { provider: provider || llm_provider, model: model || llm_model };
    // This version's model is compiled into its state machine, so it could be any model.
    if (derived.provider === null || derived.model === null) return null;
    const source = { provider: derived.provider, model: derived.model };
    possible.push({ ...source, isDerived: true, pk: resolve(source.provider, source.model) });
  }
  const registered = possible.filter(({ pk }) => pk !== null);
  const [first, ...others] = new Map(
    (registered.length > 0 ? registered : possible).map((entry) => [
      entry.pk ?? `${entry.provider}#${entry.model}`,
      entry,
    ]),
  ).values();
  return first && others.length === 0
    ? { provider: first.provider, model: first.model, isDerived: true }
    : null;
}
