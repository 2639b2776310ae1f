import "server-only";
import { explainAwsFailure } from "@/lib/aws/failures";
import { evaluateBudgets } from "@/lib/budgets/evaluate-service";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { Finding } from "@/lib/findings/schema";
import { log } from "@/lib/log";
import { pages } from "@/lib/paths";
import { claimNotification, findNotified, restoreNotified } from "./notifications-repository";
import type { CheckReport, Evaluation } from "./schema";
import { runChecks } from "./service";
import { postNotification } from "./webhook-repository";

/**
 * Runs the checks, publishes budgets and unusual usage with their alarms, and tells NOTIFY_WEBHOOK_URL
 * which errors and warnings are new or gone since the last time. For a schedule: it may run at any
 * time, and on any copy.
 */
export async function evaluateChecks(): Promise<Evaluation> {
  const report = await runChecks();
  const published = await evaluateBudgets().then(
    ({ alarms }) => ({ alarms, failure: null }),
    (error: unknown) => ({ alarms: null, failure: reasonOf(error) }),
  );
  return {
    as_of: report.as_of,
    findings: report.findings.length,
    alarms: published.alarms,
    unpublished: published.failure,
    notified: await notify(report),
  };
}

function reasonOf(error: unknown): string {
  const explained = error instanceof AppError ? error : explainAwsFailure(error);
  if (!explained) throw error;
  return explained.message;
}

const idOf = ({ code, subject }: Finding) => `${code} ${subject.kind}:${subject.id}`;

async function notify({
  findings,
  unchecked,
  as_of,
}: CheckReport): Promise<Evaluation["notified"]> {
  const url = env().NOTIFY_WEBHOOK_URL;
  const known = await findNotified();
  const present = findings.filter(({ severity }) => severity !== "info");
  const found = present.map(idOf);
  // What couldn't be checked isn't resolved.
  const ids = unchecked.length > 0 ? [...new Set([...known.ids, ...found])] : found;
  const opened = present.filter((finding) => !known.ids.includes(idOf(finding)));
  const resolved = known.ids.filter((id) => !ids.includes(id));
  const counts = { opened: opened.length, resolved: resolved.length };
  if (!url || (opened.length === 0 && resolved.length === 0)) {
    return { ...counts, sent: false, failure: null };
  }
  // Claimed first: of two copies that run at the same time only one notifies.
  if (!(await claimNotification(known, { ids, at: as_of }))) {
    return { ...counts, sent: false, failure: null };
  }
  const address = new URL(pages.checks(), env().NEXTAUTH_URL).href;
  const failure = await postNotification(url, { address, as_of, opened, resolved });
  if (failure === null) return { ...counts, sent: true, failure };
  log("warn", "Notification failed", { reason: failure });
  await restoreNotified(known, as_of);
  return { ...counts, sent: false, failure };
}
