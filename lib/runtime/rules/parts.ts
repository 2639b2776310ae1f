import { ModelCalled, NotFollowed, RunFailed, type StateStep } from "./interpretation";

/** An iteration of a Map state, or a branch of a Parallel state. */
export type Part = {
  output: unknown;
  steps: StateStep[];
  /** The number of rows that it read, and therefore waited for. */
  reads: number;
  stopped: RunFailed | ModelCalled | NotFollowed | null;
};

/**
 * Decides which concurrent part ends the enclosing state. The earliest failure does; a part that
 * reads fewer rows is assumed to fail earlier, and a model call to take longest.
 * @returns the steps, with those of that part last
 */
export function decideParts(parts: readonly Part[]): Pick<Part, "steps" | "stopped"> {
  const first = (kind: typeof RunFailed | typeof ModelCalled | typeof NotFollowed) =>
    parts.filter(({ stopped }) => stopped instanceof kind).toSorted((a, b) => a.reads - b.reads)[0];
  const decisive = first(RunFailed) ?? first(ModelCalled) ?? first(NotFollowed);
  const others = parts.filter((part) => part !== decisive);
  return {
    steps: [...others, ...(decisive ? [decisive] : [])].flatMap(({ steps }) => steps),
    stopped: decisive?.stopped ?? null,
  };
}
