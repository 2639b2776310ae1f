import "server-only";
import { mapConcurrently } from "@/lib/batches";
import {
  describeExecution,
  type Execution,
  type ExecutionDetails,
  listExecutions,
  type RunsMachine,
  RunsRefused,
  readEvents,
} from "./repository";
import { type History, type RunReading, readHistory } from "./rules/history";
import type { RunFilter } from "./schema";

export { type Execution, type RunsMachine, RunsRefused } from "./repository";

/** How long the reading of a run in progress is shared, in milliseconds. */
const sharedMs = 2_000;
/** The maximum age of a page that is used while Step Functions throttles, in milliseconds. */
const staleMs = 60_000;
/** The maximum bytes of histories read for a list, and for one run. */
const maxBytes = { list: 2_000_000, run: 16_000_000 };
const readConcurrency = 4;
/**
 * The most running executions per page whose histories are read, because those can't be cached for
 * long.
 */
const maxLive = 5;
const maxEntries = 5_000;

/** An execution with the facts from its history, without texts. */
export type ReadRun = ExecutionDetails & {
  reading: Pick<RunReading, "waiting" | "missing"> & { calls: SlimCall[] };
};
type SlimCall = Omit<RunReading["calls"][number], "messages" | "answer" | "results">;

/** A run in a list, either read or with the reason why it wasn't. */
export type ListedRun = ReadRun | (Execution & { unread: string });

type Page = Awaited<ReturnType<typeof listExecutions>>;
type Shared<T> = { at: number; value: Promise<T> };

/** Finished runs. Only a redrive changes them. */
const finished = new Map<string, Promise<ReadRun>>();
const live = new Map<string, Shared<ReadRun>>();
const pages = new Map<string, Shared<Page>>();
/** The last good answers, for times of throttling. */
const lastPages = new Map<string, { at: number; page: Page }>();

/** The cached answer if it's recent, otherwise a new one; failures aren't cached. */
function shared<T>(cache: Map<string, Shared<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const cached = cache.get(key);
  if (cached && Date.now() - cached.at < sharedMs) return cached.value;
  if (cache.size >= maxEntries) cache.clear();
  const entry = { at: Date.now(), value: read() };
  cache.set(key, entry);
  entry.value.catch(() => cache.get(key) === entry && cache.delete(key));
  return entry.value;
}

/** A page of executions, shared by all callers. @throws RunsRefused */
export async function readPage(
  machine: RunsMachine,
  filter: Pick<RunFilter, "status" | "cursor">,
): Promise<{ page: Page; note: string | null }> {
  const key = JSON.stringify([machine.stored, filter.status, filter.cursor]);
  try {
    const page = await shared(pages, key, () => listExecutions(machine, filter));
    if (lastPages.size >= maxEntries) lastPages.clear();
    lastPages.set(key, { at: Date.now(), page });
    return { page, note: null };
  } catch (error) {
    const last = lastPages.get(key);
    const isThrottled = error instanceof RunsRefused && error.unavailable.code === "throttled";
    if (!isThrottled || !last || Date.now() - last.at > staleMs) throw error;
    const seconds = Math.ceil((Date.now() - last.at) / 1000);
    return {
      page: last.page,
      note: `Step Functions is throttling requests; this list is ${seconds} s old.`,
    };
  }
}

/** Executions with their histories: finished ones are read once, the newest running ones each time. */
export async function readRuns(
  machine: RunsMachine,
  executions: readonly Execution[],
): Promise<ListedRun[]> {
  const running = executions.filter(({ status }) => status === "running").slice(0, maxLive);
  let throttled: string | null = null;
  return mapConcurrently(executions, readConcurrency, async (execution): Promise<ListedRun> => {
    if (execution.status === "running" && !running.includes(execution)) {
      return { ...execution, unread: "Open the run to see it while it runs." };
    }
    const cached = finished.get(keyOf(execution));
    if (throttled && !cached) return { ...execution, unread: throttled };
    try {
      return await (cached ?? readListed(machine, execution));
    } catch (error) {
      if (!(error instanceof RunsRefused)) throw error;
      const { code, why } = error.unavailable;
      if (code === "throttled") throttled = why;
      return { ...execution, unread: why };
    }
  });
}

const keyOf = ({ arn, redrive_count }: Execution) => `${arn} ${redrive_count}`;
const isOpen = ({ status }: Execution) => status === "running" || status === "pending_redrive";

function readListed(machine: RunsMachine, execution: Execution): Promise<ReadRun> {
  const read = () => readSlim(machine, execution);
  const key = keyOf(execution);
  if (isOpen(execution)) return shared(live, key, read);
  if (finished.size >= maxEntries) finished.clear();
  const value = read();
  finished.set(key, value);
  value.catch(() => finished.delete(key));
  return value;
}

async function readSlim(machine: RunsMachine, execution: Execution): Promise<ReadRun> {
  const history = await readEvents(machine, execution.arn, maxBytes.list);
  const isRunning = isOpen(execution);
  const { calls, waiting, missing } = readHistory(history, { isRunning, input: null });
  const slim = calls.map(({ messages: _, answer: _answer, results: _results, ...call }) => call);
  const details = { ...execution, ...(await readEnd(machine, execution, history)), unread: null };
  return { ...details, input: null, output: null, reading: { calls: slim, waiting, missing } };
}

/** Why it ended, which its last event says too: DescribeExecution has the lower quota. */
async function readEnd(machine: RunsMachine, { arn, status }: Execution, { events }: History) {
  if (status !== "failed" && status !== "aborted") return { error: null, cause: null };
  const last = events.at(-1);
  const isEnd = last && /^Execution(?:Failed|Aborted)$/.test(last.type);
  const { error, cause } = isEnd ? last : await describeExecution(machine, arn);
  return { error, cause };
}

const noHistory: History = { events: [], isCut: false };

async function readComplete(machine: RunsMachine, arn: string) {
  const details = await describeExecution(machine, arn);
  const { input, unread } = details;
  const isRunning = isOpen(details);
  if (unread !== null) {
    return {
      details,
      reading: { ...readHistory(noHistory, { isRunning, input }), missing: unread },
    };
  }
  const history = await readEvents(machine, arn, maxBytes.run);
  return { details, reading: readHistory(history, { isRunning, input }) };
}

type WholeRun = { details: ExecutionDetails; reading: RunReading };
const wholeRuns = new Map<string, Shared<WholeRun>>();

/** One execution with all that its history says, shared for two seconds. @throws RunsRefused */
export function readRun(machine: RunsMachine, arn: string): Promise<WholeRun> {
  for (const [key, { at }] of wholeRuns) if (Date.now() - at >= sharedMs) wholeRuns.delete(key);
  return shared(wholeRuns, arn, () => readComplete(machine, arn));
}

/** Drops the shared answers about a machine, after a run was started or stopped. */
export function invalidatePages({ stored }: RunsMachine): void {
  for (const key of pages.keys())
    if (key.startsWith(`[${JSON.stringify(stored)}`)) pages.delete(key);
  live.clear();
  wholeRuns.clear();
}
