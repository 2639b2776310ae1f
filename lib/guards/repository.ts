import "server-only";
import { numberAttribute } from "@/lib/aws/attributes";
import {
  findManagementRow,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { updateItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";

const guardKey = (pk: string) => managementKey(pk, "guard");
const guardRow = rowCodec({ touched: field.number });

/** Touched by every write that makes a model the default of its provider id. */
export const defaultGuard = (providerId: string) => `default#${providerId}`;
/** Touched by every switch of an agent to the model, and by its deletion. */
export const agentsGuard = (pk: string) => `use#${pk}`;

/** A concurrent transaction touched the same guard; read and decide again. */
export class GuardConflict extends AppError {
  constructor(guard: string) {
    const [kind, ...id] = guard.split("#");
    const guarded = kind === "default" ? "the default of" : "the agents on";
    super(
      "conflict",
      `Others keep changing ${guarded} ${id.join("#")}. Nothing was saved; try again.`,
    );
  }
}

/** How often the guard was touched; 0 if never. */
export async function readGuardVersion(guard: string): Promise<number> {
  return guardRow.decode((await findManagementRow(guardKey(guard))) ?? {}).touched;
}

/** Touches the guard. With `seen`, only if its version is still that one. */
export function bumpGuard(guard: string, seen?: number): WriteItem {
  const untouched =
    seen === 0
      ? "attribute_not_exists(touched)"
      : seen === undefined
        ? undefined
        : "touched = :seen";
  const change = {
    UpdateExpression: "ADD touched :one",
    ConditionExpression: untouched,
    ExpressionAttributeValues: {
      ":one": numberAttribute(1),
      ...(seen ? { ":seen": numberAttribute(seen) } : {}),
    },
  };
  return updateItem(table(), guardKey(guard), change, () => new GuardConflict(guard));
}

/** A write that fails if the guard changed after the read. */
export function withGuard(guard: string, item: WriteItem): WriteItem {
  return { ...item, onConditionFailed: () => new GuardConflict(guard) };
}
