import "server-only";
import { env } from "./env";

type Fields = Record<string, string | number | null>;

const levels = ["info", "warn", "error"] as const;

/** What a log line may contain of any error: its name, because messages quote what was sent. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** One JSON line on standard error. Callers pass ids, names and codes, never bodies or headers. */
export function log(level: (typeof levels)[number], message: string, fields: Fields = {}): void {
  if (levels.indexOf(level) < levels.indexOf(env().LOG_LEVEL)) return;
  const line = { at: new Date().toISOString(), level, message, ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
