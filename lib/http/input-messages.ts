import type * as z from "zod";
import { pluralize } from "@/lib/format";

const alternatives = new Intl.ListFormat("en-US", { type: "disjunction" });

const typeNames: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  null: "null",
};

const typeName = (type: string) => typeNames[type] ?? type;

/** "3 characters", "1 entry", or the number alone. */
function amount(origin: string, limit: number | bigint): string {
  if (origin === "string") return pluralize(Number(limit), "character");
  if (origin === "array") return pluralize(Number(limit), "entry", "entries");
  return `${limit}`;
}

/**
 * The error message for schemas that have none of their own (zod/mini has no default messages).
 * Never quotes the value: it may be a secret.
 */
export function inputMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "Required";
      return `Must be ${typeName(issue.expected)}`;
    case "too_big":
      return `At most ${amount(issue.origin, issue.maximum)}`;
    case "too_small":
      return `At least ${amount(issue.origin, issue.minimum)}`;
    case "invalid_value":
      return `Must be ${alternatives.format(issue.values.map(String))}`;
    case "not_multiple_of":
      return `Must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return unionMessage(issue.errors);
    case "invalid_format":
      return "Doesn't have the right format";
    default:
      return "Isn't valid";
  }
}

function unionMessage(options: readonly z.core.$ZodIssue[][]): string {
  const types = options.flatMap(([issue]) =>
    issue?.code === "invalid_type" && issue.path.length === 0 ? [typeName(issue.expected)] : [],
  );
  if (types.length < options.length) return "Doesn't have any of the shapes that are allowed here";
  return `Must be ${alternatives.format(types)}`;
}
