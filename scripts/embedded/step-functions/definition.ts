import jsonata from "jsonata";
import { isJsonObject, type JsonObject, listOf } from "../json";
import { invalidDefinition } from "./errors";

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: string;
}

export interface Catcher {
  ErrorEquals: string[];
  Next: string;
  Assign?: unknown;
  Output?: unknown;
}

export interface ChoiceRule {
  Condition: unknown;
  Next: string;
  Assign?: unknown;
  Output?: unknown;
}

/** A state; which fields apply depends on `Type`. Fields of type unknown may hold expressions. */
export interface State {
  Type: string;
  QueryLanguage?: string;
  Next?: string;
  End?: boolean;
  Assign?: unknown;
  Output?: unknown;
  Arguments?: unknown;
  Resource?: string;
  TimeoutSeconds?: unknown;
  HeartbeatSeconds?: unknown;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Items?: unknown;
  ItemSelector?: unknown;
  ItemProcessor?: StateGraph;
  /** The older name of ItemProcessor. */
  Iterator?: StateGraph;
  MaxConcurrency?: unknown;
  Branches?: StateGraph[];
  Choices?: ChoiceRule[];
  Default?: string;
  Seconds?: unknown;
  Timestamp?: unknown;
  Error?: unknown;
  Cause?: unknown;
}

export interface StateGraph {
  StartAt: string;
  States: Record<string, State>;
}

export interface Definition extends StateGraph {
  QueryLanguage?: string;
  TimeoutSeconds?: number;
}

const types = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];
const endingTypes = ["Choice", "Succeed", "Fail"];
const pathFields = [
  "InputPath",
  "OutputPath",
  "ResultPath",
  "ResultSelector",
  "Parameters",
  "Result",
  "ItemsPath",
  "MaxConcurrencyPath",
  "SecondsPath",
  "TimestampPath",
];
const schema = (message: string, location: string) =>
  invalidDefinition("SCHEMA_VALIDATION_FAILED", message, location);

/** Parses and checks a definition. Throws InvalidDefinition for the first error. */
export function parseDefinition(text: string): Definition {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidDefinition("INVALID_JSON_DESCRIPTION", reason, "/");
  }
  if (!isJsonObject(parsed))
    throw invalidDefinition("INVALID_JSON_DESCRIPTION", "Expected an object", "/");
  checkLanguage(parsed, "");
  checkGraph(parsed, "", parsed.QueryLanguage === "JSONata");
  // checkGraph guarantees the members that the engine relies on.
  return parsed as unknown as Definition;
}

/** Whether every state evaluates JSONata, the only language that this engine runs. */
export function isJsonataOnly({ QueryLanguage, States }: Definition): boolean {
  const isPath = ({ QueryLanguage: own, ...state }: State): boolean =>
    (own ?? QueryLanguage ?? "JSONPath") === "JSONPath" ||
    graphsOf(state).some(({ States: inner }) => Object.values(inner).some(isPath));
  return !Object.values(States).some(isPath);
}

/** The graphs inside a Map or Parallel state. */
function graphsOf(state: Omit<State, "QueryLanguage">): StateGraph[] {
  const processor = state.ItemProcessor ?? state.Iterator;
  return [...(state.Branches ?? []), ...(processor ? [processor] : [])];
}

function checkLanguage(holder: JsonObject, path: string): void {
  const { QueryLanguage } = holder;
  if (QueryLanguage === undefined) return;
  if (QueryLanguage !== "JSONata" && QueryLanguage !== "JSONPath")
    throw schema(
      "Value should be one of the following: [JSONPath, JSONata]",
      `${path}/QueryLanguage`,
    );
}

function checkGraph(graph: unknown, path: string, isJsonata: boolean): void {
  if (!isJsonObject(graph)) throw schema("Expected value of type [OBJECT]", path || "/");
  const { StartAt, States } = graph;
  if (typeof StartAt !== "string")
    throw schema("These fields are required: [StartAt]", path || "/");
  if (!isJsonObject(States) || Object.keys(States).length === 0)
    throw schema("These fields are required: [States]", path || "/");
  const target = (name: unknown, location: string) => {
    if (typeof name !== "string" || !Object.hasOwn(States, name))
      throw invalidDefinition(
        "MISSING_TRANSITION_TARGET",
        `Missing 'Next' target: ${name}`,
        location,
      );
  };
  target(StartAt, `${path}/StartAt`);
  for (const [name, state] of Object.entries(States))
    checkState(state, `${path}/States/${name}`, isJsonata, target);
}

type CheckTarget = (name: unknown, location: string) => void;

function checkState(
  state: unknown,
  path: string,
  machineIsJsonata: boolean,
  target: CheckTarget,
): void {
  if (!isJsonObject(state)) throw schema("Expected value of type [OBJECT]", path);
  const { Type, QueryLanguage } = state;
  if (typeof Type !== "string" || !types.includes(Type))
    throw schema(`Value should be one of the following: [${types.join(", ")}]`, `${path}/Type`);
  checkLanguage(state, path);
  if (machineIsJsonata && QueryLanguage === "JSONPath")
    throw schema(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      path,
    );
  const isJsonata = QueryLanguage === undefined ? machineIsJsonata : QueryLanguage === "JSONata";
  checkTransitions(state, path, target);
  if (Type === "Task" && typeof state.Resource !== "string")
    throw schema("These fields are required: [Resource]", path);
  if (isJsonata) checkJsonata(state, path);
  const processor = state.ItemProcessor ?? state.Iterator;
  if (Type === "Map") checkGraph(processor, `${path}/ItemProcessor`, machineIsJsonata);
  if (Type === "Parallel")
    for (const [index, branch] of listOf(state.Branches).entries())
      checkGraph(branch, `${path}/Branches[${index}]`, machineIsJsonata);
}

function checkTransitions(state: JsonObject, path: string, target: CheckTarget): void {
  const { Type, Next, End, Default } = state;
  const isEnding = endingTypes.includes(String(Type));
  if (!isEnding && (Next === undefined) === (End !== true))
    throw schema("These fields are required: [Next] or [End]", path);
  if (Next !== undefined) target(Next, `${path}/Next`);
  if (Default !== undefined) target(Default, `${path}/Default`);
  if (Type === "Choice" && listOf(state.Choices).length === 0)
    throw schema("These fields are required: [Choices]", path);
  for (const field of ["Choices", "Catch"])
    for (const [index, rule] of listOf(state[field]).entries())
      target(isJsonObject(rule) ? rule.Next : undefined, `${path}/${field}[${index}]/Next`);
}

/** Rejects fields of the other language and expressions that can't be parsed. */
function checkJsonata(state: JsonObject, path: string): void {
  const field = pathFields.find((name) => Object.hasOwn(state, name));
  if (field)
    throw schema(
      `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`,
      path,
    );
  const { ItemProcessor: _processor, Iterator: _iterator, Branches: _branches, ...own } = state;
  checkExpressions(own, path);
}

function checkExpressions(value: unknown, path: string): void {
  const source = expressionOf(value);
  if (source !== null) {
    try {
      jsonata(source);
    } catch (error) {
      const reason = error instanceof Error || isJsonObject(error) ? String(error.message) : "";
      throw invalidDefinition("INVALID_JSONATA_EXPRESSION", reason, path);
    }
  } else if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) checkExpressions(part, `${path}[${index}]`);
  } else if (isJsonObject(value)) {
    for (const [name, part] of Object.entries(value)) checkExpressions(part, `${path}/${name}`);
  }
}

/** The source of a `{% … %}` field, or null for any other value. */
export function expressionOf(value: unknown): string | null {
  return typeof value === "string" ? (/^\{%([\s\S]*)%\}$/.exec(value)?.[1]?.trim() ?? null) : null;
}
