import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { type AttributeChanges, applyChanges, buildUpdate } from "@/lib/aws/narrow-update";
import { queryAll, scanAll } from "@/lib/aws/tables";
import { updateItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { type AgentRow, parseAgentRow } from "./row";
import type { AgentKey } from "./schema";

const table = () => env().AGENT_REGISTRY_TABLE;
const keyOf = (key: AgentKey): RawItem => ({
  agent_name: stringAttribute(key.agent_name),
  version: stringAttribute(key.version),
});

/** All rows of AgentRegistry, by a consistent, paged Scan. */
export async function listAgentRows(): Promise<AgentRow[]> {
  return (await scanAll(table())).map(parseAgentRow);
}

/** The rows of all versions of one agent, read consistently. */
export async function listVersionRows(agent_name: string): Promise<AgentRow[]> {
  const items = await queryAll({
    TableName: table(),
    ConsistentRead: true,
    KeyConditionExpression: "agent_name = :name",
    ExpressionAttributeValues: { ":name": stringAttribute(agent_name) },
  });
  return items.map(parseAgentRow);
}

/** One row, read consistently; null if it doesn't exist. */
export async function findAgentRow(key: AgentKey): Promise<AgentRow | null> {
  const input = { TableName: table(), Key: keyOf(key), ConsistentRead: true };
  const { Item } = await dynamodb().send(new GetItemCommand(input));
  return Item ? parseAgentRow(Item) : null;
}

/**
 * Writes only the named attributes of an existing row, on the condition that they and those in
 * `dependsOn` are unchanged.
 */
export function updateAgentRow(
  row: AgentRow,
  changes: AttributeChanges,
  dependsOn: Iterable<string>,
): WriteItem {
  const change = buildUpdate(row.raw, "agent_name", changes, dependsOn);
  const name = `Agent "${row.agent_name}" ${row.version}`;
  const onConflict = (stored: RawItem | null) =>
    stored
      ? new AppError("conflict", `${name} was changed by someone else. Nothing was saved.`)
      : new AppError("not_found", `${name} was deleted meanwhile.`);
  return updateItem(table(), keyOf(row), change, onConflict, applyChanges(row.raw, changes));
}
