import "server-only";

type Fields = Record<string, string | number | null>;

/** One JSON line on standard error. Callers pass ids, names and codes, never bodies or headers. */
export function log(level: "info" | "error", message: string, fields: Fields = {}): void {
  const line = { at: new Date().toISOString(), level, message, ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
