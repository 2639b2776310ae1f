import { ModelCalled, NotFollowed, RunFailed, type StateStep } from "./interpretation";

/** An iteration of a Map state, or a branch of a Parallel state. */
export type Part = {
  output: unknown;
  steps: StateStep[];
  /** Rows that it read: what it waited for. */
  reads: number;
  stopped: RunFailed | ModelCalled | NotFollowed | null;
};

/**
 * Which part ends the state around parts that run at once. The first failure in time does, and a part
 * that waits for fewer rows is taken to fail earlier; a call of a model takes longer than any of them.
 * @returns the steps with those of that part last
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
