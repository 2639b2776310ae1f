import type { CheckedFinding } from "@/lib/checks/schema";
import { findingSeverities } from "@/lib/findings/rules/severity";
import type { Finding } from "@/lib/findings/schema";
import { type Snapshot, usersByModel } from "./snapshot";

type Spent = NonNullable<Snapshot["usage"]>["spent"];

/**
 * Adds to each finding how many agents it concerns and what its subject has cost this month, and
 * puts the most severe first, then those that concern the most agents and the most money.
 */
export function rankFindings(findings: readonly Finding[], snapshot: Snapshot): CheckedFinding[] {
  const agentsOf = countAgents(snapshot);
  const spent = snapshot.usage?.spent;
  return findings
    .map((finding) => ({
      ...finding,
      affects: { agents: agentsOf(finding), month_usd: spent ? spentOn(finding, spent) : null },
    }))
    .sort(bySeverityAndEffect);
}

function bySeverityAndEffect(a: CheckedFinding, b: CheckedFinding): number {
  const severity = ({ severity }: Finding) => findingSeverities.indexOf(severity);
  const id = ({ code, subject }: Finding) => `${code} ${subject.id}`;
  return (
    severity(a) - severity(b) ||
    (b.affects.agents ?? 0) - (a.affects.agents ?? 0) ||
    (b.affects.month_usd ?? 0) - (a.affects.month_usd ?? 0) ||
    (id(a) < id(b) ? -1 : 1)
  );
}

/** The number of agents that a finding concerns; null if the agents couldn't be read. */
function countAgents(snapshot: Snapshot): (finding: Finding) => number | null {
  const byModel = usersByModel(snapshot);
  const byProvider = new Map<string, number>();
  for (const { provider_id } of snapshot.agents) {
    if (provider_id) byProvider.set(provider_id, (byProvider.get(provider_id) ?? 0) + 1);
  }
  return ({ subject: { kind, id } }) => {
    if (snapshot.unread.agents) return null;
    if (kind === "agent") return 1;
    if (kind === "model") return byModel.get(id)?.length ?? 0;
    return kind === "key" || kind === "provider" ? (byProvider.get(id) ?? 0) : 0;
  };
}

/** USD this month of the finding's subject; null if nothing of it is priced. */
function spentOn({ subject: { kind, id } }: Finding, spent: Spent): number | null {
  if (kind === "model") return spent.model.get(id) ?? null;
  if (kind === "key" || kind === "provider") return spent.provider.get(id) ?? null;
  // CloudWatch counts an agent's versions together.
  if (kind === "agent") return spent.agent.get(id.slice(0, id.lastIndexOf("/"))) ?? null;
  return null;
}
