import type { Finding } from "@/lib/findings/schema";
import { pluralize } from "@/lib/format";

/**
 * New and resolved findings, for people outside the console. Titles and fixes only: evidence may
 * quote texts.
 */
export type Notification = {
  environment: string;
  /** The URL of the Checks page. */
  address: string;
  opened: readonly Finding[];
  /** IDs of findings that are gone. */
  resolved: readonly string[];
};

const maxLines = 20;

export function notificationSummary({ environment, opened, resolved }: Notification): string {
  const errors = `${opened.length} new ${opened.length === 1 ? "error" : "errors"}`;
  return `Switchboard ${environment}: ${errors}, ${resolved.length} resolved`;
}

/** The lines of a message: new errors first, then resolved ones. */
export function notificationLines({ opened, resolved }: Notification): string[] {
  const lines = [
    ...opened.map(({ title, fix }) => `Error: ${title}. ${fix}`),
    ...resolved.map((id) => `Resolved: ${id}`),
  ];
  const more = lines.length - maxLines;
  return more > 0 ? [...lines.slice(0, maxLines), `And ${pluralize(more, "more line")}.`] : lines;
}

export function notificationText(notification: Notification): string {
  return [
    `${notificationSummary(notification)}. ${notification.address}`,
    ...notificationLines(notification),
  ].join("\n");
}

/** `arn:aws:sns:REGION:ACCOUNT:NAME` */
export const topicRegion = (arn: string): string => arn.split(":")[3] ?? "";
