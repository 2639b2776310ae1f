import { allStates, type Definition, isObject, textsIn } from "./definition";

/**
 * A member that is an object with an endpoint, in the form that provider maps have inside an
 * expression.
 */
const mappedInExpression = /["']([\w.-]{1,60})["']\s*:\s*\{[^{}]{0,2000}?["']endpoint["']/g;

/** The provider names that a definition may map: keys of objects that have an endpoint. */
export function providerNamesIn(definition: Definition): string[] {
  const states = allStates(definition).map(([, state]) => state);
  const inTexts = states
    .flatMap(textsIn)
    .filter((text) => text.includes("endpoint"))
    .flatMap((text) => [...text.matchAll(mappedInExpression)].map(([, name = ""]) => name));
  return [...new Set([...inTexts, ...states.flatMap(keysWithEndpoint)])];
}

function keysWithEndpoint(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const inner = keysWithEndpoint(part);
    return isObject(part) && "endpoint" in part ? [name, ...inner] : inner;
  });
}

/** Names of tools in conditions such as `$states.input.name = "web_search"`. */
const comparedName = /=\s*["']([^"']{1,200})["']/g;
const comparedNameFirst = /["']([^"']{1,200})["']\s*=/g;

/**
 * The tools that the machine routes: names in the conditions of choices inside its Map states, if
 * the choice leads to a Task.
 */
export function routedTools(definition: Definition): string[] {
  const inner = Object.values(definition.States)
    .filter(({ Type }) => Type === "Map")
    .flatMap(({ ItemProcessor }) => (isObject(ItemProcessor) ? [ItemProcessor.States] : []))
    .filter(isObject);
  const names = inner.flatMap((states) =>
    Object.values(states)
      .filter(isObject)
      .filter(({ Type }) => Type === "Choice")
      .flatMap(({ Choices }) => (Array.isArray(Choices) ? Choices.filter(isObject) : []))
      .filter(({ Next }) => leadsToTask(states, Next))
      .flatMap(({ Condition }) => comparedNames(Condition)),
  );
  return [...new Set(names)];
}

function comparedNames(condition: unknown): string[] {
  if (typeof condition !== "string") return [];
  return [comparedName, comparedNameFirst].flatMap((pattern) =>
    [...condition.matchAll(pattern)].map(([, name = ""]) => name),
  );
}

function leadsToTask(states: Record<string, unknown>, name: unknown): boolean {
  const state = typeof name === "string" ? states[name] : null;
  return isObject(state) && (state.Type === "Task" || state.Type === "Pass");
}
