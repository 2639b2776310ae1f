import "server-only";
import { titleOf } from "@/lib/api/problem";
import type { AppError, Problem } from "@/lib/errors";
import { apiPolicy, fixedHeaders, hstsHeader } from "./security-headers";

/** An RFC 9457 response for a refusal. */
export function problemResponse(error: AppError, requestId: string): Response {
  const { problem, headers } = problemOf(error, requestId);
  return new Response(JSON.stringify(problem), { status: error.status, headers });
}

/** Body and headers of an RFC 9457 response. */
export function problemOf(error: AppError, requestId: string) {
  const problem: Problem = {
    ...error.extra,
    type: "about:blank",
    title: titleOf(error.status),
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
    ...(error.current !== undefined && { current: error.current }),
  };
  const wait = error.extra?.retry_after;
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-request-id": requestId,
    // Unlike Basic, Bearer makes no browser open a dialog.
    ...(error.status === 401 && { "www-authenticate": 'Bearer realm="switchboard"' }),
    ...(typeof wait === "number" && { "retry-after": String(wait) }),
  };
  return { problem, headers };
}

/** An RFC 9457 answer that bypasses Next, with the headers that next.config.ts would add. */
export function answerOutsideNext(error: AppError, requestId: string) {
  const transport = hstsHeader();
  const { problem, headers } = problemOf(error, requestId);
  const body = JSON.stringify(problem);
  return {
    body,
    headers: {
      ...fixedHeaders,
      "content-length": `${Buffer.byteLength(body)}`,
      "content-security-policy": apiPolicy,
      ...headers,
      ...(transport && { "strict-transport-security": transport }),
    },
  };
}
