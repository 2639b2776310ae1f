import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { chunksOf, createYielder } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import { pluralize } from "@/lib/format";
import type {
  ImportOptions,
  ImportResult,
  ImportSuspect,
  RejectedRow,
} from "@/lib/models/rules/transfer-schema";
import { runOperation } from "@/lib/operations/service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { reduceBedrockArn } from "@/lib/providers/rules/bedrock-id";
import { providerIdOf } from "@/lib/providers/schema";
import { readFindingsOfMany } from "./evidence-service";
import {
  type ImportPlan,
  ModelKeyInput,
  maxRejected,
  Places,
  planImport,
} from "./import-plan-service";
import { listModelRows } from "./repository";
import { findUnitSuspects, toPricePerMillion } from "./rules/import-units";
import type { InputRow } from "./rules/transfer";
import { modelPk } from "./schema";
import { modelSteps } from "./step-service";

/**
 * Compares the rows with the registry and, unless it is a dry run, writes the differences as one
 * operation. Atomic: a rejected row means that nothing is written.
 * @throws AppError `invalid` with the result, when atomic and a row is rejected
 */
export async function importModels(
  actor: Actor,
  input: InputRow[],
  { dry_run, mode, operation_id, price_unit = "1M" }: ImportOptions,
): Promise<ImportResult> {
  const { rows, defective } = await listModelRows();
  const stored = new Map([...rows, ...defective].map((row) => [row.pk, row]));
  const catalog = await loadCatalog();
  const yieldIfDue = createYielder();
  const perMillion: InputRow[] = [];
  const suspects: ImportSuspect[] = [];
  for (const chunk of chunksOf(input, 100)) {
    await yieldIfDue();
    const reduced = chunk.map((row) => withReducedArn(row, stored));
    const converted = toPricePerMillion(reduced, price_unit, rows, catalog);
    perMillion.push(...converted);
    suspects.push(...findUnitSuspects(converted, rows, catalog));
  }
  const { steps, ...compared } = await planImport(
    perMillion,
    stored,
    catalog,
    await readFindingsOfMany(),
  );
  const plan = {
    ...compared,
    ...(suspects.length > 0 && { unit_suspects: suspects }),
    ...(input.length === 0 && {
      message: "The file has no models: only a header, or an empty list.",
    }),
  };
  if (plan.rejected.length > maxRejected) throw rejected(plan);
  if (dry_run) return { ...plan, operation_id: null };
  if (mode === "atomic" && plan.rejected.length > 0) throw rejected(plan);
  if (steps.length === 0) return { ...plan, operation_id: null };
  const operation = await runOperation(
    actor,
    {
      id: operation_id,
      kind: "import",
      title: `Import ${pluralize(steps.length, "model")}`,
      steps: steps.map(({ step }) => step),
    },
    { model: modelSteps },
  );
  const places = new Places(perMillion);
  const refused = operation.items
    .filter((item) => item.outcome === "refused")
    .map(({ index, message }) => {
      const errors = [{ path: "", message: message ?? "Refused" }];
      return places.locate({ row: steps[index]?.row ?? 0, errors });
    });
  const refusedRows = new Set(refused.map(({ row }) => row));
  return {
    ...plan,
    created: plan.created.filter(({ row }) => !refusedRows.has(row)),
    updated: plan.updated.filter(({ row }) => !refusedRows.has(row)),
    rejected: [...plan.rejected, ...refused],
    operation_id: operation.operation_id,
  };
}

/** Such as "Line 3, openai#gpt-4o". */
function describePlace({ row, line, pk }: RejectedRow): string {
  const place = line === null ? `Row ${row}` : `Line ${line}`;
  return pk === null ? place : `${place}, ${pk}`;
}

/** Leaves a row unchanged if it is registered under the complete ARN. */
function withReducedArn(row: InputRow, stored: ReadonlyMap<string, unknown>): InputRow {
  const key = ModelKeyInput.safeParse(row.values);
  if (!key.success || providerIdOf(key.data.provider) !== "bedrock") return row;
  if (stored.has(modelPk(key.data))) return row;
  return { ...row, values: { ...key.data, model_id: reduceBedrockArn(key.data.model_id) } };
}
/** The most rows in `errors`. The list in `rejected` is complete. */
const maxRowsInErrors = 100;

function rejected(plan: Omit<ImportPlan, "steps">): AppError {
  const count = plan.rejected.length;
  const rows =
    count > maxRejected
      ? `More than ${maxRejected} rows were rejected`
      : `${pluralize(count, "row was", "rows were")} rejected`;
  const first = plan.rejected[0];
  const example = first ? ` ${describePlace(first)}: ${first.errors[0]?.message ?? ""}` : "";
  return new AppError("invalid", `${rows}, so nothing was written.${example}`, {
    errors: plan.rejected
      .slice(0, maxRowsInErrors)
      .flatMap(({ row, errors }) =>
        errors.map(({ path, message }) => ({ path: `rows.${row}.${path}`, message })),
      ),
    extra: {
      created: [],
      updated: [],
      unchanged: plan.unchanged,
      rejected: plan.rejected,
      operation_id: null,
    },
  });
}
