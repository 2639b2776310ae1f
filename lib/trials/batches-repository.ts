import "server-only";
import type { AgentKey } from "@/lib/agents/schema";
import { stringAttribute } from "@/lib/aws/attributes";
import { listNotedRows, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { batchWriteAll } from "@/lib/aws/tables";
import { AppError } from "@/lib/errors";

const batchPk = (batch: string) => `trial-batch#${batch}`;

/** An agent of a bulk trial: its trial, or why it has none. */
export type BatchEntry = { key: AgentKey; id: string | null; message: string | null };

export async function createBatch(batch: string, entries: readonly BatchEntry[]): Promise<void> {
  const items = entries.map(({ key: { agent_name, version }, id, message }) => ({
    ...managementKey(batchPk(batch), `${agent_name}/${version}`),
    agent_name: stringAttribute(agent_name),
    version: stringAttribute(version),
    ...(id !== null && { id: stringAttribute(id) }),
    ...(message !== null && { message: stringAttribute(message) }),
  }));
  await batchWriteAll(
    table(),
    items.map((Item) => ({ PutRequest: { Item } })),
  );
}

/** @throws AppError `not_found` */
export async function getBatchEntries(batch: string): Promise<BatchEntry[]> {
  const items = await listNotedRows(batchPk(batch));
  if (items.length === 0) throw new AppError("not_found", `There are no trials "${batch}".`);
  return items.map(({ agent_name, version, id, message }) => ({
    key: { agent_name: agent_name?.S ?? "", version: version?.S ?? "" },
    id: id?.S ?? null,
    message: message?.S ?? null,
  }));
}
