import type { RunStep } from "@/lib/runs/schema";
import type { RunEvent } from "./run-event";

/** One visit of a state. */
export type Visit = {
  entered: RunEvent;
  /** The enclosing Map or Parallel state. */
  parent: Visit | null;
  /** The number of enclosing states. */
  depth: number;
  exited: RunEvent | null;
  /** Its last failure. */
  failure: RunEvent | null;
  /** The last event in which it scheduled a task. */
  scheduled: RunEvent | null;
  /** Its last event. */
  last: RunEvent;
  /** True if the run ended in this state and a redrive didn't continue it. */
  isAbandoned: boolean;
};

const isEntered = ({ type }: RunEvent) => type.endsWith("StateEntered");
const isExited = ({ type }: RunEvent) => type.endsWith("StateExited");
const isFailure = ({ type }: RunEvent) =>
  /^EvaluationFailed$|(?:Failed|TimedOut)$/.test(type) && !type.startsWith("Execution");
const isScheduled = ({ type }: RunEvent) => type.endsWith("Scheduled");

/**
 * The visits of states in a history, in order of their start, and the visit that each event belongs
 * to. An event belongs to the state that the chain of its predecessors last entered.
 */
export function visitsOf(events: readonly RunEvent[]) {
  const visits: Visit[] = [];
  const owner = new Map<number, Visit | null>();
  const ended = new Set<number>();
  for (const event of events) {
    const before = owner.get(event.previous) ?? null;
    const inside = before && ended.has(event.previous) ? before.parent : before;
    if (isEntered(event)) {
      const visit = {
        entered: event,
        parent: inside,
        depth: inside ? inside.depth + 1 : 0,
        exited: null,
        failure: null,
        scheduled: null,
        last: event,
        isAbandoned: false,
      };
      visits.push(visit);
      owner.set(event.id, visit);
      continue;
    }
    if (event.type === "ExecutionRedriven") {
      owner.set(event.id, resume(visits));
      continue;
    }
    const visit = isExited(event) ? named(before, event.name) : enclosingVisit(inside, event);
    owner.set(event.id, visit);
    if (!visit) continue;
    visit.last = event;
    visit.isAbandoned = false;
    if (isExited(event)) {
      visit.exited = event;
      ended.add(event.id);
    } else if (isScheduled(event)) visit.scheduled = event;
    else if (isFailure(event)) visit.failure = event;
    else if (event.type.endsWith("Succeeded")) visit.failure = null;
  }
  return { visits, ownerOf: (event: RunEvent) => owner.get(event.id) ?? null };
}

/** A redriven run continues in the state in which it ended, without entering it again. */
function resume(visits: readonly Visit[]): Visit | null {
  const resumed = visits.findLast(({ parent, exited }) => !parent && !exited) ?? null;
  for (const visit of visits) visit.isAbandoned = !visit.exited && visit !== resumed;
  if (resumed) resumed.failure = null;
  return resumed;
}

/** Events of a Map or Parallel belong to it, even after a failed state inside it. */
function enclosingVisit(visit: Visit | null, { type }: RunEvent): Visit | null {
  const kind = /^(?:Map|Parallel)(?=Iteration|State|Run)/.exec(type)?.[0];
  if (!kind) return visit;
  let outer = visit;
  while (outer && !outer.entered.type.startsWith(kind)) outer = outer.parent;
  return outer ?? visit;
}

/** The state with this name: the current one or one that encloses it. */
function named(visit: Visit | null, name: string | null): Visit | null {
  let outer = visit;
  while (outer && outer.entered.name !== name) outer = outer.parent;
  return outer ?? visit;
}

function statusOf(visit: Visit, isRunning: boolean): RunStep["status"] {
  const { entered, exited, failure, isAbandoned } = visit;
  if (exited) return failure ? "caught" : "succeeded";
  if (entered.type === "FailStateEntered") return "failed";
  if (isRunning && !isAbandoned) return "running";
  return failure ? "failed" : "stopped";
}

/** The states as a timeline. @param isRunning whether the execution is still running */
export function stepsOf(visits: readonly Visit[], isRunning: boolean): RunStep[] {
  return visits.map((visit) => {
    const { entered, exited, failure, depth } = visit;
    return {
      state: entered.name ?? "",
      type: entered.type.slice(0, -"StateEntered".length),
      status: statusOf(visit, isRunning),
      entered_at: entered.at,
      exited_at: exited?.at ?? null,
      depth,
      error: failure?.error ?? null,
      cause: failure?.cause ?? null,
      input: entered.input,
      output: exited?.output ?? null,
    };
  });
}
