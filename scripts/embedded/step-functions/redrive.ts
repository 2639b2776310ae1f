import { isJsonObject, type JsonObject, stringOf } from "../json";
import type { Definition } from "./definition";
import type { ExecutionSummary, StoredEvent } from "./store";

const redrivableMs = 14 * 24 * 3_600_000;
/** A redrive needs room for two more events below AWS's limit of 25,000. */
const maxEventsBefore = 24_998;

/** Why an execution can't be redriven, with the API reference's message; null if it can. */
export function redriveRefusal(
  { status, stopped_at = 0, event_count = 0 }: ExecutionSummary,
  now: number,
): string | null {
  if (status === "RUNNING" || status === "SUCCEEDED")
    return `Execution is ${status} and cannot be redriven`;
  if (now - stopped_at > redrivableMs) return "Execution redrivable period exceeded";
  return event_count > maxEventsBefore ? "Execution history event limit exceeded" : null;
}

/** Where a graph is entered again: its last state, with that state's input and variables. */
export interface Position {
  state: string;
  input: unknown;
  variables: JsonObject;
  /** The id of the state's StateEntered event. */
  enteredId: number;
}

/**
 * The last state that an execution entered at the top of its definition; null if it entered none. A
 * Map or Parallel state is entered again with all its parts, although AWS runs only those that
 * failed.
 */
export function lastPosition(
  { States }: Definition,
  events: readonly StoredEvent[],
): Position | null {
  const variables: JsonObject = {};
  let position: Position | null = null;
  for (const { id, details } of events) {
    const [member, value] = details ?? [];
    const name = stringOf(value?.name);
    if (!value || !Object.hasOwn(States, name)) continue;
    if (member === "stateEnteredEventDetails")
      position = {
        state: name,
        input: JSON.parse(stringOf(value.input)),
        variables,
        enteredId: id,
      };
    if (member === "stateExitedEventDetails") {
      const { assignedVariables } = value;
      for (const [variable, text] of Object.entries(
        isJsonObject(assignedVariables) ? assignedVariables : {},
      ))
        variables[variable] = JSON.parse(stringOf(text));
    }
  }
  return position;
}
