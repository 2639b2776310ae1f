import "server-only";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { booleanAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { type AttributeChanges, applyChanges, pickPresent } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { AppError, invalidField } from "@/lib/errors";
import { bumpGuard, defaultGuard, readGuardVersion, withGuard } from "@/lib/guards/repository";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { providerIdOf } from "@/lib/providers/schema";
import { finalPriceRecords, priceRecords, type Repricing } from "./price-record-service";
import { deleteModelRow, listModelRows, updateModelRow } from "./repository";
import {
  changedAttributes,
  type DefectiveRow,
  type ModelRow,
  parseModelRow,
  repairAttributes,
} from "./row";
import { pricesFromTime } from "./rules/prices-from";
import { type SettingName, settingNames } from "./rules/reverted";
import { isDefective } from "./rules/soundness";
import { type ModelChanges, priceNames } from "./schema";
import { recordModelSettings } from "./settings-repository";

/** The writes of a change, with its event and price records; empty if nothing changes. */
export async function changeItems(
  actor: Actor,
  row: ModelRow | DefectiveRow,
  changes: ModelChanges,
  allAttributes: boolean,
  { reason, prices_from }: { reason?: string; prices_from?: string } = {},
): Promise<WriteItem[]> {
  const at = new Date().toISOString();
  const repricing = prices_from === undefined ? undefined : repricingOf(changes, prices_from);
  const attributes = isDefective(row)
    ? await repairedAttributes(row, changes)
    : changedAttributes(row, changes, await loadCatalog());
  // If other writers left two defaults, choosing one of them clears the other.
  if (changes.is_default && (await otherDefaults(row.pk)).length > 0) {
    attributes.is_default = booleanAttribute(true);
  }
  if (Object.keys(attributes).length === 0 && !repricing) return [];
  return attributeItems(
    actor,
    row,
    { ...attributes, updated_at: stringAttribute(at) },
    { at, allAttributes, reason, repricing },
  );
}

/** @throws AppError `invalid` without a price, or for a time in the future */
function repricingOf(changes: ModelChanges, prices_from: string): Repricing {
  const names = priceNames.filter((name) => changes[name] !== undefined);
  if (names.length === 0) {
    throw invalidField("prices_from", "Also send the prices that apply from then on.");
  }
  return { from: new Date(pricesFromTime(prices_from)).toISOString(), names };
}

type Writing = {
  at: string;
  allAttributes: boolean;
  operation_id?: string;
  /** The reason for overriding the findings against the change. */
  reason?: string;
  /** Set if the prices come into force at a time other than now. */
  repricing?: Repricing;
  /** Throws if another model is the default, instead of replacing it. */
  keepExistingDefault?: boolean;
};

/** The actions that write raw attributes of a row: other defaults, the row, its event, its prices. */
export async function attributeItems(
  actor: Actor,
  row: ModelRow | DefectiveRow,
  written: AttributeChanges,
  { at, allAttributes, operation_id, keepExistingDefault, reason, repricing }: Writing,
): Promise<WriteItem[]> {
  const takeDefault = () =>
    keepExistingDefault
      ? claimDefault(row.pk)
      : clearOtherDefaults(actor, row.pk, at, operation_id);
  const defaults = becomesDefault(row, written) ? await takeDefault() : [];
  return [
    ...defaults,
    updateModelRow(row.pk, row.raw, written, allAttributes),
    await updateEvent(actor, row, written, { operation_id, reason, repricing }),
    ...(await priceRecords(actor, row, written, at, repricing)),
    await settingsItem(actor, row, written),
  ];
}

/** Records the watched values of a write, to detect when another writer reverts them. */
async function settingsItem(
  actor: Actor,
  { pk, raw }: ModelRow | DefectiveRow,
  written: AttributeChanges,
): Promise<WriteItem> {
  const next = applyChanges(raw, written);
  return newSettings(
    actor,
    pk,
    next,
    settingNames.filter((name) => name in written),
  );
}

/** As above, for the row after the write. */
export async function newSettings(
  actor: Actor,
  pk: string,
  next: RawItem,
  names: readonly SettingName[] = settingNames,
): Promise<WriteItem> {
  const row = parseModelRow(next, await loadCatalog());
  const values = isDefective(row) ? [] : names.map((name) => [name, row[name]] as const);
  return recordModelSettings(actor.name, pk, next, Object.fromEntries(values));
}

/** Whether the write makes the row an active default. */
function becomesDefault(row: ModelRow | DefectiveRow, written: AttributeChanges): boolean {
  const affectsDefault = "is_default" in written || "is_active" in written || isDefective(row);
  return affectsDefault && (written.is_default ?? row.raw.is_default)?.BOOL === true;
}

/** The actions of deleting a row and its event. */
export async function deletionItems(
  actor: Actor,
  row: ModelRow | DefectiveRow,
  operation_id?: string,
): Promise<WriteItem[]> {
  const { pk, raw } = row;
  const entity = { kind: "model", id: pk } as const;
  const event = await changeEvent(actor, {
    action: "model.delete",
    entity,
    before: raw,
    after: null,
    operation_id,
  });
  const records = await finalPriceRecords(row, new Date().toISOString());
  return [
    deleteModelRow(pk, raw),
    event,
    ...records,
    recordModelSettings(actor.name, pk, null, {}),
  ];
}

/**
 * Unsets the other defaults of the provider ID, defective rows included. Touches the guard that
 * every concurrent choice of a default touches.
 */
export async function clearOtherDefaults(
  actor: Actor,
  pk: string,
  at: string,
  operation_id?: string,
): Promise<WriteItem[]> {
  const providerId = providerOf(pk);
  const guard = defaultGuard(providerId);
  const version = await readGuardVersion(guard);
  const others = await otherDefaults(pk);
  const written = { is_default: booleanAttribute(false), updated_at: stringAttribute(at) };
  const items = others.map(async (row) => [
    withGuard(guard, updateModelRow(row.pk, row.raw, written)),
    await updateEvent(actor, row, written, { operation_id }),
    await settingsItem(actor, row, written),
  ]);
  return [bumpGuard(guard, version), ...(await Promise.all(items)).flat()];
}

/** Another model is the default of the provider id. */
export class DefaultConflict extends AppError {
  readonly currentDefault: string;

  constructor(pk: string, currentDefault: string) {
    const message = `"${currentDefault}" has been made the default meanwhile, and stays it. Model "${pk}" was left as it is.`;
    super("conflict", message);
    this.currentDefault = currentDefault;
  }
}

/**
 * Takes the default of the provider id where no model has it, under the same guard.
 * @throws DefaultConflict if one has
 */
export async function claimDefault(pk: string): Promise<WriteItem[]> {
  const guard = defaultGuard(providerOf(pk));
  const version = await readGuardVersion(guard);
  const [currentDefault] = await otherDefaults(pk);
  if (currentDefault) throw new DefaultConflict(pk, currentDefault.pk);
  return [bumpGuard(guard, version)];
}

/** Other defaults of the provider ID, defective rows included. */
async function otherDefaults(pk: string): Promise<(ModelRow | DefectiveRow)[]> {
  const { rows, defective } = await listModelRows();
  return [...rows, ...defective].filter(
    (row) => row.pk !== pk && row.raw.is_default?.BOOL && providerOf(row.pk) === providerOf(pk),
  );
}

/** Also works for defective keys: returns everything before the first #. */
function providerOf(pk: string): string {
  const provider = pk.split("#")[0] ?? "";
  return providerIdOf(provider) ?? provider;
}

async function repairedAttributes(row: DefectiveRow, changes: ModelChanges) {
  const catalog = await loadCatalog();
  const attributes = repairAttributes(row, changes, catalog);
  const afterwards = { ...attributes, updated_at: null };
  const repaired = parseModelRow(applyChanges(row.raw, afterwards), catalog);
  if (!isDefective(repaired)) return attributes;
  const message = `The row "${row.pk}" would still be defective: ${repaired.reasons.join("; ")}.`;
  const errors = repaired.reasons.map((reason) => ({
    path: reason.split(" ")[0] ?? "",
    message: reason,
  }));
  throw new AppError("model_defective", message, { errors });
}

function updateEvent(
  actor: Actor,
  row: { pk: string; raw: RawItem },
  written: AttributeChanges,
  { operation_id, reason, repricing }: Pick<Writing, "operation_id" | "reason" | "repricing">,
) {
  // A price that only gets a new effective date stays unchanged in the row.
  const names = [...new Set([...Object.keys(written), ...(repricing?.names ?? [])])];
  const next = applyChanges(row.raw, written);
  return changeEvent(actor, {
    action: "model.update",
    entity: { kind: "model", id: row.pk },
    before: pickPresent(row.raw, names),
    after: {
      ...pickPresent(next, names),
      ...(repricing && { prices_from: stringAttribute(repricing.from) }),
    },
    operation_id,
    reason,
  });
}
