import type { z } from "zod";
import type { AwsError } from "./aws-error";

/**
 * Parses a request by the schema of its operation; AWS treats null as absent.
 * @throws the error that `toError` makes of an invalid request
 */
export function parseRequest<Requests, Name extends keyof Requests>(
  schemas: { [Operation in keyof Requests]: z.ZodType<Requests[Operation]> },
  name: Name,
  body: object,
  toError: (error: z.ZodError, input: object) => AwsError,
): Requests[Name] {
  const input = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const parsed = schemas[name].safeParse(input);
  if (parsed.success) return parsed.data;
  throw toError(parsed.error, input);
}

/** AWS's message for the first issue of a request; omits the value if `isHidden`. */
export function validationMessage(
  error: z.ZodError,
  input: object,
  isHidden: (member: string) => boolean = () => false,
): string {
  const issue = error.issues[0];
  if (!issue) return "The request is malformed.";
  const member = issue.path.map(lowerFirst).join(".");
  const value = issue.path.reduce<unknown>((part, key) => Object(part)[key], input);
  const valueText = value !== undefined && !isHidden(member) ? `'${String(value)}' ` : "";
  return `1 validation error detected: Value ${valueText}at '${member}' failed to satisfy constraint: Member must ${constraintOf(issue, value)}`;
}

function constraintOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "not be null";
  const isNumber = typeof value === "number" || ("origin" in issue && issue.origin === "number");
  if (issue.code === "too_small")
    return `have ${isNumber ? "value" : "length"} greater than or equal to ${issue.minimum}`;
  if (issue.code === "too_big")
    return `have ${isNumber ? "value" : "length"} less than or equal to ${issue.maximum}`;
  if (issue.code === "invalid_value")
    return `satisfy enum value set: [${issue.values.map(String).join(", ")}]`;
  if (issue.code === "invalid_format" && "pattern" in issue)
    return `satisfy regular expression pattern: ${String(issue.pattern).slice(1, -1)}`;
  return issue.code === "invalid_type" ? `be of type ${issue.expected}` : "be well-formed";
}

function lowerFirst(key: PropertyKey): string {
  const text = String(key);
  return text.charAt(0).toLowerCase() + text.slice(1);
}
