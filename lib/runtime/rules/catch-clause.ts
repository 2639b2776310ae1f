import { isObject, type State } from "./definition";

/** Errors that `States.ALL` doesn't catch. */
const terminal = ["States.DataLimitExceeded", "States.Runtime"];

/** The first `Catch` clause of a state that catches the error, with its index. */
export function catchClauseOf(state: State, error: string): [index: number, clause: State] | null {
  const clauses = Array.isArray(state.Catch) ? state.Catch.filter(isObject) : [];
  const index = clauses.findIndex(({ ErrorEquals }) =>
    (Array.isArray(ErrorEquals) ? ErrorEquals : []).some((name) => takes(name, error)),
  );
  const clause = clauses[index];
  return clause ? [index, clause] : null;
}

/** `States.TaskFailed` catches every error except a timeout, also in states that aren't tasks. */
function takes(name: unknown, error: string): boolean {
  if (name === "States.ALL") return !terminal.includes(error);
  if (name === "States.TaskFailed") return error !== "States.Timeout";
  return name === error;
}
