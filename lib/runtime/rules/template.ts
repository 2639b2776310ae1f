import { expressionOf } from "./definition";

/** The result of an expression: `unsupported` for a function value, `limit` if it was stopped. */
export type Evaluated =
  | { value: unknown }
  | { thrown: string }
  | { unsupported: true }
  | { limit: string };

export type Evaluate = (
  expression: string,
  variables: Record<string, unknown>,
) => Promise<Evaluated>;

/** An expression failed as it would fail in Step Functions. */
export class QueryFailure extends Error {}

/** An expression that couldn't be evaluated here within its limits. */
export class ExpressionLimit extends Error {}

/**
 * A field's value with its expressions evaluated.
 * @param field its path as Step Functions names it, such as `Assign/llm_config`
 * @throws QueryFailure with Step Functions' message, ExpressionLimit
 */
export async function fillTemplate(
  template: unknown,
  field: string,
  variables: Record<string, unknown>,
  evaluate: Evaluate,
): Promise<unknown> {
  if (typeof template === "string") {
    const expression = expressionOf(template);
    return expression === null ? template : evaluateText(expression, field, variables, evaluate);
  }
  if (typeof template !== "object" || template === null) return template;
  if (Array.isArray(template)) {
    const filled: unknown[] = [];
    for (const [index, part] of template.entries()) {
      filled.push(await fillTemplate(part, `${field}[${index}]`, variables, evaluate));
    }
    return filled;
  }
  const filled: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(template)) {
    filled[name] = await fillTemplate(part, `${field}/${name}`, variables, evaluate);
  }
  return filled;
}

async function evaluateText(
  expression: string,
  field: string,
  variables: Record<string, unknown>,
  evaluate: Evaluate,
): Promise<unknown> {
  const evaluated = await evaluate(expression, variables);
  const subject = `The JSONata expression '${expression}' specified for the field '${field}'`;
  if ("limit" in evaluated) throw new ExpressionLimit(`${subject} ${evaluated.limit}`);
  if ("thrown" in evaluated) {
    throw new QueryFailure(`${subject} threw an error during evaluation${evaluated.thrown}`);
  }
  if ("unsupported" in evaluated)
    throw new QueryFailure(`${subject} returned an unsupported result type.`);
  if (evaluated.value === undefined)
    throw new QueryFailure(`${subject} returned nothing (undefined).`);
  return evaluated.value;
}

/** The types that a field may require. */
export type TypeNames = { boolean: boolean; number: number; string: string; array: unknown[] };

/** @throws QueryFailure unless the field's value has the required type */
export function requireType<Name extends keyof TypeNames>(
  value: unknown,
  type: Name,
  template: unknown,
  field: string,
): TypeNames[Name] {
  const actual = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  // The names are those of `typeof`, and "array".
  if (actual === type) return value as TypeNames[Name];
  const expression =
    typeof template === "string"
      ? (expressionOf(template) ?? template)
      : JSON.stringify(template ?? "");
  throw new QueryFailure(
    `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result type. Expected '${type}', but was '${actual}' for value: ${JSON.stringify(value)}`,
  );
}
