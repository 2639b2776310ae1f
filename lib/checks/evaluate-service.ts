import "server-only";
import { explainAwsFailure } from "@/lib/aws/failures";
import { evaluateBudgets } from "@/lib/budgets/evaluate-service";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { Finding } from "@/lib/findings/schema";
import { errorName, log } from "@/lib/log";
import { pages } from "@/lib/paths";
import {
  type Channel,
  claimNotification,
  endClaim,
  findNotified,
} from "./notifications-repository";
import type { Notification } from "./rules/notification-text";
import type { CheckReport, Evaluation, StartedEvaluation } from "./schema";
import { runChecks } from "./service";
import { publishCounts, publishNotification } from "./topic-repository";
import { postNotification } from "./webhook-repository";

/**
 * How long an evaluation waits for CloudWatch and for the runs of failing agents. No person is
 * waiting.
 */
const timeoutMs = 45_000;

/**
 * Runs the checks, publishes the counts of findings, budgets and unusual usage, and notifies
 * NOTIFY_WEBHOOK_URL and ALARM_TOPIC_ARN of errors that are new or gone since the last time. Meant
 * to run on a schedule, at any time and on any copy.
 */
export async function evaluateChecks(): Promise<Evaluation> {
  const [published, checked] = await Promise.all([
    evaluateBudgets().then(
      ({ alarms }) => ({ alarms, unpublished: null }),
      (error: unknown) => ({ alarms: null, unpublished: reasonOf(error) }),
    ),
    checkAndNotify(),
  ]);
  return { ...checked, ...published };
}

async function checkAndNotify(): Promise<Omit<Evaluation, "alarms" | "unpublished">> {
  const at = new Date().toISOString();
  const report = await runChecks(timeoutMs);
  const count = (severity: Finding["severity"]) =>
    report.findings.filter((finding) => finding.severity === severity).length;
  const by_severity = {
    error: count("error"),
    warning: count("warning"),
    info: count("info"),
  };
  const { NOTIFY_WEBHOOK_URL: url, ALARM_TOPIC_ARN: topic } = env();
  const [uncounted, notified, ofTopic] = await Promise.all([
    publishCounts(by_severity),
    notify("webhook", url ? (n) => postNotification(url, n) : null, report, at),
    notify("topic", topic ? (n) => publishNotification(topic, n) : null, report, at),
  ]);
  const findings = report.findings.length;
  return { as_of: report.as_of, findings, by_severity, uncounted, notified, topic: ofTopic };
}

let inProgress: Promise<unknown> | null = null;

/**
 * Starts an evaluation without waiting for it, for schedulers that wait only seconds. At most one
 * runs at a time on this copy. Failures are logged.
 */
export function startEvaluation(): StartedEvaluation {
  const isRunning = inProgress !== null;
  inProgress ??= evaluateChecks()
    .catch((error: unknown) => log("error", "Evaluation failed", { name: errorName(error) }))
    .finally(() => {
      inProgress = null;
    });
  return { already_running: isRunning };
}

function reasonOf(error: unknown): string {
  const explained = error instanceof AppError ? error : explainAwsFailure(error);
  if (!explained) throw error;
  return explained.message;
}

const idOf = ({ code, subject }: Finding) => `${code} ${subject.kind}:${subject.id}`;

/**
 * Parts that may never be readable (by the beginning of their text in `unchecked`), and the
 * findings that depend on them.
 */
const findingsByPart: [part: string, findings: RegExp][] = [
  ["Bedrock model IDs", /^bedrock_/],
  ["Shared keys", /^key_shared /],
  ["Failing runs", /^agent_failing/],
  ["Budgets and unusual usage", /^(?:budget_exceeded|usage_unusual) /],
];

/** Whether a finding may be missing only because a part couldn't be read. */
function hides(unchecked: string, findingId: string): boolean {
  const hiding = findingsByPart.find(([part]) => unchecked.startsWith(part));
  return hiding === undefined || hiding[1].test(findingId);
}

type Send = (notification: Notification) => Promise<string | null>;

/**
 * Sends new and resolved errors, unless another copy does. @param at a time before the snapshot was
 * read
 */
async function notify(
  channel: Channel,
  send: Send | null,
  { findings, unchecked }: CheckReport,
  at: string,
): Promise<Evaluation["notified"]> {
  const notified = await findNotified(channel);
  const present = findings.filter(({ severity }) => severity === "error");
  const presentIds = present.map(idOf);
  // A finding that couldn't be checked isn't resolved.
  const hidden = notified.ids.filter((id) => unchecked.some((part) => hides(part, id)));
  const ids = [...new Set([...hidden, ...presentIds])];
  const opened = present.filter((finding) => !notified.ids.includes(idOf(finding)));
  const resolved = notified.ids.filter((id) => !ids.includes(id));
  const counts = { opened: opened.length, resolved: resolved.length };
  const unsent = { ...counts, sent: false, failure: null };
  if (!send || (opened.length === 0 && resolved.length === 0)) return unsent;
  // Another copy has already notified from a later snapshot.
  if (notified.at !== null && notified.at >= at) return unsent;
  const claim = await claimNotification(channel, notified);
  if (claim === null) return unsent;
  const address = new URL(pages.checks(), env().NEXTAUTH_URL).href;
  const failure = await send({ environment: env().ENV_NAME, address, opened, resolved });
  await endClaim(channel, claim, failure === null ? { ids, at } : null);
  if (failure === null) return { ...counts, sent: true, failure };
  log("warn", "Notification failed", { channel, reason: failure });
  return { ...counts, sent: false, failure };
}
