import "server-only";
import { type ErrorCode, errorStatus, type Problem } from "@/lib/errors";
import { titleOf } from "../problem";
import { requestId } from "./records";

/** A typical `detail` for each code that has one. */
const details: Partial<Record<ErrorCode, string>> = {
  malformed: "The body is not valid JSON.",
  unauthenticated: "Sign in first.",
  forbidden: "This needs the role admin; you are viewer.",
  not_found: 'There is no model "openai#gpt-4".',
  model_exists: 'Model "openai#gpt-4o" is registered already.',
  too_large: "The body is larger than 1 MB.",
  invalid: "input_price: A price cannot be negative",
  throttled: "More than 60 completions in a minute. Try again in 12 s.",
  internal: `Something went wrong here. Quote the request id ${requestId}.`,
};

export function problemExample(code: ErrorCode): Problem {
  const status = errorStatus[code];
  return {
    type: "about:blank",
    title: titleOf(status),
    status,
    detail: details[code] ?? "What happened, to which thing, and what to do next.",
    code,
    request_id: requestId,
    ...(code === "invalid" && {
      errors: [{ path: "input_price", message: "A price cannot be negative" }],
    }),
  };
}
