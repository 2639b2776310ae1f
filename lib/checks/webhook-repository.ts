import "server-only";
import { env } from "@/lib/env";
import type { Finding } from "@/lib/findings/schema";

const timeoutMs = 10_000;

type Notification = { address: string; as_of: string; opened: Finding[]; resolved: string[] };

/** Posts to the configured address; `text` is what chat programs show. @returns why it failed, or null */
export async function postNotification(
  url: string,
  { address, as_of, opened, resolved }: Notification,
): Promise<string | null> {
  const { ENV_NAME: environment } = env();
  const lines = opened.map(({ severity, title }) => `${severity}: ${title}`);
  const text = [
    `Switchboard ${environment}: ${opened.length} new, ${resolved.length} resolved. ${address}`,
    ...lines.slice(0, 20),
  ].join("\n");
  const findings = opened.map(({ code, severity, subject, title, evidence, fix }) => {
    return { code, severity, subject, title, evidence, fix };
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text, environment, url: address, as_of, opened: findings, resolved }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? null : `The webhook answered ${response.status}.`;
  } catch {
    // The address may hold a token: never repeat what fetch says of it.
    return "The webhook could not be reached.";
  }
}
