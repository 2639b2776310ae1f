import "server-only";
import actions from "@/lib/aws/actions.json";
import { knownRefusals } from "@/lib/aws/refusals";
import { arnOf, checkActions } from "./permissions-repository";
import type { MissingPermission, PermissionReport } from "./schema";

/** What AWS denied in real work or in the last check of permissions, as far as this copy knows. */
export function missingPermissions(): (MissingPermission & { at: string })[] {
  return knownRefusals().map(({ action, target, missing, resource, at }) => ({
    action: missing,
    resource: resource ?? arnOf(target),
    needed_for: purposeOf(action),
    at,
  }));
}

function purposeOf(action: string): string {
  return actions.find((entry) => entry.action === action)?.needed_for ?? action;
}

let running: Promise<PermissionReport> | undefined;

/**
 * Tries every permission that the console needs, the writing ones included, and reports what stayed
 * behind. A second request joins the one that runs.
 * @param only these actions
 */
export function checkPermissions(only?: string[]): Promise<PermissionReport> {
  if (only) return checkActions(only);
  running ??= checkActions().finally(() => {
    running = undefined;
  });
  return running;
}
