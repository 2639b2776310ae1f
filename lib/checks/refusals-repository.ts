import "server-only";
import actions from "@/lib/aws/actions.json";
import { dynamodb } from "@/lib/aws/clients";
import { explainAwsFailure } from "@/lib/aws/failures";
import { listNotedRows } from "@/lib/aws/management-table";
import { deleteRefusal, refusalRow, refusalsPartition } from "@/lib/aws/refusal-rows";
import { addRefusals, knownRefusals } from "@/lib/aws/refusals";
import { arnOf } from "./permissions-repository";
import type { MissingPermission } from "./schema";

/** Loads the denials that other copies recorded, so that this copy doesn't repeat the calls. */
export async function readRefusals(): Promise<void> {
  try {
    const rows = await listNotedRows(refusalsPartition);
    const outdated = addRefusals(rows.map(refusalRow.decode));
    await Promise.all(outdated.map((refusal) => dynamodb().send(deleteRefusal(refusal))));
  } catch (error) {
    // Without the rows, this copy discovers the denials by itself.
    if (!explainAwsFailure(error)) throw error;
  }
}

/**
 * Permissions that AWS denied in real work or in the last permission check, as far as this copy
 * knows.
 */
export function missingPermissions(): (MissingPermission & { at: string })[] {
  return knownRefusals().map(({ action, target, missing, resource, at }) => ({
    action: missing,
    resource: arnOf(resource ?? target),
    needed_for: purposeOf(action),
    at,
  }));
}

function purposeOf(action: string): string {
  return actions.find((entry) => entry.action === action)?.needed_for ?? action;
}
