import { AppError, invalidField } from "@/lib/errors";
import { pluralize } from "@/lib/format";
import type { DefectiveRow, ModelRow } from "@/lib/models/row";
import type { AgentRef, ModelChanges } from "@/lib/models/schema";
import { providerIdOf, providerIds } from "@/lib/providers/schema";
import { isDefective } from "./soundness";

/** A default must be active, so a deactivated model loses the default. */
export function applyRules(row: ModelRow | DefectiveRow, changes: ModelChanges): ModelChanges {
  const stored = isDefective(row) ? row.raw.is_active?.S !== "false" : row.is_active;
  const active = changes.is_active ?? stored;
  assertDefaultActive(active, changes.is_default ?? false);
  const wasDefault = isDefective(row) ? row.raw.is_default?.BOOL === true : row.is_default;
  return !active && wasDefault ? { ...changes, is_default: false } : changes;
}

/** @throws AppError `invalid` for a default that would not be active */
export function assertDefaultActive(active: boolean, isDefault: boolean): void {
  if (active || !isDefault) return;
  throw invalidField(
    "is_default",
    "A default must be active. Activate the model in the same change.",
  );
}

/**
 * @param runtimeProviders the provider names in the runtime's map
 * @throws AppError `invalid` for a name that agents can't look up
 */
export function assertKnownProvider(provider: string, runtimeProviders: readonly string[]): void {
  const id = providerIdOf(provider);
  if (id === provider || (id !== null && runtimeProviders.includes(provider))) return;
  const fix = id ? `Use "${id}".` : `Choose one of ${providerIds.join(", ")}.`;
  throw invalidField("provider", `Agents cannot look up the provider "${provider}". ${fix}`);
}

/** @throws AppError `model_in_use` that names the agents, if there are any */
export function assertNotInUse(pk: string, agents: AgentRef[]): void {
  if (agents.length === 0) return;
  const names = agents
    .map(({ agent_name, version, by_default }) =>
      by_default
        ? `${agent_name} ${version} via its machine's default`
        : `${agent_name} ${version}`,
    )
    .join(", ");
  const count = pluralize(agents.length, "agent");
  const message = `Model "${pk}" is used by ${count} (${names}). Switch them to another model first.`;
  throw new AppError("model_in_use", message, { extra: { agents } });
}
