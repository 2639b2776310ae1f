import "server-only";
import { recordEvent } from "@/lib/activity/service";
import { stringAttribute } from "@/lib/aws/attributes";
import type { AppError } from "@/lib/errors";
import { failureName, log } from "@/lib/log";
import { shouldRecordRefusal } from "@/lib/rate-limits/service";

/** One request as logs and refusals tell of it; `actor` is null until somebody is known. */
export type Told = {
  requestId: string;
  method: string;
  path: string;
  actor: { name: string; subject: string } | null;
};

/** Longer paths are nobody's but an attacker's. */
const pathLength = 300;

/** What may be told of a request: the query stays out, because people paste secrets into those. */
export function told(request: Request, requestId: string): Told {
  return requestLine(request.method, new URL(request.url).pathname, requestId);
}

/** The same from the first line of a request. */
export function requestLine(method: string, path: string, requestId: string): Told {
  return { requestId, method, path: path.slice(0, pathLength), actor: null };
}

/** The fields of a log line. */
export function lineOf({ requestId, method, path, actor }: Told) {
  return { request_id: requestId, method, path, actor: actor?.name ?? null };
}

/**
 * Logs a refusal (401, 403, 429). Those of people we know also go to Activity, five a minute for
 * each; a stranger's never do, because then anybody could fill the table.
 */
export async function noteRefusal(refused: Told, error: AppError): Promise<void> {
  log("warn", "Refused", { ...lineOf(refused), status: error.status, code: error.code });
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
    // The answer is the same whether or not it could be noted.
    log("error", "Refusal not recorded", { request_id: requestId, name: failureName(failure) });
  }
}
