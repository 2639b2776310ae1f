import type { StatusTone } from "@/components/ui/text/status";
import { agentEntityKey } from "@/lib/agents/rules/entity";
import type { FindingSeverity } from "@/lib/findings/rules/severity";
import type { FindingSubject } from "@/lib/findings/schema";
import { formatProviderName, pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import { isProviderId, providerInfo } from "@/lib/providers/schema";

export const severityLabels: Record<
  FindingSeverity,
  { tone: StatusTone; singular: string; plural: string }
> = {
  error: { tone: "bad", singular: "error", plural: "errors" },
  warning: { tone: "warn", singular: "warning", plural: "warnings" },
  info: { tone: "off", singular: "note", plural: "notes" },
};

export const kindLabels: Record<FindingSubject["kind"], string> = {
  agent: "Agents",
  model: "Models",
  key: "Keys",
  provider: "Providers",
  permission: "Permissions",
  budget: "Budgets",
  catalog: "Catalogs",
};

/** "2 errors", "1 note", "4,989 notes" */
export function formatFindingCount(severity: FindingSeverity, count: number): string {
  const { singular, plural } = severityLabels[severity];
  return pluralize(count, singular, plural);
}

/** The subject's label and page; `href` is null if it has no page. */
export function subjectOf({ kind, id }: FindingSubject): { name: string; href: string | null } {
  if (kind === "agent") {
    const key = agentEntityKey(id);
    return { name: id, href: key && pages.agent(key.agent_name, key.version) };
  }
  if (kind === "model") return { name: id, href: pages.models({ model: id }) };
  if (kind === "key" && isProviderId(id)) {
    return { name: providerInfo(id).secret_key_name, href: pages.apiKeys(id) };
  }
  if (kind === "provider" && isProviderId(id)) {
    return { name: formatProviderName(id), href: pages.models({ provider: id }) };
  }
  if (kind === "budget") return { name: id, href: pages.costs({ tab: "budgets", budget: id }) };
  return { name: id, href: null };
}
