import { AppError } from "@/lib/errors";
import type { DefectiveRow, ModelRow } from "@/lib/models/row";

/** Whether a row could not be parsed. */
export function isDefective(row: ModelRow | DefectiveRow): row is DefectiveRow {
  return "reasons" in row;
}

/** Whether a row could be parsed. */
export function isValid(row: ModelRow | DefectiveRow): row is ModelRow {
  return !isDefective(row);
}

/** The row itself. @throws AppError `model_defective` with every reason */
export function requireValidRow(row: ModelRow | DefectiveRow): ModelRow {
  if (!isDefective(row)) return row;
  const message = `The row "${row.pk}" is defective: ${row.reasons.join("; ")}. Repair or delete it.`;
  const errors = row.reasons.map((reason) => ({
    path: reason.split(" ")[0] ?? "",
    message: reason,
  }));
  throw new AppError("model_defective", message, { errors });
}
