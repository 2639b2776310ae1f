import "server-only";
import {
  type Notification,
  notificationLines,
  notificationSummary,
  notificationText,
} from "./rules/notification-text";

const timeoutMs = 10_000;

/**
 * Posts to the configured address: Slack shows `text`, Teams the adaptive card.
 * @returns why it failed, or null
 */
export async function postNotification(
  url: string,
  notification: Notification,
): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(bodyFor(url, notification)),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? null : `The webhook answered ${response.status}.`;
  } catch {
    // The URL may hold a token, so fetch's error message must not be repeated.
    return "The webhook could not be reached.";
  }
}

function bodyFor(url: string, notification: Notification): object {
  const text = notificationText(notification);
  // Slack would treat the card as one of its own attachments.
  if (new URL(url).hostname === "hooks.slack.com") return { text };
  const { environment, address, opened, resolved } = notification;
  return {
    text,
    type: "message",
    attachments: [cardOf(notification)],
    environment,
    url: address,
    opened: opened.map(({ code, severity, subject, title, fix }) => {
      return { code, severity, subject, title, fix };
    }),
    resolved,
  };
}

/** An adaptive card (Microsoft Teams, "Post to a channel when a webhook request is received"). */
function cardOf(notification: Notification): object {
  const line = (text: string) => ({ type: "TextBlock", text, wrap: true });
  return {
    contentType: "application/vnd.microsoft.card.adaptive",
    content: {
      $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
      type: "AdaptiveCard",
      version: "1.4",
      body: [
        { ...line(notificationSummary(notification)), weight: "Bolder" },
        ...notificationLines(notification).map(line),
      ],
      actions: [{ type: "Action.OpenUrl", title: "Open the checks", url: notification.address }],
    },
  };
}
