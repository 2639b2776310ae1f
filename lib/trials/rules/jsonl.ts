import * as z from "zod/mini";
import { TrialCase } from "./case-schema";
import { maxCases } from "./limits";

/** What is wrong with a line of JSONL, counted from 1. */
export class JsonlError extends Error {
  constructor(line: number, problem: string) {
    super(`Line ${line}: ${problem}`);
    this.name = "JsonlError";
  }
}

/** One case a line; empty lines are skipped. @throws JsonlError */
export function parseJsonl(text: string): TrialCase[] {
  const cases: TrialCase[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    if (cases.length === maxCases) throw new JsonlError(index + 1, `At most ${maxCases} cases`);
    cases.push(parseLine(line, index + 1));
  }
  return cases;
}

function parseLine(line: string, number: number): TrialCase {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new JsonlError(number, "This is not JSON");
  }
  const parsed = z.safeParse(TrialCase, value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") {
    throw new JsonlError(number, `There is no field ${issue.keys.join(", ")}. Remove it.`);
  }
  throw new JsonlError(number, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "Not a case"}`);
}

export const toJsonl = (cases: readonly TrialCase[]): string =>
  cases
    .map(({ messages, expect }) => JSON.stringify({ messages, ...(expect && { expect }) }))
    .join("\n");
