import jsonata from "jsonata";

// Runs the subset of Amazon States Language (JSONata) that the definitions in this folder use.

type State = {
  Type: string;
  Resource?: string;
  Arguments?: unknown;
  Assign?: unknown;
  Output?: unknown;
  Next?: string;
  End?: boolean;
};

export type StateMachine = { StartAt: string; States: Record<string, State> };

type Values = Record<string, unknown>;

/** The functions that a Task calls, by Resource. */
export type Resources = Record<string, (input: Values) => Promise<unknown>>;

/**
 * Runs the machine to its end.
 * @returns the last state's output
 * @throws what a resource throws
 */
export async function run(
  machine: StateMachine,
  resources: Resources,
  context: Values,
): Promise<unknown> {
  let name: string | undefined = machine.StartAt;
  let input: unknown = {};
  const variables: Values = {};
  while (name !== undefined) {
    const state: State | undefined = machine.States[name];
    if (!state) throw new Error(`There is no state "${name}"`);
    const evaluate = (template: unknown, result?: unknown) =>
      evaluateTemplate(template, { ...variables, states: { input, result, context } });
    const result = state.Type === "Task" ? await call(state, resources, evaluate) : input;
    const assigned = await evaluate(state.Assign ?? {}, result);
    const output = state.Output === undefined ? result : await evaluate(state.Output, result);
    Object.assign(variables, assigned);
    input = output;
    name = state.End ? undefined : state.Next;
  }
  return input;
}

async function call(
  state: State,
  resources: Resources,
  evaluate: (template: unknown) => Promise<unknown>,
): Promise<unknown> {
  const resource = resources[state.Resource ?? ""];
  if (!resource) throw new Error(`There is no resource "${state.Resource}"`);
  // The definitions' Arguments are objects.
  return resource((await evaluate(state.Arguments)) as Values);
}

const expression = /^\{%(.*)%\}$/s;

/** Evaluates every `{% … %}` in a template and omits undefined members, as JSONata does. */
async function evaluateTemplate(template: unknown, bindings: Values): Promise<unknown> {
  if (typeof template === "string") {
    const source = expression.exec(template)?.[1];
    return source === undefined ? template : jsonata(source).evaluate({}, bindings);
  }
  if (Array.isArray(template)) {
    return Promise.all(template.map((entry) => evaluateTemplate(entry, bindings)));
  }
  if (typeof template !== "object" || template === null) return template;
  const entries = await Promise.all(
    Object.entries(template).map(
      async ([name, part]) => [name, await evaluateTemplate(part, bindings)] as const,
    ),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
