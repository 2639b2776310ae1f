import { formatProviderName } from "@/lib/format";
import "server-only";
import type { RawAttributes } from "@/lib/activity/schema";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { AppError, invalidField } from "@/lib/errors";
import { findModel, type ModelRow } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { providerIdOf } from "@/lib/providers/schema";
import { sharedSwitchContext } from "./offers-service";
import type { AgentRow } from "./row";
import { blockingFindings, type SwitchContext } from "./rules/preflight";
import type { DeployedAgent } from "./runtime-service";
import type { AgentChanges } from "./schema";
import type { ReadSwitchContext } from "./surroundings-service";

export type ResolvedTarget = {
  target: ModelRow;
  /** The attributes to write. */
  attributes: RawItem;
  /** True if findings block the switch and the admin gave an override reason. */
  overridden: boolean;
};

/**
 * The registered target model, checked by every rule of a switch; null if provider and model
 * don't change.
 * @throws AppError `invalid`, `provider_fixed`, `model_not_registered`, `model_inactive`,
 *   `preflight_blocked`
 */
export async function resolveTargetModel(
  row: DeployedAgent,
  changes: AgentChanges,
  readContext: ReadSwitchContext = sharedSwitchContext("if_refused"),
): Promise<ResolvedTarget | null> {
  const { llm_provider, llm_model, override_reason } = changes;
  if (llm_provider !== undefined && llm_model === undefined) {
    throw invalidField("llm_model", "Name the model too: a provider alone would run no model.");
  }
  if (llm_model === undefined) return null;
  const provider = row.unified
    ? (llm_provider ?? row.llm_provider)
    : fixedProvider(row, llm_provider);
  if (!provider)
    throw invalidField("llm_provider", "The agent's row names no provider: name it too.");
  if (!row.unified && llm_model === row.llm_model) return null;
  const target = await requireOffered(provider, llm_model);
  const attributes = changedOnly(row, {
    ...(row.unified && { llm_provider: stringAttribute(target.provider) }),
    llm_model: stringAttribute(target.model_id),
  });
  if (Object.keys(attributes).length === 0) return null;
  return {
    target,
    attributes,
    overridden: checkOverride(row, await readContext(target, row), override_reason),
  };
}

/**
 * The model that a rollback restores, checked by the rules of a switch; null if the model
 * doesn't change.
 * @throws AppError `provider_fixed`, `model_not_registered`, `model_inactive`, `preflight_blocked`
 */
export async function resolveRollbackModel(
  row: DeployedAgent,
  former: RawAttributes,
  reason: string | undefined,
): Promise<string | null> {
  if (!("llm_model" in former) && !("llm_provider" in former)) return null;
  const textOf = (name: "llm_provider" | "llm_model") => {
    const value = former[name];
    return value && "S" in value && typeof value.S === "string" ? value.S : row[name];
  };
  const [provider, modelId] = [textOf("llm_provider"), textOf("llm_model")];
  if (!provider || !modelId) return null;
  assertProviderNotFixed(row, provider);
  const target = await requireOffered(provider, modelId);
  const readContext = sharedSwitchContext("if_refused");
  checkOverride(row, await readContext(target, row), reason);
  return target.pk;
}

/**
 * A rollback could restore a provider from a time before the agent had the older caller.
 * @throws AppError `provider_fixed`
 */
export function assertProviderNotFixed(row: AgentRow, restored: string | undefined): void {
  if (!row.unified && restored !== undefined) fixedProvider(row, restored);
}

/**
 * Throws unless the provider is the older agent's own, under any alias.
 * @throws AppError `provider_fixed`
 */
export function assertSameProvider(row: AgentRow, requested: string): void {
  fixedProvider(row, requested);
}

/** An older agent keeps its stored provider; an alias of that provider isn't a change. */
function fixedProvider(row: AgentRow, requested: string | undefined): string {
  const { llm_provider: stored, provider_id } = row;
  const name = `Agent "${row.agent_name}" ${row.version}`;
  if (stored === null || provider_id === null) {
    const message = `${name} runs on the older caller: its provider is compiled into its state machine and its row names none that is known, so no model can be checked for it.`;
    throw new AppError("provider_fixed", message);
  }
  if (requested === undefined || requested === stored || providerIdOf(requested) === provider_id)
    return stored;
  const message = `${name} runs on the older caller: its state machine fixes the provider (${formatProviderName(provider_id)}). Choose one of its models, or deploy the agent with the unified caller.`;
  throw new AppError("provider_fixed", message);
}

async function requireOffered(provider: string, modelId: string): Promise<ModelRow> {
  const row = await findModel(provider, modelId);
  if (!row) {
    const message = `Model "${modelId}" of "${provider}" is not registered. Add it on the Models page first.`;
    throw new AppError("model_not_registered", message, {
      errors: [{ path: "llm_model", message }],
    });
  }
  if (isDefective(row)) {
    const message = `The row of model "${row.pk}" is defective (${row.reasons.join("; ")}). Repair it first.`;
    throw new AppError("model_not_registered", message, {
      errors: [{ path: "llm_model", message }],
    });
  }
  if (row.is_active) return row;
  const message = `Model "${row.pk}" is inactive. Activate it, or choose another.`;
  throw new AppError("model_inactive", message, { errors: [{ path: "llm_model", message }] });
}

function changedOnly(row: AgentRow, attributes: RawItem): RawItem {
  const entries = Object.entries(attributes);
  return Object.fromEntries(entries.filter(([name, value]) => row.raw[name]?.S !== value.S));
}

function checkOverride(
  row: DeployedAgent,
  surroundings: SwitchContext,
  reason: string | undefined,
) {
  const findings = blockingFindings({ agent: row, ...surroundings });
  if (findings.length === 0) return false;
  if (reason !== undefined) return true;
  const problems = findings.map((finding) => finding.title).join("; ");
  const message = `The next invocation would fail: ${problems}. Fix this first, or give an override_reason.`;
  throw new AppError("preflight_blocked", message, { extra: { findings } });
}
