import "server-only";
import { createHash } from "node:crypto";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  type NoticedDifference,
  noticeDifference,
  managementTable as table,
} from "@/lib/aws/management-table";
import type { AttributeChanges } from "@/lib/aws/narrow-update";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { updateItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { agentEntityId } from "./rules/entity";
import type { AgentKey } from "./schema";

/** What the console last set on each agent, to detect external changes. */
const settings = "settings";
const watched = ["llm_provider", "llm_model", "system_prompt"] as const;
export type WatchedAttribute = (typeof watched)[number];

export type AgentSettings = {
  /** A digest of each value that was set; null if the value was removed. */
  values: Partial<Record<WatchedAttribute, string | null>>;
  set_at: string;
  set_by: string;
  /** The external change that was noticed, when, and its event. */
  noticed: string | null;
  noticed_at: string | null;
  event_id: string | null;
};

const settingsRow = rowCodec({
  sk: field.text,
  set_at: field.text,
  set_by: field.text,
  noticed: field.optionalText,
  noticed_at: field.optionalText,
  event_id: field.optionalText,
});

/** The settings of all agents, by entity ID. */
export async function listAgentSettings(): Promise<Map<string, AgentSettings>> {
  return new Map((await listNotedRows(settings)).map(toEntry));
}

/** The settings of one agent; null if the console never set anything on it. */
export async function findAgentSettings(agent: AgentKey): Promise<AgentSettings | null> {
  const item = await findNotedRow(keyOf(agent));
  return item && toEntry(item)[1];
}

/** Records the values that a change sets, in the transaction of that change. */
export function recordSettings(by: string, agent: AgentKey, written: AttributeChanges): WriteItem {
  const names = watched.filter((name) => name in written);
  const values = Object.fromEntries(
    names.map((name) => [`:${name}`, digestValue(written[name]?.S ?? null)]),
  );
  const change = {
    UpdateExpression: [
      `SET ${[...names.map((name) => `${name} = :${name}`), "set_at = :at", "set_by = :by"].join(", ")}`,
      "REMOVE noticed, noticed_at, event_id",
    ].join(" "),
    ExpressionAttributeValues: {
      ...values,
      ":at": stringAttribute(new Date().toISOString()),
      ":by": stringAttribute(by),
    },
  };
  const busy = () => new AppError("conflict", "The agent is being changed. Try again.");
  return updateItem(table(), keyOf(agent), change, busy);
}

/** Records an external change once, whichever copy notices it first. */
export function recordExternalChange(
  agent: AgentKey,
  current: AgentSettings,
  difference: NoticedDifference,
): WriteItem {
  return noticeDifference(keyOf(agent), current.set_at, difference);
}

/** A digest, so that long prompts aren't stored twice. */
export function digest(value: string | null): string | null {
  return value === null
    ? null
    : createHash("sha256").update(value).digest("base64url").slice(0, 22);
}

function digestValue(value: string | null) {
  const digested = digest(value);
  return digested === null ? { NULL: true as const } : stringAttribute(digested);
}

function keyOf(agent: AgentKey): RawItem {
  return managementKey(settings, agentEntityId(agent));
}

/** An absent attribute was never set by the console; a NULL one was removed by it. */
function toEntry(item: RawItem): [string, AgentSettings] {
  const { sk, ...row } = settingsRow.decode(item);
  const present = watched.filter((name) => item[name] !== undefined);
  const values = Object.fromEntries(present.map((name) => [name, item[name]?.S ?? null]));
  return [sk, { values, ...row }];
}
