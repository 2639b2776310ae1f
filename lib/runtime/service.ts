import "server-only";
import { mapConcurrently } from "@/lib/batches";
import { runEvaluator } from "./expression-service";
import { readOutline, sampleInput } from "./facts-service";
import { describeMachine, readRuntimeItem } from "./repository";
import { interpret } from "./rules/interpret";
import type { Interpretation, Item, ItemReading } from "./rules/interpretation";
import { type Machine, type MachineReading, unreadable } from "./rules/machine-reading";
import { RecentMap } from "./rules/recent-map";
import type { RunFailure } from "./schema";

export { mapsProvider, readOutline, readProviderMap } from "./facts-service";
export { runtimeTables } from "./repository";

/** How long lists and checks use a definition, and a failure to read one, in milliseconds. */
const cacheMs = { machine: 10 * 60_000, unreadable: 60_000 };
/** The most described machines in the cache. */
const maxEntries = 5_000;

type CacheEntry = { reading: MachineReading; at: number };

const cache = new RecentMap<string, CacheEntry>(maxEntries);

const noArn = () => unreadable("no_arn", "Its row names no state machine.");

/** The current definition of a machine. @param arn of the machine, a version or an alias */
export async function readMachine(arn: string | null): Promise<MachineReading> {
  if (!arn) return noArn();
  const reading = await describeMachine(arn);
  save(idOf(arn), reading);
  return reading;
}

/** Saves a reading, unless it failed by throttling or a lost answer and an earlier one is cached. */
function save(id: string, reading: MachineReading): void {
  const entry = cache.get(id);
  if (isLost(reading) && entry && "machine" in entry.reading) return;
  cache.set(id, { reading, at: Date.now() });
}

const kindOf = (reading: MachineReading) =>
  "unreadable" in reading ? reading.unreadable.kind : null;
const isLost = (reading: MachineReading) => kindOf(reading) === "not_read";

/** Descriptions in progress for lists, shared by concurrent callers. */
const inProgress = new Map<string, Promise<MachineReading>>();

function readShared(id: string): Promise<MachineReading> {
  const shared = inProgress.get(id);
  if (shared) return shared;
  const reading = readMachine(id).finally(() => inProgress.delete(id));
  inProgress.set(id, reading);
  return reading;
}

/** Versions and aliases of a machine have definitions of their own. */
const idOf = (arn: string) => arn.trim();

function isFresh({ reading, at }: CacheEntry): boolean {
  return Date.now() - at < ("machine" in reading ? cacheMs.machine : cacheMs.unreadable);
}

/** Describe calls for one list or one run of the checks, and how many run together. */
export const describeBudget = 60;
const describeConcurrency = 10;
/** After so many refused or lost calls in a row the rest isn't tried. */
const maxRefusals = 3;

/**
 * Machines for lists and checks: those described in the last ten minutes, and as many others as the
 * budget allows. What remains is taken from an older answer, or counts as not read.
 */
export async function readMachines(
  arns: readonly (string | null)[],
  budget: number = describeBudget,
): Promise<(arn: string | null) => MachineReading> {
  const ids = [...new Set(arns.flatMap((arn) => (arn ? idOf(arn) : [])))];
  const isOutdated = (id: string) => {
    const entry = cache.get(id);
    return !entry || !isFresh(entry);
  };
  const outdated = ids.filter(isOutdated);
  let refused: MachineReading | null = null;
  let refusals = 0;
  await mapConcurrently(outdated.slice(0, budget), describeConcurrency, async (id) => {
    if (refused && refusals >= maxRefusals) {
      if (!isLost(refused)) save(id, refused);
      return;
    }
    // Another list may have described it since.
    if (!isOutdated(id)) return;
    const reading = await readShared(id);
    const isRefused = isLost(reading) || kindOf(reading) === "not_permitted";
    refusals = isRefused ? refusals + 1 : 0;
    refused = isRefused ? reading : null;
  });
  const notRead = unreadable("not_read", "Its state machine was not described in this round.");
  return (arn) => (arn ? (cache.get(idOf(arn))?.reading ?? notRead) : noArn());
}

/** What a row that names no provider or no model runs on; a missing default is an error of the run. */
export type CompiledDefaults = { provider: string | null; model: string | null };

/** The defaults compiled into machines, which are read as for `readMachines`; null for one that isn't. */
export async function readDefaults(
  arns: readonly (string | null)[],
  budget: number,
): Promise<(arn: string | null) => CompiledDefaults | null> {
  const readingOf = await readMachines(arns, budget);
  const defaults = new Map<string | null, CompiledDefaults>();
  for (const arn of new Set(arns)) {
    const reading = readingOf(arn);
    if ("unreadable" in reading) continue;
    const { default_provider: provider, default_model: model } = await readOutline(reading.machine);
    defaults.set(arn, { provider, model });
  }
  return (arn) => defaults.get(arn) ?? null;
}

/** A row to use instead of the stored one; undefined for any other row. */
export type Replacement = (table: string, key: Item) => Item | null | undefined;

/** Reads rows for one or many runs, each row once. */
export type RowReader = (table: string, key: Item) => Promise<ItemReading>;

/** Reads each row once, however many runs need it. @param maxReads rows that are really read */
export function rowReader(maxReads = Number.POSITIVE_INFINITY) {
  const readings = new Map<string, Promise<ItemReading>>();
  let reads = 0;
  const idOf = (table: string, key: Item) =>
    JSON.stringify([table, Object.entries(key).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  const read: RowReader = (table, key) => {
    const id = idOf(table, key);
    const cached = readings.get(id);
    if (cached) return cached;
    if (reads >= maxReads) {
      return Promise.resolve({ unknown: `More than ${maxReads} rows would have to be read.` });
    }
    reads += 1;
    const reading = readRuntimeItem(table, key);
    readings.set(id, reading);
    return reading;
  };
  return {
    read,
    /** Adds a row that was already read. */
    know: (table: string, key: Item, item: Item) =>
      void readings.set(idOf(table, key), Promise.resolve({ item })),
  };
}

type RunOptions = {
  input?: unknown;
  rows?: RowReader;
  replacement?: Replacement;
  callFails?: RunFailure;
};

/** Follows the machine's next run up to its model call, with the rows as they are. */
export function followRun(machine: Machine, options: RunOptions = {}): Promise<Interpretation> {
  const { input = sampleInput, rows = readRuntimeItem, replacement, callFails } = options;
  return interpret(machine.definition, {
    input,
    evaluate: runEvaluator(),
    machine,
    ...(callFails && { callFails }),
    readItem: async (table, key) => {
      const item = replacement?.(table, key);
      return item === undefined ? rows(table, key) : { item };
    },
  });
}
