import "server-only";
import * as z from "zod";
import { text } from "@/lib/aws/attributes";
import { presentOf } from "@/lib/aws/narrow-update";
import { AppError, type FieldError } from "@/lib/errors";
import type { Step } from "@/lib/operations/step";
import { providerIdOf } from "@/lib/providers/schema";
import {
  changedAttributes,
  type DefectiveRow,
  isDefective,
  type ModelRow,
  newModelRow,
} from "./row";
import { refuseInactiveDefault, refuseUnknownProvider, withConsequences } from "./rules";
import { type ImportResult, ModelDraft, modelPk, type RejectedRow, transferNames } from "./schema";
import type { GivenRow } from "./transfer";

type Stored = Map<string, ModelRow | DefectiveRow>;
type Wanted = { row: number; pk: string; draft: ModelDraft };
export type ImportPlan = Omit<ImportResult, "operation_id"> & {
  steps: { row: number; step: Step }[];
};

/** Compares the given rows with the stored ones, row by row; nothing is written. */
export function planImport(given: GivenRow[], stored: Stored): ImportPlan {
  const { wanted, rejected: misread } = readRows(given, stored);
  const twice = doubleDefaults(wanted, stored);
  const plan: ImportPlan = {
    created: [],
    updated: [],
    unchanged: [],
    rejected: misread,
    steps: [],
  };
  for (const entry of wanted) {
    try {
      const error = twice.get(entry.row);
      if (error) throw new AppError("invalid", error.message, { errors: [error] });
      planRow(plan, entry, stored.get(entry.pk));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const errors = error.errors ?? [{ path: "", message: error.message }];
      plan.rejected.push({ row: entry.row, errors });
    }
  }
  plan.rejected.sort((a, b) => a.row - b.row);
  return plan;
}

function planRow(
  plan: ImportPlan,
  { row, pk, draft }: Wanted,
  stored: ModelRow | DefectiveRow | undefined,
) {
  const at = new Date().toISOString();
  const shared = { entity: { kind: "model", id: pk } as const, expected_etag: null };
  const models = { model_pk: null, model_pk_before: null };
  if (!stored) {
    refuseInactiveDefault(draft.is_active ?? true, draft.is_default ?? false);
    plan.created.push({ row, pk });
    const step = { ...shared, ...models, before: null, after: newModelRow(draft, at) };
    plan.steps.push({ row, step });
    return;
  }
  if (isDefective(stored)) {
    const message = `The stored row is defective (${stored.reasons.join("; ")}). Repair it first.`;
    throw new AppError("model_defective", message);
  }
  const { provider: _, model_id: __, ...changes } = draft;
  const attributes = changedAttributes(
    stored,
    withConsequences(stored, differing(stored, changes)),
  );
  const names = Object.keys(attributes);
  if (names.length === 0) {
    plan.unchanged.push({ row, pk });
    return;
  }
  plan.updated.push({ row, pk, changes: fieldChanges(stored, draft) });
  const written = { ...attributes, updated_at: text(at) };
  const touched = Object.keys(written);
  const step = {
    ...shared,
    ...models,
    before: presentOf(stored.raw, touched),
    after: presentOf(written, touched),
  };
  plan.steps.push({ row, step });
}

/** Only what differs from how the row reads: an assumed price that is given back confirms nothing. */
function differing(stored: ModelRow, changes: Omit<ModelDraft, "provider" | "model_id">) {
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

function readRows(given: GivenRow[], stored: Stored) {
  const wanted: Wanted[] = [];
  const rejected: RejectedRow[] = [];
  const firstRow = new Map<string, number>();
  for (const { row, values } of given) {
    const parsed = z.safeParse(ModelDraft, values);
    const errors = parsed.success
      ? rowErrors(row, parsed.data, stored, firstRow)
      : parsed.error.issues.map(toFieldError);
    if (parsed.success && errors.length === 0) {
      wanted.push({ row, pk: modelPk(parsed.data), draft: parsed.data });
    } else rejected.push({ row, errors });
  }
  return { wanted, rejected };
}

function rowErrors(
  row: number,
  draft: ModelDraft,
  stored: Stored,
  firstRow: Map<string, number>,
): FieldError[] {
  const pk = modelPk(draft);
  const earlier = firstRow.get(pk);
  if (earlier !== undefined) {
    return [{ path: "model_id", message: `"${pk}" stands in row ${earlier} already.` }];
  }
  firstRow.set(pk, row);
  if (stored.has(pk)) return [];
  try {
    refuseUnknownProvider(draft.provider);
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.errors ?? [];
    throw error;
  }
}

/** A row that makes its model the default while another row names another default. */
function doubleDefaults(wanted: Wanted[], stored: Stored): Map<number, FieldError> {
  const defaults = wanted.filter(({ draft }) => draft.is_default);
  const errors = new Map<number, FieldError>();
  for (const { row, pk, draft } of defaults) {
    const known = stored.get(pk);
    if (known && !isDefective(known) && known.is_default) continue;
    const id = providerIdOf(draft.provider);
    const other = defaults.find(
      (entry) => entry.row !== row && providerIdOf(entry.draft.provider) === id,
    );
    if (!other) continue;
    const message = `Row ${other.row} ("${other.pk}") is a default of the same provider too.`;
    errors.set(row, { path: "is_default", message });
  }
  return errors;
}

function toFieldError(issue: z.core.$ZodIssue): FieldError {
  if (issue.code === "unrecognized_keys") {
    return { path: issue.keys.join(", "), message: "There is no such column. Remove it." };
  }
  return { path: issue.path.join("."), message: issue.message };
}
