import type { StatusTone } from "@/components/ui/text/status";
import { noAnswer } from "@/lib/models/rules/answered";
import type { LastTest } from "@/lib/models/schema";
import type { CompletionCode } from "@/lib/providers/rules/codes";

const labels = {
  bad_key: "Key rejected",
  key_missing: "No key",
  key_expired: "Key expired",
  no_access: "No access",
  unknown_model: "Unknown model",
  needs_inference_profile: "Needs a profile",
  wrong_region: "Wrong region",
  quota_exhausted: "Quota used up",
  rate_limited: "Rate limited",
  context_too_long: "Too long",
  content_filtered: "Filtered",
  bad_request: "Request refused",
  overloaded: "Overloaded",
  timeout: "Timed out",
  unreachable: "Not reached",
  provider_error: "Provider error",
} satisfies Record<CompletionCode, string>;

const labelsByOutcome: ReadonlyMap<string, string> = new Map([
  ...Object.entries(labels),
  [noAnswer, "Unproved"],
]);

/** Transient failures, which say little about the model. */
const transientCodes: readonly string[] = [
  noAnswer,
  "rate_limited",
  "overloaded",
  "timeout",
  "unreachable",
  "content_filtered",
  "context_too_long",
] satisfies (CompletionCode | typeof noAnswer)[];

/** The outcome of a test completion as a label and the tone of its mark. */
export function describeTest({ outcome }: LastTest): { label: string; tone: StatusTone } {
  if (outcome === "ok") return { label: "Works", tone: "good" };
  return {
    label: labelsByOutcome.get(outcome) ?? outcome.replaceAll("_", " "),
    tone: transientCodes.includes(outcome) ? "warn" : "bad",
  };
}
