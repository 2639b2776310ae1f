import type { RunFailure } from "@/lib/runtime/schema";

type Field = { path: string; expression: string };

/** The state that counts tokens, as the platform generates it. */
const generated = {
  name: "Update Token Metrics",
  field: { path: "Arguments/MetricData[0]/Value", expression: "…" },
};

/**
 * How a run fails if the answer has no usage: the state that writes the metrics finds no tokens.
 * @param states the states of the definition; null if it wasn't read
 */
export function metricsFailure(states: Record<string, unknown> | null): RunFailure {
  const { name, field } = (states && metricsState(states)) ?? generated;
  return {
    error: "States.QueryEvaluationError",
    cause: `An error occurred while executing the state '${name}' (entered at the event id #0). The JSONata expression '${field.expression}' specified for the field '${field.path}' returned nothing (undefined).`,
    state: name,
  };
}

function metricsState(states: Record<string, unknown>): { name: string; field: Field } | null {
  for (const [name, state] of Object.entries(states)) {
    if (typeof state !== "object" || state === null) continue;
    const { Resource, Arguments } = state as Record<string, unknown>; // An object by the line above.
    if (typeof Resource !== "string" || !Resource.endsWith(":putMetricData")) continue;
    const field = expressionsIn(Arguments, "Arguments").find(({ expression }) =>
      expression.includes("tokens_used"),
    );
    if (field) return { name, field };
  }
  return null;
}

function expressionsIn(value: unknown, path: string): Field[] {
  if (typeof value === "string") {
    const expression = /^\{%([\s\S]*)%\}$/.exec(value.trim())?.[1];
    return expression === undefined ? [] : [{ path, expression: expression.trim() }];
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((part, index) => expressionsIn(part, `${path}[${index}]`));
  }
  return Object.entries(value).flatMap(([name, part]) => expressionsIn(part, `${path}/${name}`));
}
