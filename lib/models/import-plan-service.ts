import "server-only";
import * as z from "zod";
import { booleanAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { pickPresent } from "@/lib/aws/narrow-update";
import { createYielder } from "@/lib/batches";
import { AppError, type FieldError } from "@/lib/errors";
import {
  type ImportedPrice,
  type ImportResult,
  type RejectedRow,
  transferNames,
} from "@/lib/models/rules/transfer-schema";
import type { Step } from "@/lib/operations/step";
import type { Catalog, CatalogPrice } from "@/lib/prices/catalog-repository";
import { runtimeProviders } from "@/lib/providers/runtime";
import { providerIdOf } from "@/lib/providers/schema";
import type { JudgedRow } from "./evidence-service";
import {
  changedAttributes,
  type DefectiveRow,
  type ModelRow,
  newModelRow,
  priceSourceOf,
} from "./row";
import type { ModelFindings } from "./rules/evidence";
import { applyRules, assertDefaultActive, assertKnownProvider } from "./rules/refusals";
import { isDefective } from "./rules/soundness";
import { describeAmbiguousNumber, type InputRow } from "./rules/transfer";
import { ModelChanges, ModelDraft, modelPk, type PriceName, priceNames } from "./schema";
import { emptyStep, updateStep } from "./step-service";

type Stored = Map<string, ModelRow | DefectiveRow>;
type ParsedRow = { row: number; pk: string; draft: ModelDraft };
type RefusedRow = Pick<RejectedRow, "row" | "errors">;
export type ImportPlan = Omit<ImportResult, "operation_id"> & {
  steps: { row: number; step: Step }[];
};

/** The most rejected rows that an answer lists. More of them usually share one cause in the file. */
export const maxRejected = 1_000;

/**
 * Compares the rows with the stored ones and writes nothing. Stops after `maxRejected` rejected
 * rows.
 */
export async function planImport(
  input: InputRow[],
  stored: Stored,
  catalog: Catalog,
  findingsOf: (row: JudgedRow) => ModelFindings,
): Promise<ImportPlan> {
  const yieldIfDue = createYielder();
  const places = new Places(input);
  const { valid, refused } = await readRows(input, stored, places);
  const duplicateDefaults = findDuplicateDefaults(valid, stored, places);
  const plan: ImportPlan = {
    created: [],
    updated: [],
    unchanged: [],
    rejected: [],
    steps: [],
  };
  for (const entry of valid) {
    await yieldIfDue();
    if (refused.length > maxRejected) break;
    try {
      const error = duplicateDefaults.get(entry.row);
      if (error) throw new AppError("invalid", error.message, { errors: [error] });
      assertCallable(entry, stored.get(entry.pk), findingsOf);
      planRow(plan, entry, stored.get(entry.pk), catalog);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const errors = error.errors ?? [{ path: "", message: error.message }];
      refused.push({ row: entry.row, errors });
    }
  }
  plan.rejected = refused.sort((a, b) => a.row - b.row).map((row) => places.locate(row));
  plan.steps = withFormerDefaults(plan.steps, stored);
  return plan;
}

/**
 * A file can't contain an override reason, so it can't make a model the default that can't be
 * called.
 */
function assertCallable(
  { pk, draft }: ParsedRow,
  stored: ModelRow | DefectiveRow | undefined,
  findingsOf: (row: JudgedRow) => ModelFindings,
): void {
  const row = stored && !isDefective(stored) ? stored : null;
  if (!draft.is_default || row?.is_default) return;
  const {
    display_name = row?.display_name ?? draft.model_id,
    lifecycle = row?.lifecycle ?? null,
    retires_on = row?.retires_on ?? null,
  } = draft;
  const { provider, model_id } = draft;
  const judged = { pk, provider, model_id, display_name, lifecycle, retires_on };
  const [finding] = findingsOf(judged).blocking;
  if (!finding) return;
  const message = `${finding.title}. Make it the default on the Models page, with a reason.`;
  throw new AppError("invalid", message, { errors: [{ path: "is_default", message }] });
}

type RowStep = ImportPlan["steps"][number];

/**
 * Adds explicit steps that clear former defaults, so that an undo restores them. They come first,
 * so that no later step changes the same row.
 */
function withFormerDefaults(steps: RowStep[], stored: Stored): RowStep[] {
  const stepsById = new Map(steps.map((entry) => [entry.step.entity.id, entry]));
  for (const { row, step } of steps) {
    if (step.after?.is_default?.BOOL !== true) continue;
    for (const other of stored.values()) {
      if (!isOtherDefault(other, step.entity.id)) continue;
      const entry = stepsById.get(other.pk) ?? { row, step: emptyStep(other.pk) };
      stepsById.set(other.pk, { ...entry, step: withoutDefault(entry.step, other.raw) });
    }
  }
  const removesDefault = ({ step }: RowStep) =>
    step.after?.is_default?.BOOL === false && step.before;
  const all = [...stepsById.values()];
  return [...all.filter(removesDefault), ...all.filter((entry) => !removesDefault(entry))];
}

function isOtherDefault({ pk, raw }: ModelRow | DefectiveRow, chosen: string): boolean {
  const idOf = (key: string) => providerIdOf(key.split("#")[0] ?? "") ?? key.split("#")[0];
  return pk !== chosen && raw.is_default?.BOOL === true && idOf(pk) === idOf(chosen);
}

function withoutDefault(step: Step, raw: RawItem): Step {
  const updated_at = step.after?.updated_at ?? stringAttribute(new Date().toISOString());
  const after = { ...step.after, is_default: booleanAttribute(false), updated_at };
  return { ...step, before: pickPresent(raw, Object.keys(after).concat(namesOf(step))), after };
}

const namesOf = ({ before }: Step) => Object.keys(before ?? {});

function planRow(
  plan: ImportPlan,
  { row, pk, draft }: ParsedRow,
  stored: ModelRow | DefectiveRow | undefined,
  catalog: Catalog,
) {
  const at = new Date().toISOString();
  if (!stored) {
    assertDefaultActive(draft.is_active ?? true, draft.is_default ?? false);
    plan.created.push({ row, pk, prices: pricesOf(draft, null, catalog) });
    const step = { ...emptyStep(pk), before: null, after: newModelRow(draft, at, catalog) };
    plan.steps.push({ row, step });
    return;
  }
  if (isDefective(stored)) {
    const message = `The stored row is defective (${stored.reasons.join("; ")}). Repair it first.`;
    throw new AppError("model_defective", message);
  }
  const { provider: _, model_id: __, price_source, ...changes } = draft;
  const parsed = changedFields(stored, changes);
  const attributes = changedAttributes(
    stored,
    applyRules(stored, { ...parsed, price_source }),
    catalog,
  );
  if (Object.keys(parsed).length === 0 || Object.keys(attributes).length === 0) {
    plan.unchanged.push({ row, pk });
    return;
  }
  const prices = pricesOf(draft, stored, catalog);
  plan.updated.push({ row, pk, changes: fieldChanges(stored, draft), prices });
  plan.steps.push({ row, step: updateStep(stored, attributes, at) });
}

/** The prices that a row of the file sets, with their origin. */
function pricesOf(draft: ModelDraft, stored: ModelRow | null, catalog: Catalog): ImportedPrice[] {
  const listed = catalog.price(draft.provider, draft.model_id);
  return priceNames.flatMap((name): ImportedPrice[] => {
    const [from, to] = [stored?.[name] ?? null, draft[name]];
    if (to === undefined || to === from) return [];
    const source = to === null ? null : priceSourceOf(name, to, draft.price_source, listed);
    return [{ name, from, to, source, catalog: listed && listedPrice(listed, name) }];
  });
}

function listedPrice(listed: CatalogPrice, name: PriceName): ImportedPrice["catalog"] {
  const price = listed[name];
  if (price === null) return null;
  const { match, region_may_differ } = listed;
  const { layer, as_of } = (name.startsWith("cache_") && listed.cache_from) || listed;
  return { price, layer, as_of, match, region_may_differ };
}

/** Only real differences. Importing an assumed price again doesn't confirm it. */
function changedFields(
  stored: ModelRow,
  changes: Omit<ModelDraft, "provider" | "model_id" | "price_source">,
) {
  const entries = Object.entries(changes).filter(
    ([name, value]) => stored[name as keyof typeof changes] !== value, // The names of `changes`.
  );
  return Object.fromEntries(entries) as typeof changes; // Fewer of the same optional members.
}

function fieldChanges(stored: ModelRow, draft: ModelDraft) {
  const changed = transferNames.filter(
    (name) => draft[name] !== undefined && draft[name] !== stored[name],
  );
  return Object.fromEntries(
    changed.map((name) => [name, { from: stored[name], to: draft[name] ?? null }]),
  );
}

/** The key of the model that a row names, or only its ID; null if it names none. */
function nameModel(values: unknown): string | null {
  const { data } = NamedRow.safeParse(values);
  if (!data?.model_id) return null;
  return data.provider ? modelPk({ ...data, provider: data.provider }) : data.model_id;
}

const NamedRow = z.looseObject({ provider: z.optional(z.string()), model_id: z.string() });

/** The rows' line numbers in the file, and the models that they name. */
export class Places {
  readonly #rows: Map<number, InputRow>;

  constructor(input: InputRow[]) {
    this.#rows = new Map(input.map((entry) => [entry.row, entry]));
  }

  locate({ row, errors }: RefusedRow): RejectedRow {
    const { line = null, values } = this.#rows.get(row) ?? {};
    return { row, line, pk: nameModel(values), errors };
  }

  /** "line 3" for a CSV file, "row 2" for JSON. */
  describe(row: number): string {
    const line = this.#rows.get(row)?.line;
    return line === undefined ? `row ${row}` : `line ${line}`;
  }
}

async function readRows(input: InputRow[], stored: Stored, places: Places) {
  const yieldIfDue = createYielder();
  const valid: ParsedRow[] = [];
  const refused: RefusedRow[] = [];
  const firstRow = new Map<string, number>();
  for (const { row, values } of input) {
    await yieldIfDue();
    if (refused.length > maxRejected) break;
    const parsed = parseRow(values, stored);
    const errors = parsed.success
      ? rowErrors(row, parsed.data, stored, firstRow, places)
      : parsed.error.issues.map((issue) => toFieldError(issue, values));
    if (parsed.success && errors.length === 0) {
      valid.push({ row, pk: modelPk(parsed.data), draft: parsed.data });
    } else refused.push({ row, errors });
  }
  return { valid, refused };
}

/** Unchanged values aren't validated, because rows of other tools may break our rules. */
function parseRow(values: unknown, stored: Stored) {
  const key = ModelKeyInput.safeParse(values);
  const storedRow = key.success ? stored.get(modelPk(key.data)) : undefined;
  if (!key.success || !storedRow || isDefective(storedRow)) return z.safeParse(ModelDraft, values);
  const { provider, model_id, ...input } = key.data;
  const changed = Object.entries(input).filter(
    ([name, value]) => !isUnchanged(storedRow, name, value),
  );
  const parsed = z.safeParse(ModelChanges, Object.fromEntries(changed));
  return parsed.success
    ? { success: true as const, data: { provider, model_id, ...parsed.data } }
    : parsed;
}

export const ModelKeyInput = z.looseObject({ provider: z.string(), model_id: z.string() });

/** Ignores surrounding white space, because forms trim it. */
function isUnchanged(stored: ModelRow, name: string, value: unknown): boolean {
  const transferName = transferNames.find((entry) => entry === name);
  if (transferName === undefined) return false;
  const has = stored[transferName];
  if (typeof has !== "string" || (value !== null && typeof value !== "string"))
    return has === value;
  return has.trim() === (value ?? "").trim();
}

function rowErrors(
  row: number,
  draft: ModelDraft,
  stored: Stored,
  firstRow: Map<string, number>,
  places: Places,
): FieldError[] {
  const pk = modelPk(draft);
  const earlier = firstRow.get(pk);
  if (earlier !== undefined) {
    return [{ path: "model_id", message: `"${pk}" is in ${places.describe(earlier)} already.` }];
  }
  firstRow.set(pk, row);
  if (stored.has(pk)) return [];
  try {
    assertKnownProvider(draft.provider, runtimeProviders());
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.errors ?? [];
    throw error;
  }
}

/** Errors for rows that set a second default of a provider, by row. */
function findDuplicateDefaults(
  parsed: ParsedRow[],
  stored: Stored,
  places: Places,
): Map<number, FieldError> {
  const defaults = parsed.filter(({ draft }) => draft.is_default);
  const errors = new Map<number, FieldError>();
  for (const { row, pk, draft } of defaults) {
    const storedRow = stored.get(pk);
    if (storedRow && !isDefective(storedRow) && storedRow.is_default) continue;
    const id = providerIdOf(draft.provider);
    const other = defaults.find(
      (entry) => entry.row !== row && providerIdOf(entry.draft.provider) === id,
    );
    if (!other) continue;
    const message = `"${other.pk}" in ${places.describe(other.row)} is a default of the same provider too.`;
    errors.set(row, { path: "is_default", message });
  }
  return errors;
}

const maxColumnsNamed = 20;
const maxPathCharacters = 200;

function toFieldError(issue: z.core.$ZodIssue, values: unknown): FieldError {
  if (issue.code === "unrecognized_keys") {
    const path = issue.keys.slice(0, maxColumnsNamed).join(", ").slice(0, maxPathCharacters);
    return { path, message: "There is no such column. Remove it." };
  }
  const path = issue.path.join(".");
  const value = isRecord(values) ? values[path] : undefined;
  return { path, message: describeAmbiguousNumber(path, value) ?? issue.message };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
