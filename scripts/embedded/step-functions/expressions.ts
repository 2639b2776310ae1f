import jsonata from "jsonata";
import { isJsonObject, type JsonObject } from "../json";
import { expressionOf } from "./definition";
import { EvaluationFailure } from "./failure";
import { addFunctions } from "./functions";

const maxMs = 1000;
/** AWS's limit for the depth of one expression. */
const maxDepth = 100;

/** The variables of an expression by name, without the dollar sign; `states` is one of them. */
export type Bindings = JsonObject;

/**
 * Evaluates every `{% … %}` of a field, in the order of the definition. An expression that is a
 * field's whole value must not evaluate to undefined.
 * @param location the field's place in the state, such as `Arguments`
 * @throws EvaluationFailure
 */
export async function evaluateField(
  field: unknown,
  location: string,
  bindings: Bindings,
): Promise<unknown> {
  const source = expressionOf(field);
  if (source !== null) return evaluate(source, location, bindings);
  if (Array.isArray(field)) {
    const values: unknown[] = [];
    for (const [index, part] of field.entries())
      values.push(await evaluateField(part, `${location}[${index}]`, bindings));
    return values;
  }
  if (!isJsonObject(field)) return field;
  const entries: [string, unknown][] = [];
  for (const [name, part] of Object.entries(field))
    entries.push([name, await evaluateField(part, `${location}/${name}`, bindings)]);
  return Object.fromEntries(entries);
}

async function evaluate(source: string, location: string, bindings: Bindings): Promise<unknown> {
  const fail = (reason: string) => new EvaluationFailure(source, location, reason);
  const result = await evaluateSource(source, bindings).catch((error: unknown) => {
    throw fail(`threw an error during evaluation${messageOf(error)}`);
  });
  if (result === undefined) throw fail("returned nothing (undefined).");
  const text = isFunction(result) ? undefined : JSON.stringify(result);
  if (text === undefined) throw fail("returned an unsupported result type.");
  // A copy without JSONata's marks on arrays.
  return JSON.parse(text);
}

async function evaluateSource(source: string, bindings: Bindings): Promise<unknown> {
  const expression = jsonata(source, { timeout: maxMs, stack: maxDepth });
  addFunctions(expression);
  return expression.evaluate(undefined, bindings);
}

/** A function of JavaScript or of JSONata. */
function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  return isJsonObject(value) && (value._jsonata_lambda ?? value._jsonata_function) === true;
}

/**
 * JSONata's own errors have a code and follow a full stop, those of AWS's functions a colon
 * (measured in us-east-1: floci-io/floci#2736). AWS's message for a failed $parse is unknown.
 */
function messageOf(error: unknown): string {
  if (!isJsonObject(error)) return `: ${String(error)}`;
  const { code, message } = error;
  return typeof code === "string" ? `. ${code}: ${message}` : `: ${message}`;
}

const typeNames: Record<string, (value: unknown) => boolean> = {
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  string: (value) => typeof value === "string",
  array: Array.isArray,
};

/** A field's value of the type that the field needs; throws EvaluationFailure for another type. */
export async function evaluateAs(
  type: "boolean" | "number" | "string" | "array",
  field: unknown,
  location: string,
  bindings: Bindings,
): Promise<unknown> {
  const value = await evaluateField(field, location, bindings);
  if (typeNames[type]?.(value)) return value;
  throw new EvaluationFailure(
    expressionOf(field) ?? JSON.stringify(field),
    location,
    `returned an unexpected result type. Expected '${type}', but was '${nameOfType(value)}' for value: ${JSON.stringify(value)}`,
  );
}

function nameOfType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
