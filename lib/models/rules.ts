import { pluralize } from "@/lib/format";
import "server-only";
import { AppError, invalidField } from "@/lib/errors";
import { runtimeProviders } from "@/lib/providers/runtime";
import { providerIdOf, providerIds } from "@/lib/providers/schema";
import { type DefectiveRow, isDefective, type ModelRow } from "./row";
import type { AgentRef, ModelChanges } from "./schema";

/** A default is active: a deactivated model is no default any more. */
export function withConsequences(
  row: ModelRow | DefectiveRow,
  changes: ModelChanges,
): ModelChanges {
  const stored = isDefective(row) ? row.raw.is_active?.S !== "false" : row.is_active;
  const active = changes.is_active ?? stored;
  refuseInactiveDefault(active, changes.is_default ?? false);
  const wasDefault = isDefective(row) ? row.raw.is_default?.BOOL === true : row.is_default;
  return !active && wasDefault ? { ...changes, is_default: false } : changes;
}

/** @throws AppError `invalid` for a default that would not be active */
export function refuseInactiveDefault(active: boolean, isDefault: boolean): void {
  if (active || !isDefault) return;
  throw invalidField(
    "is_default",
    "A default must be active. Activate the model in the same change.",
  );
}

/** @throws AppError `invalid` for a name under which agents look up no provider */
export function refuseUnknownProvider(provider: string): void {
  const id = providerIdOf(provider);
  if (id === provider || (id !== null && runtimeProviders().includes(provider))) return;
  const fix = id ? `Use "${id}".` : `Choose one of ${providerIds.join(", ")}.`;
  throw invalidField("provider", `Agents cannot look up the provider "${provider}". ${fix}`);
}

/** @throws AppError `model_in_use` that names the agents, when there are any */
export function refuseInUse(pk: string, agents: AgentRef[]): void {
  if (agents.length === 0) return;
  const names = agents.map((agent) => `${agent.agent_name} ${agent.version}`).join(", ");
  const who = pluralize(agents.length, "agent");
  const message = `Model "${pk}" is used by ${who} (${names}). Switch them to another model first.`;
  throw new AppError("model_in_use", message, { extra: { agents } });
}

/** The row itself. @throws AppError `model_defective` with every reason */
export function requireSound(row: ModelRow | DefectiveRow): ModelRow {
  if (!isDefective(row)) return row;
  const message = `The row "${row.pk}" is defective: ${row.reasons.join("; ")}. Repair or delete it.`;
  const errors = row.reasons.map((reason) => ({
    path: reason.split(" ")[0] ?? "",
    message: reason,
  }));
  throw new AppError("model_defective", message, { errors });
}
