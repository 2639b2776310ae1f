import { parseJsonText } from "@/lib/parse-json";

/** A state in Amazon States Language. Members are validated where they are used. */
export type State = Record<string, unknown>;

/** A machine, or the processor of a Map state. */
export type Definition = { StartAt: string; States: Record<string, State> };

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * More than a valid definition of 1 MB can contain, and low enough that recursion doesn't overflow
 * the stack.
 */
const jsonLimits = { depth: 200, values: 200_000, members: 20_000 };

/** The machine in a definition's text; null if the text isn't valid. */
export function parseDefinition(text: string): Definition | null {
  try {
    return asDefinition(parseJsonText(text, jsonLimits));
  } catch {
    return null;
  }
}

export function asDefinition(value: unknown): Definition | null {
  if (!isObject(value) || typeof value.StartAt !== "string" || !isObject(value.States)) return null;
  const states = Object.entries(value.States).filter((entry): entry is [string, State] =>
    isObject(entry[1]),
  );
  return { ...value, StartAt: value.StartAt, States: Object.fromEntries(states) };
}

/** Whether the machine's first state uses JSONata instead of JSONPath. */
export function usesJsonata(definition: Definition & { QueryLanguage?: unknown }): boolean {
  const first = definition.States[definition.StartAt];
  return (first?.QueryLanguage ?? definition.QueryLanguage) === "JSONata";
}

/** The machines inside a state: the processor of a Map, the branches of a Parallel. */
export function innerDefinitions(state: State): Definition[] {
  const branches = Array.isArray(state.Branches) ? state.Branches : [];
  return [state.ItemProcessor ?? state.Iterator, ...branches].flatMap(
    (part) => asDefinition(part) ?? [],
  );
}

/** Every state with its name, those inside Map and Parallel states included. */
export function allStates(definition: Definition): [string, State][] {
  return Object.entries(definition.States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...innerDefinitions(state).flatMap(allStates),
  ]);
}

/** The JSONata between `{%` and `%}`; null for any other text. */
export function expressionOf(text: string): string | null {
  return text.length >= 4 && text.startsWith("{%") && text.endsWith("%}")
    ? text.slice(2, -2).trim()
    : null;
}

/** Every string in a value, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
