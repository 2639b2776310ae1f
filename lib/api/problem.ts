import * as z from "zod/mini";
import { type ErrorCode, errorStatus } from "@/lib/errors";
import type { Row } from "./row";

// Object.keys loses the type; the table's codes are its keys.
const codes = Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]];

/** The body of a refusal (RFC 9457). Some refusals have further members, such as `findings`. */
export const Problem = z.looseObject({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(codes),
  request_id: z.string(),
  errors: z.optional(z.array(z.strictObject({ path: z.string(), message: z.string() }))),
  current: z.optional(z.unknown()),
});

/** Every code with which an endpoint may refuse a call. */
export function refusalsOf(row: Row): ErrorCode[] {
  const { role, params, query, body, ifMatch, limit, refusals = [], answer } = row;
  const possible: ErrorCode[] = [
    "malformed",
    "too_large",
    ...(role === "open" ? [] : (["unauthenticated", "forbidden"] as const)),
    ...(params || answer.kind === "none" ? (["not_found"] as const) : []),
    ...(ifMatch ? (["stale"] as const) : []),
    ...(query || body ? (["invalid"] as const) : []),
    ...(limit ? (["throttled"] as const) : []),
    ...refusals,
    "setup_incomplete",
    "internal",
    "aws_unavailable",
  ];
  return codes.filter((code) => possible.includes(code));
}

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  408: "Request timeout",
  409: "Conflict",
  412: "Changed meanwhile",
  413: "Too large",
  422: "Invalid input",
  429: "Too many requests",
  431: "Headers too large",
  500: "Internal error",
  502: "Provider or AWS failed",
};

/** The title of a status, for people. */
export function titleOf(status: number): string {
  return titles[status] ?? "Error";
}
