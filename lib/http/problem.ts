import "server-only";
import type { AppError, Problem } from "@/lib/errors";

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  409: "Conflict",
  412: "Changed meanwhile",
  413: "Too large",
  422: "Invalid input",
  429: "Too many requests",
  500: "Internal error",
  502: "Provider or AWS failed",
};

/** An RFC 9457 response for a refusal. */
export function problemResponse(error: AppError, requestId: string): Response {
  const problem: Problem = {
    ...error.extra,
    type: "about:blank",
    title: titles[error.status] ?? "Error",
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
    ...(error.current !== undefined && { current: error.current }),
  };
  const wait = error.extra?.retry_after;
  return new Response(JSON.stringify(problem), {
    status: error.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-request-id": requestId,
      // Browsers ask nobody for a bearer token: unlike Basic, this opens no dialog.
      ...(error.status === 401 && { "www-authenticate": 'Bearer realm="switchboard"' }),
      ...(typeof wait === "number" && { "retry-after": String(wait) }),
    },
  });
}
