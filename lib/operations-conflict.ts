import "server-only";
import type { ActivityEvent } from "@/lib/activity/schema";
import { findLatestEvent } from "@/lib/activity/service";
import type { RawItem } from "@/lib/aws/attributes";
import { AppError } from "@/lib/errors";
import { formatUtcMinute } from "@/lib/format";
import { hasValues, isSameValue, type Step, stepChanges } from "@/lib/operations/step";

/**
 * The conflict of a step whose row isn't as expected, with the person who changed it if that
 * happened in the console.
 * @param row the current row; null if it doesn't exist
 */
export async function stepConflict(step: Step, row: { raw: RawItem } | null): Promise<AppError> {
  const change = await findChange(step, row);
  const by = change
    ? `by ${change.actor} on ${formatUtcMinute(change.at)}`
    : `by someone else meanwhile`;
  const { entity, before, after } = step;
  const name = `${entity.kind === "model" ? "Model" : "Agent"} "${entity.id}"`;
  const left = "It was left as it is.";
  if (!row) return new AppError("conflict", `${name} was deleted ${by}.`);
  if (before === null) return new AppError("conflict", `${name} was added ${by}. ${left}`);
  const isAsRequested = after && hasValues(row.raw, after, step);
  const changed = isAsRequested ? "was set to that already" : "was changed";
  return new AppError("conflict", `${name} ${changed} ${by}. ${left}`);
}

/** The console's own change that led to the present row; null if another program changed it. */
async function findChange(step: Step, row: { raw: RawItem } | null): Promise<ActivityEvent | null> {
  const { entity, before } = step;
  const find = (matches: (event: ActivityEvent) => boolean) =>
    findLatestEvent(entity, (event) => isOwnEvent(event) && matches(event));
  if (!row) {
    const last = await find(() => true);
    return last?.after === null ? last : null;
  }
  const { raw } = row;
  const explains = (event: ActivityEvent | null, name: string) =>
    event !== null && isSameValue(valuesOf(event.after)[name], raw[name]);
  const differing = Object.keys(stepChanges(step)).filter(
    (name) => name !== "updated_at" && !isSameValue(raw[name], before?.[name]),
  );
  const changes: (ActivityEvent | null)[] = [];
  for (const name of differing) {
    const change = await find(({ before, after }) => name in { ...before, ...after });
    changes.push(explains(change, name) ? change : null);
  }
  // Another attribute of the row has changed: use the latest change.
  if (differing.length === 0) {
    const last = await find(() => true);
    const names = Object.keys({ ...last?.before, ...last?.after });
    const isStepItself = names.some((name) => name !== "updated_at" && name in stepChanges(step));
    const isExplained = !isStepItself && names.every((name) => explains(last, name));
    changes.push(isExplained ? last : null);
  }
  if (changes.includes(null)) return null;
  return changes.toSorted((a, b) => ((a?.at ?? "") < (b?.at ?? "") ? 1 : -1))[0] ?? null;
}

/** Excludes events that record changes by other programs. */
const isOwnEvent = ({ actor, outcome }: ActivityEvent) => outcome === "done" && actor !== "outside";

/** Events store the raw values of rows. */
const valuesOf = (attributes: ActivityEvent["after"]) => (attributes ?? {}) as RawItem;
