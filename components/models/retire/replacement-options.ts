import { formatPricePair } from "@/components/prices/price-pair";
import { type SelectOption, withDistinctLabels } from "@/components/ui/form/select";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import { unsuitableBecause } from "@/lib/models/rules/availability";
import type { AgentRef, ModelRecord } from "@/lib/models/schema";

/** The agents whose state machine fixes their provider. */
export function fixedAgents(users: readonly AgentRef[], agents: readonly AgentRecord[]) {
  return agents.filter(
    (agent) =>
      !agent.unified &&
      users.some((user) => user.agent_name === agent.agent_name && user.version === agent.version),
  );
}

/**
 * Every model that may replace a model: first those of its provider, with the default on top. Other
 * providers are disabled if an agent can't change its provider.
 */
export function replacementOptions(
  model: ModelRecord,
  models: readonly ModelRecord[],
  fixed: readonly AgentRecord[],
): SelectOption[] {
  const isSameProvider = (candidate: ModelRecord) => candidate.provider_id === model.provider_id;
  const rank = (candidate: ModelRecord) =>
    (isSameProvider(candidate) ? 0 : 2) + (candidate.is_default ? 0 : 1);
  const plain = models.map(({ pk, display_name }) => ({ value: pk, label: display_name }));
  const labels = new Map(withDistinctLabels(plain).map(({ value, label }) => [value, label]));
  const names = fixed.map((agent) => agent.agent_name).join(", ");
  return models
    .filter((candidate) => candidate.pk !== model.pk && unsuitableBecause(candidate) === null)
    .sort(
      (a, b) =>
        Number(!isSameProvider(a)) - Number(!isSameProvider(b)) ||
        a.provider_id.localeCompare(b.provider_id) ||
        rank(a) - rank(b) ||
        a.display_name.localeCompare(b.display_name),
    )
    .map((candidate) => ({
      value: candidate.pk,
      label: labels.get(candidate.pk) + (candidate.is_default ? " (default)" : ""),
      description: formatPricePair(candidate),
      group: formatProviderName(candidate.provider_id),
      ...(!isSameProvider(candidate) &&
        fixed.length > 0 && {
          disabledReason: `${names} cannot leave ${formatProviderName(model.provider_id)}`,
        }),
    }));
}

/** Longer lists have a search, because every option is rendered. */
export const maxOptions = 60;

/** The first matching options, always including the selected one. */
export function filterOptions(
  options: readonly SelectOption[],
  search: string,
  chosen: string,
): { options: SelectOption[]; total: number } {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = ({ label, value }: SelectOption) => `${label} ${value}`.toLowerCase();
  const matching = options.filter((option) => words.every((word) => textOf(option).includes(word)));
  const visible = matching.slice(0, maxOptions);
  const missing = options.filter(
    ({ value }) => value === chosen && !visible.some((o) => o.value === value),
  );
  return { options: [...missing, ...visible], total: matching.length };
}
