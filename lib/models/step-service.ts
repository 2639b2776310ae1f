import "server-only";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { booleanAttribute, etagOf, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { type AttributeChanges, applyChanges, pickPresent } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { agentsGuard, bumpGuard, readGuardVersion } from "@/lib/guards/repository";
import {
  type BuiltStep,
  matchesRow,
  type Step,
  type StepBuilder,
  stepChanges,
} from "@/lib/operations/step";
import { stepConflict } from "@/lib/operations-conflict";
import { type Catalog, loadCatalog } from "@/lib/prices/catalog-repository";
import {
  attributeItems,
  claimDefault,
  clearOtherDefaults,
  DefaultConflict,
  deletionItems,
  newSettings,
} from "./change-service";
import { assertDefaultCallable } from "./evidence-service";
import { createModelRow, findModelRow, listModelPks } from "./repository";
import type { DefectiveRow } from "./row";
import { changedAttributes, type ModelRow, parseModelRow } from "./row";
import { assertNotInUse } from "./rules/refusals";
import { isValid } from "./rules/soundness";
import type { AgentRef, PriceName, PriceSource } from "./schema";
import { listAgentsByModel } from "./users-service";

/**
 * The writes of one step to LLMModels, based on the current row.
 * @throws AppError if the row has changed or agents use a model that the step deletes
 */
export async function buildModelStep(
  actor: Actor,
  step: Step,
  operation_id: string | undefined,
  uses?: ModelUses,
): Promise<BuiltStep> {
  const row = await findModelRow(step.entity.id);
  if (step.before === null) return creation(actor, step, row, operation_id);
  if (!row || !matchesRow(row.raw, step)) throw await stepConflict(step, row);
  if (step.after === null) {
    return deletion(actor, row, operation_id, uses ?? (await readModelUses([row.pk])));
  }
  const { written, note } = clearDefaultIfInactive(row, stepChanges(step));
  if (step.takes_back && written.is_default?.BOOL === true && isValid(row)) {
    await assertDefaultCallable(row, step.override_reason);
  }
  const at = new Date().toISOString();
  const keepExistingDefault = step.takes_back;
  const reason = step.override_reason;
  const writing = { at, allAttributes: true, operation_id, keepExistingDefault, reason };
  const own = await attributeItems(actor, row, written, writing);
  const etagAfter = etagOf(applyChanges(row.raw, written));
  return { own, shared: [], exclusive: "is_default" in written, etagAfter, note };
}

/**
 * Restoring old attributes must not leave an inactive default: a model that becomes inactive again
 * loses the default.
 * @throws AppError `model_inactive` for an inactive model that would become the default again
 */
function clearDefaultIfInactive({ pk, raw }: ModelRow | DefectiveRow, written: AttributeChanges) {
  const next = applyChanges(raw, written);
  if (next.is_default?.BOOL !== true || next.is_active?.S !== "false") return { written };
  if (written.is_default?.BOOL === true) {
    const message = `Model "${pk}" is inactive, and a default must be active. Activate it first.`;
    throw new AppError("model_inactive", message);
  }
  if (!("is_active" in written)) return { written };
  const note = "It is inactive again, and so no default any more.";
  return { written: { ...written, is_default: booleanAttribute(false) }, note };
}

async function creation(
  actor: Actor,
  step: Step,
  row: ModelRow | DefectiveRow | null,
  operation_id: string | undefined,
): Promise<BuiltStep> {
  const { entity } = step;
  if (row || !step.after) throw await stepConflict(step, row);
  const { after, defaults, note } = await asDefault(actor, step, step.after, operation_id);
  const change = { action: "model.create", entity, before: null, after, operation_id } as const;
  const own = [
    ...defaults,
    createModelRow(after),
    await changeEvent(actor, change),
    await newSettings(actor, entity.id, after),
  ];
  return { own, shared: [], exclusive: defaults.length > 0, etagAfter: etagOf(after), note };
}

type Creation = { after: RawItem; defaults: WriteItem[]; note?: string };

/** A new row becomes the default; a restored row only if there is no other default. */
async function asDefault(
  actor: Actor,
  { entity, takes_back, override_reason }: Step,
  after: RawItem,
  operation_id: string | undefined,
): Promise<Creation> {
  if (after.is_default?.BOOL !== true) return { after, defaults: [] };
  if (!takes_back) {
    const at = new Date().toISOString();
    return { after, defaults: await clearOtherDefaults(actor, entity.id, at, operation_id) };
  }
  const asModel = { after: { ...after, is_default: booleanAttribute(false) }, defaults: [] };
  try {
    const row = parseModelRow(after, await loadCatalog());
    if (isValid(row)) await assertDefaultCallable(row, override_reason);
    return { after, defaults: await claimDefault(entity.id) };
  } catch (error) {
    const start = "It was restored, but not as the default:";
    if (error instanceof DefaultConflict) {
      const note = `${start} "${error.currentDefault}" became the default in the meantime and stays the default.`;
      return { ...asModel, note };
    }
    if (!(error instanceof AppError) || error.code !== "preflight_blocked") throw error;
    return { ...asModel, note: `${start} agents that get the default would fail.` };
  }
}

async function deletion(
  actor: Actor,
  row: ModelRow | DefectiveRow,
  operation_id: string | undefined,
  uses: ModelUses,
): Promise<BuiltStep> {
  assertNotInUse(row.pk, uses.users.get(row.pk) ?? []);
  const own: WriteItem[] = [
    bumpGuard(agentsGuard(row.pk), uses.guards.get(row.pk)),
    ...(await deletionItems(actor, row, operation_id)),
  ];
  return { own, shared: [], exclusive: false, etagAfter: null };
}

/** How operations change models. */
export const modelSteps: StepBuilder = {
  prepare: async (steps) => {
    const deleted = steps.filter(({ after }) => after === null);
    const uses =
      deleted.length > 0 ? await readModelUses(deleted.map(({ entity }) => entity.id)) : null;
    return (actor, step, operation_id) =>
      buildModelStep(actor, step, operation_id, uses ?? undefined);
  },
  replanDeletion,
};

/** Plans the deletion again with the current row, so that an undo restores that row. */
async function replanDeletion(step: Step): Promise<Step> {
  const row = await findModelRow(step.entity.id);
  return row ? { ...step, before: row.raw, expected_etag: etagOf(row.raw) } : step;
}

/** Users of the models to delete, and the guard versions that were read before them. */
type ModelUses = { guards: Map<string, number>; users: Map<string, AgentRef[]> };

/** Reads the agents once for many deletions. */
async function readModelUses(pks: string[]): Promise<ModelUses> {
  const guards = await Promise.all(
    pks.map(async (pk) => [pk, await readGuardVersion(agentsGuard(pk))] as const),
  );
  const { byPk: users } = await listAgentsByModel(await listModelPks());
  return { guards: new Map(guards), users };
}

/** A step for this `pk` without changes. */
export function emptyStep(id: string): Step {
  return {
    entity: { kind: "model", id },
    before: {},
    after: {},
    expected_etag: null,
    takes_back: false,
    model_pk: null,
    model_pk_before: null,
  };
}

/** The step that writes these attributes if the row hasn't changed since it was read. */
export function updateStep(
  { pk, raw }: ModelRow | DefectiveRow,
  attributes: AttributeChanges,
  at: string,
): Step {
  const written = { ...attributes, updated_at: stringAttribute(at) };
  const names = Object.keys(written);
  return {
    ...emptyStep(pk),
    before: pickPresent(raw, names),
    after: pickPresent(written, names),
  };
}

/**
 * The step that sets a model's prices (USD per 1M tokens) and their sources.
 * @param etag the etag that the row must have; null: only its prices must be unchanged
 */
export function pricesStep(
  row: ModelRow,
  prices: Partial<Record<PriceName, number>>,
  price_source: PriceSource,
  catalog: Catalog,
  etag: string | null,
): Step {
  const attributes = changedAttributes(row, { ...prices, price_source }, catalog);
  return { ...updateStep(row, attributes, new Date().toISOString()), expected_etag: etag };
}

/**
 * Prices that an admin should confirm: they come from a legacy attribute whose unit is unclear, or
 * from the catalog's price of another model.
 */
export function unconfirmedPrices(row: ModelRow): Partial<Record<PriceName, number>> {
  const assumed = (["input_price", "output_price"] as const).filter(
    (name) => row.price_unit === "assumed" && row.raw[name]?.N === undefined,
  );
  const names = new Set<PriceName>([...assumed, ...(row.priced_by_family ?? [])]);
  const priced = [...names].filter((name) => row[name] !== null);
  return Object.fromEntries(priced.map((name) => [name, row[name]]));
}
