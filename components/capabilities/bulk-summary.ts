import type { StatusTone } from "@/components/ui/text/status";
import { findContradictions } from "@/lib/capabilities/rules/contradictions";
import { capabilityNames } from "@/lib/capabilities/schema";
import { pluralize } from "@/lib/format";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { type ProviderId, providerIdOf } from "@/lib/providers/schema";
import type { BulkItem, BulkOutcome, BulkRun } from "./bulk-store";
import { capabilityLabels, verdictLabels } from "./capability-labels";

export const outcomeTones: Record<BulkOutcome, StatusTone> = {
  waiting: "off",
  running: "off",
  ok: "good",
  unproved: "warn",
  failed: "bad",
  skipped: "warn",
  stopped: "warn",
};

export const outcomeLabels: Record<BulkOutcome, string> = {
  waiting: "waiting",
  running: "asking",
  ok: "works",
  unproved: "unproved",
  failed: "failed",
  skipped: "not asked",
  stopped: "stopped",
};

export function countsOf({ items }: BulkRun) {
  const count = (...outcomes: BulkOutcome[]) =>
    items.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    total: items.length,
    settled: count("ok", "unproved", "failed", "skipped"),
    ok: count("ok"),
    unproved: count("unproved"),
    failed: count("failed", "skipped"),
    stopped: count("stopped"),
  };
}

/** "5 of 21 models tested: 4 work, 1 failed" */
export function describeProgress(run: BulkRun): string {
  const { total, settled, ok, unproved, failed, stopped } = countsOf(run);
  const parts = [
    ok > 0 && `${ok} ${ok === 1 ? "works" : "work"}`,
    unproved > 0 && `${unproved} unproved`,
    failed > 0 && `${failed} failed`,
    stopped > 0 && `${stopped} stopped`,
  ].filter(Boolean);
  const progress = `${settled} of ${pluralize(total, "model")} tested`;
  return parts.length > 0 ? `${progress}: ${parts.join(", ")}` : progress;
}

export type FailureGroup = {
  key: string;
  code: CompletionCode | "refused";
  provider: ProviderId | null;
  items: BulkItem[];
  fix: string | null;
};

/** Failures by code and provider, the largest group first. */
export function failureGroups({ items }: BulkRun): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const item of items) {
    if (item.outcome !== "failed" && item.outcome !== "skipped") continue;
    const { model, failure } = item;
    const code = failure?.code ?? "refused";
    const key = `${code} ${model.provider_id}`;
    const group = groups.get(key);
    if (group) group.items.push(item);
    else {
      const provider = providerIdOf(model.provider);
      groups.set(key, { key, code, provider, items: [item], fix: failure?.fix ?? null });
    }
  }
  return [...groups.values()].sort((a, b) => b.items.length - a.items.length);
}

/** Transient failures; the others need a fix first. */
const transientCodes = new Set<string>(["rate_limited", "overloaded", "timeout", "unreachable"]);

/** Models worth testing again: stopped, or failed transiently. */
export function retryableItems({ items }: BulkRun): BulkItem[] {
  return items.filter(({ outcome, failure, refusal }) => {
    if (outcome === "stopped") return true;
    if (outcome === "ok" || outcome === "unproved") return false;
    return refusal !== null || (failure !== null && transientCodes.has(failure.code));
  });
}

/** "Tools proved, vision disproved, streaming proved", and contradictions with the row */
export function describeProbes({ results, model }: BulkItem): string | null {
  if (!results) return null;
  const outcomes = capabilityNames.flatMap((name) => {
    const proof = results[name];
    return proof ? `${capabilityLabels[name]} ${verdictLabels[proof.verdict].label}` : [];
  });
  const sentence = outcomes.join(", ").toLowerCase();
  const isContradicted = findContradictions(model, results).length > 0;
  const text = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
  return isContradicted ? `${text}. The row says otherwise` : text;
}
