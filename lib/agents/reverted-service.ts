import "server-only";
import type { ActivityEntity, RawAttributes } from "@/lib/activity/schema";
import { externalChangeEvent, findLatestEvent } from "@/lib/activity/service";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { findAgentRow } from "./repository";
import type { AgentRow } from "./row";
import { agentEntityId } from "./rules/entity";
import type { ExternalChange } from "./schema";
import {
  type AgentSettings,
  digest,
  findAgentSettings,
  recordExternalChange,
  type WatchedAttribute,
} from "./settings-repository";

/**
 * Detects external changes to what was set here; null if there are none. The first copy to notice
 * records an event.
 */
export async function detectRevert(
  row: AgentRow,
  settings: AgentSettings | undefined,
): Promise<ExternalChange | null> {
  const names = settings ? differing(row, settings) : [];
  if (!settings || names.length === 0) return null;
  if (settings.noticed === differenceId(row, names)) return toChange(settings, names, settings);
  // The row may have been read before a save in the console, and its settings after it.
  const current = await findAgentRow(row);
  const differences = current ? differing(current, settings) : [];
  if (!current || differences.length === 0) return null;
  const notice =
    settings.noticed === differenceId(current, differences)
      ? settings
      : await recordRevert(current, settings, differences);
  return toChange(settings, differences, notice);
}

const differenceId = (row: AgentRow, names: WatchedAttribute[]) =>
  names.map((name) => `${name}=${digest(row[name]) ?? ""}`).join(" ");

type Notice = { noticed_at: string | null; event_id: string | null };

function toChange(
  { set_at, set_by }: AgentSettings,
  attributes: WatchedAttribute[],
  { noticed_at, event_id }: Notice,
): ExternalChange {
  return { attributes, set_at, set_by, noticed_at, event_id };
}

function differing(row: AgentRow, { values }: AgentSettings): WatchedAttribute[] {
  const names = Object.keys(values) as WatchedAttribute[]; // The keys of a record of these names.
  return names.filter((name) => values[name] !== digest(row[name]));
}

async function recordRevert(
  row: AgentRow,
  settings: AgentSettings,
  names: WatchedAttribute[],
): Promise<Notice> {
  const difference = differenceId(row, names);
  const entity = { kind: "agent", id: agentEntityId(row) } as const;
  const before: RawAttributes = {};
  const after: RawAttributes = {};
  for (const name of names) {
    const expectedDigest = settings.values[name] ?? null;
    const ours = expectedDigest === null ? null : await valueSet(entity, name, expectedDigest);
    // The value may be missing from the history; then a rollback can't restore it.
    if (expectedDigest !== null && !ours) continue;
    if (ours) before[name] = ours;
    if (row.raw[name]) after[name] = row.raw[name];
  }
  const { event, item } = await externalChangeEvent({
    action: "agent.reverted",
    entity,
    before,
    after,
  });
  const notice = { noticed_at: event.at, event_id: event.event_id };
  try {
    await transact([recordExternalChange(row, settings, { noticed: difference, ...notice }), item]);
    return notice;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Another copy noticed it first; show its event.
    const stored = await findAgentSettings(row);
    return stored?.noticed === difference ? stored : { noticed_at: null, event_id: null };
  }
}

/** The value with that digest, taken from the latest event that set it. */
async function valueSet(
  entity: ActivityEntity,
  name: WatchedAttribute,
  expectedDigest: string,
): Promise<object | null> {
  const hasValue = (attributes: RawAttributes | null) => {
    const value = attributes?.[name];
    return value && "S" in value && typeof value.S === "string"
      ? digest(value.S) === expectedDigest
      : false;
  };
  const event = await findLatestEvent(entity, (candidate) => hasValue(candidate.after));
  return event?.after?.[name] ?? null;
}
