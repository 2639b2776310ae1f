import "server-only";
import { checkActions } from "./permissions-repository";
import type { PermissionReport } from "./schema";

let running: Promise<PermissionReport> | undefined;

/**
 * Tests every permission that the console needs, those for writes included, and reports what was left
 * behind. A concurrent request shares the result of the one in progress.
 * @param only these actions
 */
export function checkPermissions(only?: string[]): Promise<PermissionReport> {
  if (only) return checkActions(only);
  running ??= checkActions().finally(() => {
    running = undefined;
  });
  return running;
}
