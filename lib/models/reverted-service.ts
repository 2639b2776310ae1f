import "server-only";
import { externalChangeEvent, findLatestEvent } from "@/lib/activity/service";
import type { RawItem } from "@/lib/aws/attributes";
import { pickPresent } from "@/lib/aws/narrow-update";
import { transact } from "@/lib/aws/transact";
import { mapConcurrently } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { findModelRow } from "./repository";
import { changedAttributes, type DefectiveRow, type ModelRow } from "./row";
import {
  type Difference,
  differenceId,
  findDifference,
  likelyWriter,
  type ModelSettings,
} from "./rules/reverted";
import { isDefective } from "./rules/soundness";
import { priceNames } from "./schema";
import {
  findModelSettings,
  listModelSettings,
  recordExternalModelChange,
} from "./settings-repository";

/** An external change of a model after it was set here. */
export type ModelRevert = Difference & {
  pk: string;
  display_name: string;
  set_at: string;
  set_by: string;
  likely_writer: string;
  /** Null if the change couldn't be recorded. */
  noticed_at: string | null;
  /** The event to roll back to restore what was set here. */
  event_id: string | null;
};

type StoredRow = ModelRow | DefectiveRow;

const concurrency = 10;

/**
 * Models that another writer changed, deleted or restored after they were set here. The first
 * reader of a difference records an event; later readers don't read the row again.
 */
export async function listModelReverts(stored: readonly StoredRow[]): Promise<ModelRevert[]> {
  const rows = new Map(stored.map((row) => [row.pk, row]));
  const reverts = await mapConcurrently(
    [...(await listModelSettings())],
    concurrency,
    async ([pk, settings]) => {
      const row = rows.get(pk) ?? null;
      const difference = findDifference(settings, comparable(row));
      if (!difference) return null;
      // A save of ours after the list was read would have removed the noticed difference.
      return settings.noticed === differenceId(difference)
        ? toRevert(pk, settings, row, difference, settings)
        : confirm(pk, settings);
    },
  );
  return reverts.filter((revert) => revert !== null);
}

/** As `listModelReverts`, for one model. */
export async function detectModelRevert(pk: string): Promise<ModelRevert | null> {
  const settings = await findModelSettings(pk);
  return settings && confirm(pk, settings);
}

const comparable = (row: StoredRow | null) => (row && isDefective(row) ? "defective" : row);

/** Reads the row again, after its settings, because the list may be older than a write of our own. */
async function confirm(pk: string, settings: ModelSettings): Promise<ModelRevert | null> {
  const row = await findModelRow(pk);
  const difference = findDifference(settings, comparable(row));
  if (!difference) return null;
  const noticed = differenceId(difference);
  const notice =
    settings.noticed === noticed ? settings : await recordRevert(pk, settings, row, difference);
  return notice && toRevert(pk, settings, row, difference, notice);
}

function toRevert(
  pk: string,
  settings: ModelSettings,
  row: StoredRow | null,
  difference: Difference,
  notice: Notice,
): ModelRevert {
  const attributes = row?.raw ?? settings.row;
  return {
    ...difference,
    pk,
    display_name: attributes?.display_name?.S || pk,
    set_at: settings.set_at,
    set_by: settings.set_by,
    likely_writer: likelyWriter(settings.row, row?.raw ?? null),
    noticed_at: notice.noticed_at,
    event_id: notice.event_id,
  };
}

type Notice = Pick<ModelSettings, "noticed_at" | "event_id">;

/** Null if it was a change of our own. */
async function recordRevert(
  pk: string,
  settings: ModelSettings,
  row: StoredRow | null,
  difference: Difference,
): Promise<Notice | null> {
  const entity = { kind: "model", id: pk } as const;
  // A copy of an older release records events but no settings.
  const own = await findLatestEvent(entity, () => true);
  if (own && own.action !== "model.reverted" && own.at > settings.set_at) return null;
  const { event, item } = await externalChangeEvent({
    action: "model.reverted",
    entity,
    ...(await eventValues(settings, row, difference)),
    reason: `Likely writer: ${likelyWriter(settings.row, row?.raw ?? null)}.`,
  });
  const notice = {
    noticed: differenceId(difference),
    noticed_at: event.at,
    event_id: event.event_id,
  };
  try {
    await transact([recordExternalModelChange(pk, settings, notice), item]);
    return notice;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const stored = await findModelSettings(pk);
    if (stored?.noticed === notice.noticed) return stored;
    // The model was set here again in the meantime, or our table is missing: the next reader checks
    // again.
    return stored?.set_at === settings.set_at ? { noticed_at: null, event_id: null } : null;
  }
}

/** The values set here and the present ones, so that a rollback of the event restores the former. */
async function eventValues(
  settings: ModelSettings,
  row: StoredRow | null,
  { kind, changes }: Difference,
): Promise<{ before: RawItem | null; after: RawItem | null }> {
  if (kind === "deleted") return { before: settings.row ?? {}, after: null };
  if (kind === "resurrected") return { before: null, after: row?.raw ?? {} };
  if (!row || isDefective(row)) return { before: {}, after: {} };
  const ours = Object.fromEntries(changes.map((change) => [change.name, change.ours]));
  const written = changedAttributes(row, ours, await loadCatalog());
  for (const name of priceNames) {
    const source = settings.row?.[`${name}_source`];
    if (source && `${name}_source` in written) written[`${name}_source`] = source;
  }
  const names = Object.keys(written);
  return { before: pickPresent(written, names), after: pickPresent(row.raw, names) };
}
