import * as agents from "./agent-checks";
import * as keys from "./key-checks";
import * as models from "./model-checks";
import * as prices from "./price-checks";
import { type Finding, findingSeverities } from "./schema";
import type { Check, Snapshot } from "./snapshot";

const permissionMissing: Check = ({ missing_permissions }) =>
  missing_permissions.map(({ action, resource, needed_for }) => ({
    code: "permission_missing",
    severity: "error",
    subject: { kind: "permission", id: action },
    title: `The console's own role lacks ${action}`,
    evidence: `AWS refused it on ${resource}. Without it: ${needed_for}.`,
    fix: "Add the policy statement to the role.",
    snippet: JSON.stringify({ Effect: "Allow", Action: action, Resource: resource }),
  }));

const checks: Check[] = [
  ...Object.values(agents),
  ...Object.values(keys),
  ...Object.values(models),
  ...Object.values(prices),
  permissionMissing,
];

/** Everything that is found in a snapshot, worst first, then by code and subject. */
export function findingsOf(snapshot: Snapshot): Finding[] {
  const rank = ({ severity, code, subject }: Finding) =>
    `${findingSeverities.indexOf(severity)} ${code} ${subject.id}`;
  return checks
    .flatMap((check) => check(snapshot))
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}
