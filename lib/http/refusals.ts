import "server-only";
import { recordEvent } from "@/lib/activity/service";
import { stringAttribute } from "@/lib/aws/attributes";
import type { AppError } from "@/lib/errors";
import { errorName, log } from "@/lib/log";
import { shouldRecordRefusal } from "@/lib/rate-limits/service";

/** A request in logs and recorded refusals. `actor` is null until authentication. */
export type RequestLog = {
  requestId: string;
  method: string;
  path: string;
  actor: { name: string; subject: string } | null;
};

/** The most characters of a path that are logged. Only attackers send longer ones. */
const maxPathLength = 300;

/** Leaves out the query, because people paste secrets into it. */
export function toRequestLog(request: Request, requestId: string): RequestLog {
  return requestLine(request.method, new URL(request.url).pathname, requestId);
}

/** As above, from the first line of a request. */
export function requestLine(method: string, path: string, requestId: string): RequestLog {
  return { requestId, method, path: path.slice(0, maxPathLength), actor: null };
}

/** The fields of a log line. */
export function logFields({ requestId, method, path, actor }: RequestLog) {
  return { request_id: requestId, method, path, actor: actor?.name ?? null };
}

/**
 * Logs a refusal (401, 403, 429). Refusals of signed-in users also go to Activity, at most five a
 * minute each. Anonymous ones don't, because they could fill the table.
 */
export async function recordRefusal(refused: RequestLog, error: AppError): Promise<void> {
  log("warn", "Refused", { ...logFields(refused), status: error.status, code: error.code });
  const { actor, requestId, method, path } = refused;
  if (actor === null) return;
  const detail = error.message;
  const after = {
    method: stringAttribute(method),
    path: stringAttribute(path),
    detail: stringAttribute(detail),
  };
  const entity = { kind: "access", id: actor.name } as const;
  try {
    if (!(await shouldRecordRefusal(actor.subject))) return;
    const change = { action: "access.refused", entity, before: null, after } as const;
    await recordEvent({ name: actor.name, requestId }, change, "refused");
  } catch (failure) {
    // The answer doesn't depend on the record.
    log("error", "Refusal not recorded", { request_id: requestId, name: errorName(failure) });
  }
}
