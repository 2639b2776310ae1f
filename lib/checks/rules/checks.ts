import type { CheckedFinding } from "@/lib/checks/schema";
import { formatUtcMinute } from "@/lib/format";
import { rankFindings } from "./affected";
import * as agents from "./agent-checks";
import * as catalogs from "./catalog-checks";
import * as keys from "./key-checks";
import * as models from "./model-checks";
import * as prices from "./price-checks";
import * as runs from "./run-checks";
import * as runtime from "./runtime-checks";
import { type Check, groupBy, type Snapshot } from "./snapshot";
import * as usage from "./usage-checks";

/** One finding per action, whatever the number of resources. */
const permissionMissing: Check = ({ missing_permissions }) =>
  [...groupBy(missing_permissions, ({ action }) => action)].map(([action, refused]) => {
    const resources = [...new Set(refused.map(({ resource }) => resource))];
    const uses = [...new Set(refused.map(({ needed_for }) => needed_for))];
    const at = refused
      .map((denial) => denial.at)
      .toSorted()
      .at(-1);
    const Resource = resources.length === 1 ? resources[0] : resources;
    return {
      code: "permission_missing",
      severity: "error",
      subject: { kind: "permission", id: action },
      title: `The console's own role lacks ${action}`,
      evidence: `AWS refused it on ${resources.join(" and ")}, last on ${formatUtcMinute(at ?? "")}. It is needed for: ${uses.join("; ")}.`,
      fix: "Add the policy statement to the role, then check the permissions.",
      snippet: JSON.stringify({ Effect: "Allow", Action: action, Resource }),
    };
  });

const checks: Check[] = [
  ...Object.values(agents),
  ...Object.values(keys),
  ...Object.values(models),
  ...Object.values(prices),
  ...Object.values(catalogs),
  ...Object.values(runs),
  ...Object.values(runtime),
  ...Object.values(usage),
  permissionMissing,
];

/** Checks that would report every agent if the registry couldn't be read. */
const needModels = new Set<Check>([
  agents.agentModelMissing,
  agents.agentAliasUnresolved,
  agents.agentProviderUnmapped,
]);

/** All findings of a snapshot, the most severe and far-reaching first. */
export function findingsOf(snapshot: Snapshot): CheckedFinding[] {
  const findings = checks
    .filter((check) => !snapshot.unread.models || !needModels.has(check))
    .flatMap((check) => check(snapshot));
  return rankFindings(findings, snapshot);
}
