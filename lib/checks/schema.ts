import * as z from "zod/mini";
import type { FindingSeverity } from "./rules/severity";

/** Every code that a finding can have. Codes are only ever added. */
export const findingCodes = [
  "agent_model_missing",
  "agent_provider_unmapped",
  "agent_alias_unresolved",
  "agent_model_inactive",
  "agent_tools_unsupported",
  "agent_reverted",
  "agent_defective",
  "key_missing",
  "key_rejected",
  "key_expired",
  "key_expiring",
  "key_old",
  "key_misnamed",
  "key_not_string",
  "key_overwritten",
  "bedrock_base_model_id",
  "bedrock_profile_unknown",
  "bedrock_region_mismatch",
  "model_defective",
  "model_retired",
  "model_retiring",
  "default_missing",
  "default_multiple",
  "price_missing",
  "price_unit_suspect",
  "price_assumed",
  "price_differs",
  "context_differs",
  "capability_disproved",
  "permission_missing",
  "budget_exceeded",
  "usage_unusual",
  "key_shared",
] as const;
export type FindingCode = (typeof findingCodes)[number];

const subjectKinds = ["agent", "model", "key", "provider", "permission", "budget"] as const;

export type FindingSubject = {
  kind: (typeof subjectKinds)[number];
  id: string;
};

/** What puts it right: the one place where that is done, or the call that does it. */
export type FixAction = { label: string } & (
  | { href: string }
  | { method: "PATCH" | "POST"; path: string; body: Record<string, unknown> }
);

export type Finding = {
  code: FindingCode;
  severity: FindingSeverity;
  subject: FindingSubject;
  title: string;
  evidence: string;
  fix: string;
  action?: FixAction;
  /** Text to be pasted elsewhere, such as a policy statement. */
  snippet?: string;
};

export type Dismissal = {
  reason: string;
  /** The first day on which the finding shows again; null = until it is put back. */
  until: string | null;
  by: string;
  at: string;
};

export type DismissedFinding = Finding & { dismissal: Dismissal };

export type CheckReport = {
  findings: Finding[];
  /** Present, but dismissed with a reason. */
  dismissed: DismissedFinding[];
  as_of: string;
  /** What could not be checked, and why, in words. */
  unchecked: string[];
};

const FindingRef = {
  code: z.enum(findingCodes, { error: "There is no such check" }),
  subject: z.strictObject({
    kind: z.enum(subjectKinds, { error: `Must be one of ${subjectKinds.join(", ")}` }),
    id: z
      .string({ error: "Name the thing" })
      .check(z.minLength(1, "Name the thing"), z.maxLength(700, "Longer than any id")),
  }),
};

export const Dismiss = z.strictObject({
  ...FindingRef,
  reason: z
    .string({ error: "Say why" })
    .check(z.trim(), z.minLength(3, "Say why"), z.maxLength(1000, "At most 1000 characters")),
  until: z.optional(z.nullable(z.iso.date({ error: "Must be a date such as 2026-12-31" }))),
});
export type Dismiss = z.infer<typeof Dismiss>;

export const Restore = z.strictObject(FindingRef);
export type Restore = z.infer<typeof Restore>;

export const RunText = z.strictObject({
  text: z
    .string({ error: "Paste the text of the failed run" })
    .check(
      z.trim(),
      z.minLength(3, "Paste the text of the failed run"),
      z.maxLength(100_000, "At most 100,000 characters: the part with the error is enough"),
    ),
});
export type RunText = z.infer<typeof RunText>;

export type RunDiagnosis = {
  /** What the text of the failed run says. */
  name: string;
  cause: string;
  /** Present findings that explain it: those of things that the text names, if it names any. */
  findings: Finding[];
};
