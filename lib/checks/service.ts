import "server-only";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { diagnose } from "@/lib/findings/rules/run-errors";
import type { Finding } from "@/lib/findings/schema";
import { readFailureText } from "@/lib/runs/failure-service";
import {
  deleteDismissal,
  dismissalId,
  listDismissals,
  saveDismissal,
  toAttributes,
} from "./dismissals-repository";
import { part, readSnapshot } from "./reading-service";
import { findingsOf } from "./rules/checks";
import type { CheckReport, Dismiss, Dismissal, Restore, RunDiagnosis } from "./schema";

/**
 * All findings, most severe first. Dismissed findings are listed separately, with their reason.
 * @param timeoutMs how long to wait for CloudWatch and the runs of failing agents
 */
export async function runChecks(timeoutMs?: number): Promise<CheckReport> {
  const [{ snapshot, unchecked }, dismissals] = await Promise.all([
    readSnapshot(timeoutMs),
    part("Dismissed findings", env().MODEL_MANAGEMENT_TABLE, listDismissals(), noDismissals),
  ]);
  const today = new Date(snapshot.now).toISOString().slice(0, 10);
  const report: CheckReport = {
    findings: [],
    dismissed: [],
    as_of: new Date(snapshot.now).toISOString(),
    unchecked: [...unchecked, ...(dismissals.failure ? [dismissals.failure] : [])],
  };
  for (const finding of findingsOf(snapshot)) {
    const dismissal = dismissals.value.get(dismissalId(finding));
    if (!dismissal || isExpired(dismissal, today)) report.findings.push(finding);
    else report.dismissed.push({ ...finding, dismissal });
  }
  return report;
}

const noDismissals: Map<string, Dismissal> = new Map();

function isExpired({ until }: Dismissal, today: string): boolean {
  return until !== null && until <= today;
}

/** Dismisses a finding with a reason, until a day or until someone restores it. */
export async function dismissFinding(actor: Actor, dismiss: Dismiss): Promise<void> {
  const { code, subject, reason, until = null } = dismiss;
  const dismissal = { reason, until, by: actor.name, at: new Date().toISOString() };
  const former = (await listDismissals()).get(dismissalId(dismiss));
  const event = await changeEvent(actor, {
    action: "check.dismiss",
    entity: { kind: "check", id: dismissalId({ code, subject }) },
    before: former ? toAttributes(former) : null,
    after: toAttributes(dismissal),
    reason,
  });
  await transact([saveDismissal(dismiss, dismissal), event]);
}

/**
 * Undoes a dismissal.
 * @throws AppError `not_found`
 */
export async function restoreFinding(actor: Actor, finding: Restore): Promise<void> {
  const former = (await listDismissals()).get(dismissalId(finding));
  const event = await changeEvent(actor, {
    action: "check.restore",
    entity: { kind: "check", id: dismissalId(finding) },
    before: former ? toAttributes(former) : null,
    after: null,
  });
  await transact([deleteDismissal(finding), event]);
}

/**
 * Explains a failed run, identified by its error text or its execution ARN, with the present
 * findings, dismissed ones included.
 * @throws AppError `not_found` for an ARN without an execution
 */
export async function diagnoseFailure(text: string): Promise<RunDiagnosis[]> {
  const [{ findings, dismissed }, ofRun] = await Promise.all([runChecks(), readFailureText(text)]);
  const all: Finding[] = [
    ...findings.map(({ affects: _, ...finding }) => finding),
    ...dismissed.map(({ affects: _, dismissal: __, ...finding }) => finding),
  ];
  return diagnose(ofRun ?? text, all);
}
