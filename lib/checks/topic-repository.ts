import "server-only";
import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { PublishCommand } from "@aws-sdk/client-sns";
import { cloudwatch, notifications } from "@/lib/aws/clients";
import { explainAwsFailure } from "@/lib/aws/failures";
import { env } from "@/lib/env";
import { findingSeverities } from "@/lib/findings/rules/severity";
import type { Finding } from "@/lib/findings/schema";
import {
  type Notification,
  notificationSummary,
  notificationText,
  topicRegion,
} from "./rules/notification-text";

/** The limit of a subject (API reference, Publish), which must be one line of ASCII. */
const maxSubjectLength = 100;

/** Publishes to an SNS topic. @returns why it failed, or null */
export async function publishNotification(
  TopicArn: string,
  notification: Notification,
): Promise<string | null> {
  const Subject = notificationSummary(notification).slice(0, maxSubjectLength);
  const Message = notificationText(notification);
  const command = new PublishCommand({ TopicArn, Subject, Message });
  return notifications(topicRegion(TopicArn))
    .send(command)
    .then(() => null, reasonOf);
}

type Counts = Record<Finding["severity"], number>;

/** Publishes the number of findings by severity. @returns why it failed, or null */
export async function publishCounts(counts: Counts): Promise<string | null> {
  const environment = { Name: "environment", Value: env().ENV_NAME };
  const MetricData = findingSeverities.map((severity) => ({
    MetricName: "Findings",
    Dimensions: [{ Name: "severity", Value: severity }, environment],
    Value: counts[severity],
    Unit: "Count" as const,
  }));
  return cloudwatch()
    .send(new PutMetricDataCommand({ Namespace: "Switchboard", MetricData }))
    .then(() => null, reasonOf);
}

function reasonOf(error: unknown): string {
  const explained = explainAwsFailure(error);
  // Every AWS error has this member, whatever its name.
  if (explained || !(error instanceof Error && "$metadata" in error)) {
    if (explained) return explained.message;
    throw error;
  }
  return `AWS refused it (${error.name}).`;
}
