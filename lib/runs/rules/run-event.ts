/** An event of an execution's history, with the members that the console reads. */
export type RunEvent = {
  id: number;
  previous: number;
  /** AWS's name, such as `TaskStateEntered`. */
  type: string;
  /** ISO 8601 UTC. */
  at: string;
  /** The state's name, or that of an activity. */
  name: string | null;
  /** Such as `lambda:invoke`, or an ARN. */
  resource: string | null;
  /** The input of a task, as JSON. */
  parameters: string | null;
  input: string | null;
  output: string | null;
  error: string | null;
  cause: string | null;
  /** True if AWS left out a part of the input or output. */
  truncated: boolean;
};

/** Parsed JSON; undefined if it isn't JSON. */
export function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type Members = Record<string, unknown>;

/** The members of an object; empty for any other value. */
export const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};

export const textOr = (value: unknown): string | null => (typeof value === "string" ? value : null);
