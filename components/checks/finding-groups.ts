import type { FixCall } from "@/components/operations/use-fix";
import type { CheckedFinding } from "@/lib/checks/schema";
import type { FindingCode } from "@/lib/findings/schema";
import { formatMoney, pluralize } from "@/lib/format";

/** Several things that the same rule finds, such as "retired models". */
const ruleTitles: Record<FindingCode, string> = {
  agent_model_missing: "agents whose model isn't registered",
  agent_provider_unmapped: "agents whose runtime can't call their provider",
  agent_alias_unresolved: "agents that name their provider by an alias",
  agent_model_inactive: "agents on a deactivated model",
  agent_tools_unsupported: "agents with tools on a model without tools",
  agent_reverted: "agents changed outside the console",
  agent_defective: "agents with a faulty row",
  key_missing: "missing keys",
  key_rejected: "rejected keys",
  key_expired: "expired keys",
  key_expiring: "keys that expire soon",
  key_old: "old keys",
  key_misnamed: "misnamed keys",
  key_not_string: "keys that aren't text",
  key_overwritten: "keys overwritten by another program",
  bedrock_base_model_id: "models that need an inference profile",
  bedrock_profile_unknown: "models that Bedrock doesn't list here",
  bedrock_region_mismatch: "inference profiles of another region",
  model_defective: "model rows that can't be read",
  model_retired: "retired models",
  model_retiring: "models that retire soon",
  default_missing: "providers without a default model",
  default_multiple: "providers with several default models",
  price_missing: "models without a price",
  price_unit_suspect: "prices that look like the wrong unit",
  price_assumed: "prices whose unit is assumed",
  price_differs: "prices that differ from the catalog",
  price_by_family: "models with the price of their family",
  price_change_coming: "price changes ahead",
  catalog_old: "old catalogs",
  context_differs: "context windows that differ from the catalog",
  capability_disproved: "models without a capability that they claim",
  permission_missing: "missing permissions",
  budget_exceeded: "budgets that don't last the month",
  usage_unusual: "days of unusual usage",
  key_shared: "keys shared with another environment",
  model_test_failed: "models that failed their last test",
  model_not_listed: "models that their provider doesn't list",
  model_reverted: "models changed outside the console",
  model_duplicate: "models registered more than once",
  price_disagrees_with_legacy: "models with two different prices",
  key_placeholder: "placeholders in place of keys",
  definition_unreadable: "state machines that can't be read",
  agent_tool_unregistered: "agents with an unregistered tool",
  agent_tools_unreadable: "agents whose tools can't be read",
  agent_empty_tools_refused: "agents whose empty list of tools is refused",
  runtime_parameter_refused: "models that refuse a parameter of the runtime",
  runtime_request_refused: "models that refused the runtime's request",
  runtime_too_slow: "models slower than the timeout",
  agent_failing: "failing agents",
  agent_failing_since_switch: "agents that fail since a switch",
};

/** Findings of one rule and severity; at least one. */
export type FindingGroup = [CheckedFinding, ...CheckedFinding[]];

/** Puts the findings of a rule together, at the place of the first. */
export function groupFindings(findings: readonly CheckedFinding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

/** The title of the only finding, or such as "8 unused retired models". */
export function describeGroup(group: FindingGroup): string {
  const [first] = group;
  if (group.length === 1) return first.title;
  const things = ruleTitles[first.code];
  const isUnused = /\bmodels\b/.test(things) && group.every(({ affects }) => affects.agents === 0);
  return pluralize(group.length, things, isUnused ? `unused ${things}` : things);
}

/** A finding that a call of the API fixes. */
export type FixableFinding = CheckedFinding & { action: FixCall };

export function hasFixCall(finding: CheckedFinding): finding is FixableFinding {
  return finding.action !== undefined && "method" in finding.action;
}

/** What a group concerns, such as "3 agents · $12.40 this month"; null if nothing is known to. */
export function describeAffected(group: FindingGroup): string | null {
  const [{ subject }] = group;
  const agents = group.reduce((sum, { affects }) => sum + (affects.agents ?? 0), 0);
  // An agent's versions share their cost.
  const costs = new Map(group.map(({ subject, affects }) => [costKey(subject), affects.month_usd]));
  const usd = [...costs.values()].reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  const parts = [
    agents > 0 && !(subject.kind === "agent" && group.length === 1) && pluralize(agents, "agent"),
    usd > 0 && `${formatMoney(usd)} this month`,
  ];
  return parts.filter(Boolean).join(" · ") || null;
}

function costKey({ kind, id }: CheckedFinding["subject"]): string {
  return kind === "agent" ? id.slice(0, id.lastIndexOf("/")) : id;
}

/** Whether a finding's text contains all words of a search. */
export function matchesSearch(finding: CheckedFinding, search: string): boolean {
  const { title, evidence, fix, code, subject } = finding;
  const text = `${title} ${evidence} ${fix} ${code} ${subject.id}`.toLowerCase();
  const words = search.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}
