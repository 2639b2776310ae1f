import type { RunMessage, RunStep, Waiting } from "@/lib/runs/schema";
import { conversationOf } from "./conversation";
import { modelCallsOf, type RecordedCall } from "./model-calls";
import { membersOf, parsed, type RunEvent, textOr } from "./run-event";
import { stepsOf, type Visit, visitsOf } from "./states";

export type History = {
  events: readonly RunEvent[];
  /** True if the history was too long to read its later events. */
  isCut: boolean;
};

export type RunReading = {
  steps: RunStep[];
  calls: RecordedCall[];
  messages: RunMessage[];
  waiting: Waiting | null;
  /** Why some facts are unknown; null if none is. */
  missing: string | null;
};

/** The facts about an execution, from its history. */
export function readHistory(
  { events, isCut }: History,
  execution: { isRunning: boolean; input: string | null },
): RunReading {
  const { visits, ownerOf } = visitsOf(events);
  const calls = modelCallsOf(events, ownerOf);
  return {
    steps: stepsOf(visits, execution.isRunning),
    calls,
    messages: conversationOf(calls, execution.input),
    waiting: execution.isRunning ? waitingOf(visits) : null,
    missing: missingOf(events, calls, isCut),
  };
}

function missingOf(
  events: readonly RunEvent[],
  calls: readonly RecordedCall[],
  isCut: boolean,
): string | null {
  if (isCut) return "Its history is longer than the console reads.";
  const entered = events.filter(({ type }) => type.endsWith("StateEntered"));
  const isWithoutData =
    entered.length > 0 && entered.every(({ input, truncated }) => input === null && !truncated);
  if (isWithoutData) {
    return "Its history came without inputs and outputs: they are encrypted, or the console may not read them.";
  }
  if (calls.some((call) => call.isCut)) {
    return "Its history holds only a part of an answer: Step Functions keeps at most 256 KB.";
  }
  const answered = calls.filter(({ state }) => state === "answered");
  if (answered.some((call) => call.input_tokens === null || call.output_tokens === null)) {
    return "An answer reported no usage.";
  }
  return null;
}

/** An activity or a task with a token that waits for an answer. */
function waitingOf(visits: readonly Visit[]): Waiting | null {
  const visit = visits.find(
    ({ exited, isAbandoned, last }) => !exited && !isAbandoned && isWaiting(last),
  );
  if (!visit) return null;
  const { entered, scheduled, last } = visit;
  const resource = scheduled?.resource ?? "";
  const { name, input } = membersOf(parsed(entered.input));
  return {
    state: entered.name ?? "",
    activity: resource.slice(resource.lastIndexOf(":activity:") + 1).replace(/^activity:/, ""),
    tool: textOr(name) ?? textOr(membersOf(input).name),
    since: (scheduled ?? last).at,
  };
}

function isWaiting({ type, resource }: RunEvent): boolean {
  if (type === "ActivityScheduled" || type === "ActivityStarted") return true;
  return (
    /^Task(?:Scheduled|Submitted|Started)$/.test(type) && /waitForTaskToken/.test(resource ?? "")
  );
}
