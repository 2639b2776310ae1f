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

/** Parts that may stay unreadable for good, as `unchecked` starts with them, and their findings. */
const findingsByPart: [part: string, findings: RegExp][] = [
  ["Bedrock model IDs", /^bedrock_/],
  ["Shared keys", /^key_shared /],
  ["Failing runs", /^agent_failing/],
  ["Budgets and unusual usage", /^(?:budget_exceeded|usage_unusual) /],
];

/** Whether a finding may be missing only because a part couldn't be read. */
function hides(unchecked: string, findingId: string): boolean {
  const known = findingsByPart.find(([part]) => unchecked.startsWith(part));
  return known === undefined || known[1].test(findingId);
}

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
  const hidden = known.ids.filter((id) => unchecked.some((part) => hides(part, id)));
  const ids = [...new Set([...hidden, ...found])];
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
