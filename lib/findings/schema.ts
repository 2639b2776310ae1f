import * as z from "zod/mini";
import { findingSeverities } from "./rules/severity";

/** All finding codes. Never remove one. */
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
  "price_by_family",
  "price_change_coming",
  "catalog_old",
  "context_differs",
  "capability_disproved",
  "permission_missing",
  "budget_exceeded",
  "usage_unusual",
  "key_shared",
  "model_test_failed",
  "model_not_listed",
  "model_reverted",
  "model_duplicate",
  "price_disagrees_with_legacy",
  "key_placeholder",
  "definition_unreadable",
  "agent_tool_unregistered",
  "agent_tools_unreadable",
  "agent_empty_tools_refused",
  "runtime_parameter_refused",
  "runtime_request_refused",
  "runtime_too_slow",
  "agent_failing",
  "agent_failing_since_switch",
] as const;
export type FindingCode = (typeof findingCodes)[number];

export const subjectKinds = [
  "agent",
  "model",
  "key",
  "provider",
  "permission",
  "budget",
  "catalog",
] as const;

export const FindingSubject = z.strictObject({ kind: z.enum(subjectKinds), id: z.string() });
export type FindingSubject = z.infer<typeof FindingSubject>;

/** The fix: a link to the place, or the API call that makes it. */
export const FixAction = z.union([
  z.strictObject({ label: z.string(), href: z.string() }),
  z.strictObject({
    label: z.string(),
    method: z.enum(["PATCH", "POST", "DELETE"]),
    path: z.string(),
    body: z.optional(z.record(z.string(), z.unknown())),
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
  /** Text to copy, such as a policy statement. */
  snippet: z.optional(z.string()),
});
export type Finding = z.infer<typeof Finding>;
