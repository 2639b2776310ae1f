import "server-only";
import { isDeepStrictEqual } from "node:util";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { errorName, log } from "@/lib/log";
import { type PriceRecord, priceSteps } from "@/lib/prices/rules/price-history";
import { utcTime } from "@/lib/utc-time";
import {
  type PriceNotes,
  readPriceNotes,
  recordDeletion,
  recordPrices,
  saveAppearance,
  saveSeenPrices,
} from "./price-notes-repository";
import { findModelRow } from "./repository";
import type { ModelRow } from "./row";
import { isDefective } from "./rules/soundness";
import { type PriceName, priceNames } from "./schema";

/** The prices that this process saw in a row, until when, and since when it has seen others. */
type Sighting = { prices: Prices; until: number; changedAt: number | null };
type Prices = Record<PriceName, number | null>;
type Observed = {
  row: ModelRow;
  records: PriceRecord[];
  /** Writes that couldn't be saved, for the next change of the row. */
  unsaved: WriteItem[];
};
type Change = { name: PriceName; before: number | null; isRecorded: boolean };

const sightings = new Map<string, Sighting>();
const maxSightings = 10_000;
/** How far the clocks of other writers may be ahead of ours, in milliseconds. */
const maxClockSkewMs = 5 * 60_000;
/** The start time for rows without a creation date. */
const always = "1970-01-01T00:00:00.000Z";

/**
 * Records a price that was changed externally, in force from when it was first seen, and returns
 * all records. The first read of a row records nothing. The second one saves the prices seen, so
 * that a change is also noticed after a restart.
 */
export async function observePrices(row: ModelRow, notes: PriceNotes): Promise<Observed> {
  const key = sightingKey(row.pk);
  const before = sightings.get(key);
  if (changesOf(row, notes, before).length === 0) {
    saveSighting(key, row);
    if (before) await saveFirstSighting(row, notes);
    return { row, records: notes.records, unsaved: [] };
  }
  // The row comes from a list that may be some seconds old, so decide with consistent reads.
  const { current, latest } = await readRowWithNotes(row.pk);
  if (!current || isDefective(current)) return { row, records: latest.records, unsaved: [] };
  const changes = changesOf(current, latest, before);
  if (changes.length === 0) {
    saveSighting(key, current);
    return { row: current, records: latest.records, unsaved: [] };
  }
  const { all, unsaved } = await recordChanges(current, latest, changes, before);
  if (unsaved.length === 0) saveSighting(key, current);
  else if (before) before.changedAt ??= Date.now();
  return { row: current, records: all, unsaved };
}

const maxAttempts = 3;

/**
 * The row and its notes as of one time: a save of ours between the two reads would look like an
 * external change. Returns no row if saves keep interrupting.
 */
async function readRowWithNotes(pk: string) {
  let before = await readPriceNotes(pk);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const current = await findModelRow(pk);
    const latest = await readPriceNotes(pk);
    if (isDeepStrictEqual(latest, before)) return { current, latest };
    before = latest;
  }
  return { current: null, latest: before };
}

const sightingKey = (pk: string) => `${env().LLM_MODELS_TABLE} ${pk}`;

function saveSighting(key: string, row: ModelRow): void {
  sightings.delete(key);
  sightings.set(key, { prices: pricesOf(row), until: Date.now(), changedAt: null });
  const oldest = sightings.keys().next().value;
  if (sightings.size > maxSightings && oldest !== undefined) sightings.delete(oldest);
}

/** The prices of the row that differ from the recorded ones, or else from those last seen. */
function changesOf(row: ModelRow, { records, seen }: PriceNotes, before?: Sighting): Change[] {
  return priceNames.flatMap((name): Change[] => {
    const isRecorded = records.some(({ prices }) => prices[name] !== undefined);
    const price = isRecorded
      ? priceSteps(name, records, null).at(-1)?.price
      : (seen?.prices ?? before?.prices)?.[name];
    return price === undefined || price === row[name] ? [] : [{ name, before: price, isRecorded }];
  });
}

async function recordChanges(
  row: ModelRow,
  notes: PriceNotes,
  changes: Change[],
  before: Sighting | undefined,
): Promise<{ all: PriceRecord[]; unsaved: WriteItem[] }> {
  const now = new Date().toISOString();
  const recorded_at = timeAfter(notes.records, now);
  const changed = pick(changes, ({ name }) => row[name]);
  const from = new Date(startOfChange(row, notes, before)).toISOString();
  const added: PriceRecord[] = [{ in_force_from: from, recorded_at, prices: changed }];
  const unrecorded = changes.filter(({ isRecorded }) => !isRecorded);
  if (unrecorded.length > 0) {
    const prices = pick(unrecorded, (change) => change.before);
    added.unshift({ in_force_from: creationOf(row), origin: "assumed", prices });
  }
  const items = [
    saveSeenPrices(row.pk, pricesOf(row), now, notes.seen),
    ...added.map(({ in_force_from, prices, ...recording }) =>
      recordPrices(row.pk, in_force_from, withoutUndefined(prices), recording),
    ),
  ];
  const outcome = await save(row.pk, items);
  if (outcome === "refused") {
    return { all: (await readPriceNotes(row.pk)).records, unsaved: [] };
  }
  return { all: [...notes.records, ...added], unsaved: outcome === "saved" ? [] : items };
}

/**
 * The time, or just after the last record if that is later: clocks differ, and an earlier time
 * wouldn't count.
 */
export function timeAfter(records: readonly PriceRecord[], at: string): string {
  return new Date(Math.max(utcTime(at), ...records.map(afterRecord))).toISOString();
}

function afterRecord({ recorded_at, in_force_from }: PriceRecord): number {
  return (utcTime(recorded_at ?? in_force_from) || 0) + 1;
}

/**
 * When the row was created, by its own date; the beginning of time without one, or if it is in the
 * future.
 */
export function creationOf({ created_at }: Pick<ModelRow, "created_at">): string {
  return created_at !== null && utcTime(created_at) <= Date.now() ? created_at : always;
}

/** `updated_at` if it is after the last sighting; otherwise now. Milliseconds since 1970. */
function startOfChange(row: ModelRow, notes: PriceNotes, before: Sighting | undefined): number {
  const now = Date.now();
  const times = [
    before?.until,
    notes.seen && utcTime(notes.seen.seen_at),
    ...notes.records.map(({ recorded_at, in_force_from }) => utcTime(recorded_at ?? in_force_from)),
  ].flatMap((time) => (time ? [time] : []));
  const written = row.updated_at ? utcTime(row.updated_at) : Number.NaN;
  const isCredible = times.every((time) => written > time) && written <= now + maxClockSkewMs;
  return isCredible ? written : (before?.changedAt ?? now);
}

async function saveFirstSighting(row: ModelRow, notes: PriceNotes): Promise<void> {
  if (notes.seen || notes.records.length > 0) return;
  await save(row.pk, [saveSeenPrices(row.pk, pricesOf(row), new Date().toISOString(), null)]);
}

/** Records that a row was added externally without a credible creation date. */
export async function recordAppearance(pk: string): Promise<void> {
  await save(pk, [saveAppearance(pk, new Date().toISOString())]);
}

/** Records that a row was deleted externally. */
export async function recordDisappearance(pk: string): Promise<void> {
  const { deleted_at } = await readPriceNotes(pk);
  const { until = 0 } = sightings.get(sightingKey(pk)) ?? {};
  const isKnown = deleted_at !== null && utcTime(deleted_at) >= until;
  if (!isKnown && !(await findModelRow(pk))) {
    await save(pk, [recordDeletion(pk, new Date().toISOString())]);
  }
}

/** After a failure, reads of many models don't each retry for this many milliseconds. */
const pauseMs = 60_000;
let pausedUntil = 0;

/** Prices can be shown without our table or its permission; this process remembers the change. */
async function save(pk: string, items: WriteItem[]): Promise<"saved" | "refused" | "failed"> {
  if (Date.now() < pausedUntil) return "failed";
  try {
    await transact(items);
    return "saved";
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return "refused";
    pausedUntil = Date.now() + pauseMs;
    log("error", "A price that was seen could not be recorded", { pk, name: errorName(error) });
    return "failed";
  }
}

function pricesOf(row: ModelRow): Prices {
  const { input_price, output_price, cache_read_price, cache_write_price } = row;
  return { input_price, output_price, cache_read_price, cache_write_price };
}

function pick(changes: Change[], value: (change: Change) => number | null) {
  return Object.fromEntries(changes.map((change) => [change.name, value(change)]));
}

function withoutUndefined(prices: PriceRecord["prices"]): Record<string, number | null> {
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, price ?? null]));
}
