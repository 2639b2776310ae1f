import "server-only";
import { checkActions } from "./permissions-repository";
import type { PermissionReport } from "./schema";

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
