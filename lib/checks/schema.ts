import * as z from "zod/mini";
import { findingSeverities } from "./rules/severity";

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

export const FindingSubject = z.strictObject({ kind: z.enum(subjectKinds), id: z.string() });
export type FindingSubject = z.infer<typeof FindingSubject>;

/** What puts it right: the one place where that is done, or the call that does it. */
export const FixAction = z.union([
  z.strictObject({ label: z.string(), href: z.string() }),
  z.strictObject({
    label: z.string(),
    method: z.enum(["PATCH", "POST"]),
    path: z.string(),
    body: z.record(z.string(), z.unknown()),
  }),
]);
export type FixAction = z.infer<typeof FixAction>;

export const Finding = z.strictObject({
  code: z.enum(findingCodes),
  severity: z.enum(findingSeverities),
  subject: FindingSubject,
  title: z.string(),
  evidence: z.string(),
  fix: z.string(),
  action: z.optional(FixAction),
  /** Text to be pasted elsewhere, such as a policy statement. */
  snippet: z.optional(z.string()),
});
export type Finding = z.infer<typeof Finding>;

export const Dismissal = z.strictObject({
  reason: z.string(),
  /** The first day on which the finding shows again; null = until it is put back. */
  until: z.nullable(z.string()),
  by: z.string(),
  at: z.string(),
});
export type Dismissal = z.infer<typeof Dismissal>;

export const DismissedFinding = z.strictObject({ ...Finding.shape, dismissal: Dismissal });
export type DismissedFinding = z.infer<typeof DismissedFinding>;

export const CheckReport = z.strictObject({
  findings: z.array(Finding),
  /** Present, but dismissed with a reason. */
  dismissed: z.array(DismissedFinding),
  as_of: z.string(),
  /** What could not be checked, and why, in words. */
  unchecked: z.array(z.string()),
});
export type CheckReport = z.infer<typeof CheckReport>;

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

export const RunDiagnosis = z.strictObject({
  /** What the text of the failed run says. */
  name: z.string(),
  cause: z.string(),
  /** Present findings that explain it: those of things that the text names, if it names any. */
  findings: z.array(Finding),
});
export type RunDiagnosis = z.infer<typeof RunDiagnosis>;

export const RunDiagnoses = z.strictObject({ diagnoses: z.array(RunDiagnosis) });
export type RunDiagnoses = z.infer<typeof RunDiagnoses>;
