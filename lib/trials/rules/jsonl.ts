import * as z from "zod/mini";
import { TrialCase } from "./case-schema";
import { maxCases } from "./limits";

/** The first wrong lines, counted from 1. */
export class JsonlError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "JsonlError";
  }
}

const maxProblems = 5;

/** One case per line; empty lines are skipped. @throws JsonlError */
export function parseJsonl(text: string): TrialCase[] {
  const cases: TrialCase[] = [];
  const problems: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    const isTooMany = cases.length === maxCases;
    const parsed = isTooMany ? `At most ${maxCases} cases` : parseLine(line);
    if (typeof parsed === "string") problems.push(`Line ${index + 1}: ${parsed}`);
    else cases.push(parsed);
    if (isTooMany || problems.length === maxProblems) break;
  }
  if (problems.length > 0) throw new JsonlError(problems);
  return cases;
}

/** The case, or what is wrong with the line. */
function parseLine(line: string): TrialCase | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "This is not JSON";
  }
  const parsed = z.safeParse(TrialCase, value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).join(".");
  const within = path === "" ? "" : `${path}: `;
  if (issue?.code === "unrecognized_keys") {
    return `${within}There is no field ${issue.keys.join(", ")}. Remove it.`;
  }
  return `${within}${issue?.message ?? "This is not a case"}`;
}

export const toJsonl = (cases: readonly TrialCase[]): string =>
  cases
    .map(({ messages, expect }) => JSON.stringify({ messages, ...(expect && { expect }) }))
    .join("\n");
