import * as z from "zod/mini";
import { Finding, findingCodes, subjectKinds } from "@/lib/findings/schema";

export const Dismissal = z.strictObject({
  reason: z.string(),
  /** The first day on which the finding shows again; null until someone restores it. */
  until: z.nullable(z.string()),
  by: z.string(),
  at: z.string(),
});
export type Dismissal = z.infer<typeof Dismissal>;

export const CheckedFinding = z.strictObject({
  ...Finding.shape,
  affects: z.strictObject({
    /** Agents that it concerns; null if the agents couldn't be read. */
    agents: z.nullable(z.number()),
    /** USD that its agent, model or provider has cost this month; null if unknown. */
    month_usd: z.nullable(z.number()),
  }),
});
export type CheckedFinding = z.infer<typeof CheckedFinding>;

export const DismissedFinding = z.strictObject({ ...CheckedFinding.shape, dismissal: Dismissal });
export type DismissedFinding = z.infer<typeof DismissedFinding>;

export const CheckReport = z.strictObject({
  /** The most severe first, then those that affect the most agents and the most money. */
  findings: z.array(CheckedFinding),
  /** Findings that still apply but were dismissed. */
  dismissed: z.array(DismissedFinding),
  as_of: z.string(),
  /** What couldn't be checked, and why. */
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
  /** A code of lib/findings/run-errors.json. */
  code: z.string(),
  /** What went wrong, with the model's ID if the text contains it. */
  name: z.string(),
  cause: z.string(),
  fix: z.string(),
  /** The model ID in the text; null if it contains none. */
  model_id: z.nullable(z.string()),
  /** Present findings that explain the failure, limited to the subjects that the text names. */
  findings: z.array(Finding),
});
export type RunDiagnosis = z.infer<typeof RunDiagnosis>;

export const RunDiagnoses = z.strictObject({ diagnoses: z.array(RunDiagnosis) });
export type RunDiagnoses = z.infer<typeof RunDiagnoses>;

export const MissingPermission = z.strictObject({
  action: z.string(),
  /** The ARN from AWS's message, or one built from the configuration. */
  resource: z.string(),
  needed_for: z.string(),
});
export type MissingPermission = z.infer<typeof MissingPermission>;

export const CheckPermissions = z.strictObject({
  /** Only these actions, such as those that AWS didn't answer. */
  actions: z.optional(
    z
      .array(z.string().check(z.minLength(3), z.maxLength(200)))
      .check(z.minLength(1, "Name at least one action"), z.maxLength(100, "At most 100 actions")),
  ),
});
export type CheckPermissions = z.infer<typeof CheckPermissions>;

export const PermissionReport = z.strictObject({
  as_of: z.string(),
  allowed: z.array(z.string()),
  missing: z.array(MissingPermission),
  /** Actions that AWS didn't answer in two attempts. */
  undetermined: z.array(z.string()),
  /** What the write tests left in the account. `certain` is false if it may still appear. */
  left_behind: z.array(
    z.strictObject({
      what: z.string(),
      certain: z.boolean(),
      /** The AWS CLI command that removes it; null if nothing can. */
      command: z.nullable(z.string()),
    }),
  ),
});
export type PermissionReport = z.infer<typeof PermissionReport>;

const Notified = z.strictObject({
  opened: z.number(),
  resolved: z.number(),
  sent: z.boolean(),
  /** Why it wasn't sent; null if it was, or if there was nothing to send or no channel. */
  failure: z.nullable(z.string()),
});

export const Evaluation = z.strictObject({
  as_of: z.string(),
  findings: z.number(),
  /** Counts by severity, as in the metric `Findings`. */
  by_severity: z.strictObject({ error: z.number(), warning: z.number(), info: z.number() }),
  /** Why the counts weren't published; null if they were. */
  uncounted: z.nullable(z.string()),
  /** Null if the alarms couldn't be published. */
  alarms: z.nullable(
    z.strictObject({
      written: z.array(z.string()),
      deleted: z.array(z.string()),
      remaining: z.number(),
    }),
  ),
  /** Why budgets and usage weren't published; null if they were. */
  unpublished: z.nullable(z.string()),
  /** Errors that are new or gone since the last notification of NOTIFY_WEBHOOK_URL. */
  notified: Notified,
  /** As above, for ALARM_TOPIC_ARN. */
  topic: Notified,
});
export type Evaluation = z.infer<typeof Evaluation>;

export const StartedEvaluation = z.strictObject({
  /** True if an earlier evaluation is still running on this copy, so that no other was started. */
  already_running: z.boolean(),
});
export type StartedEvaluation = z.infer<typeof StartedEvaluation>;
