import { isDeepStrictEqual } from "node:util";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  paginateScan,
  RestoreTableToPointInTimeCommand,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { listActivity, recordEvent } from "@/lib/activity/service";
import { isSessionEnded } from "@/lib/sessions/service";
import definitions from "@/lib/setup/tables.json";
import { listTokens } from "@/lib/tokens/service";
import { tableInput } from "../populate/tables";

type Item = Record<string, AttributeValue>;

type Drill = {
  dynamodb: DynamoDBClient;
  source: string;
  /**
   * The table to restore into, which must not exist. It becomes MODEL_MANAGEMENT_TABLE of this
   * process.
   */
  target: string;
  /**
   * Uses AWS's restore to this time, or the latest possible one. Without it, rows are read and
   * written back.
   */
  pointInTime?: Date | "latest";
  keep: boolean;
  report: (line: string) => void;
};

export class DrillError extends Error {}

/** AWS may take hours to restore a large table. */
const maxWaitSeconds = 6 * 60 * 60;
const writesPerBatch = 25;

const keyOf = ({ pk, sk }: Item) => JSON.stringify([pk, sk]);

async function readRows(dynamodb: DynamoDBClient, TableName: string): Promise<Map<string, Item>> {
  const rows = new Map<string, Item>();
  for await (const page of paginateScan(
    { client: dynamodb },
    { TableName, ConsistentRead: true },
  )) {
    for (const item of page.Items ?? []) rows.set(keyOf(item), item);
  }
  return rows;
}

async function writeRows(dynamodb: DynamoDBClient, table: string, items: Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += writesPerBatch) {
    let waiting = items.slice(at, at + writesPerBatch).map((Item) => ({ PutRequest: { Item } }));
    while (waiting.length > 0) {
      const command = new BatchWriteItemCommand({ RequestItems: { [table]: waiting } });
      const { UnprocessedItems } = await dynamodb.send(command);
      waiting = (UnprocessedItems?.[table] ?? []).flatMap(({ PutRequest }) =>
        PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
      );
    }
  }
}

async function restore({ dynamodb, source, target, pointInTime }: Drill, rows: Map<string, Item>) {
  if (pointInTime === undefined) {
    await dynamodb.send(new CreateTableCommand(tableInput("management", target)));
  } else {
    const time =
      pointInTime === "latest"
        ? { UseLatestRestorableTime: true }
        : { RestoreDateTime: pointInTime };
    const command = { SourceTableName: source, TargetTableName: target, ...time };
    await dynamodb.send(new RestoreTableToPointInTimeCommand(command));
  }
  const waiter = { client: dynamodb, maxWaitTime: maxWaitSeconds, minDelay: 1, maxDelay: 30 };
  await waitUntilTableExists(waiter, { TableName: target });
  if (pointInTime === undefined) await writeRows(dynamodb, target, [...rows.values()]);
}

const shapeOf = ({ KeySchema, GlobalSecondaryIndexes }: TableDescription) => ({
  keys: KeySchema,
  indexes: (GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema }) => ({
    IndexName,
    KeySchema,
  })),
});

/** @throws DrillError if the table has other keys or indexes than the console needs */
async function checkDefinition({ dynamodb, target }: Drill): Promise<void> {
  const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName: target }));
  const { KeySchema, GlobalSecondaryIndexes } = definitions.management;
  const expected = {
    keys: KeySchema,
    indexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema }) => ({ IndexName, KeySchema })),
  };
  if (!isDeepStrictEqual(shapeOf(Table), expected)) {
    throw new DrillError(`${target} has other keys or indexes than lib/setup/tables.json.`);
  }
}

/** @throws DrillError if rows are missing, or differ although nothing can have changed them */
async function compareRows(drill: Drill, before: Map<string, Item>): Promise<string> {
  const restored = await readRows(drill.dynamodb, drill.target);
  const missing = [...before.keys()].filter((key) => !restored.has(key)).length;
  const differing = [...before].filter(
    ([key, item]) => restored.has(key) && !isDeepStrictEqual(restored.get(key), item),
  ).length;
  const summary = `${restored.size} of ${before.size} rows; ${missing} missing, ${differing} different`;
  const isExact = missing === 0 && differing === 0;
  if (drill.pointInTime === undefined && !isExact) throw new DrillError(`${summary}.`);
  if (before.size > 0 && restored.size === 0) throw new DrillError(`${summary}.`);
  return isExact ? summary : `${summary} (changed since the point in time, or lost: compare them)`;
}

/** Runs the console's own code on the restored table. */
async function tryConsole(target: string): Promise<string> {
  const { events } = await listActivity({});
  const { tokens } = await listTokens();
  await isSessionEnded("restore-drill");
  const entity = { kind: "access", id: `restore-drill-${Date.now()}` } as const;
  const change = { action: "access.refused", entity, before: null, after: null } as const;
  await recordEvent({ name: "restore drill", requestId: null }, change, "done");
  const written = await listActivity({ entity: `${entity.kind}:${entity.id}` });
  if (written.events.length !== 1) {
    throw new DrillError(`An event that was written into ${target} can't be read back.`);
  }
  return `read ${events.length} events and ${tokens.length} API tokens, wrote an event and read it back`;
}

/**
 * Restores ModelManagement into a new table, and proves that the console works on it. The source is
 * only read; the new table is deleted at the end unless `keep`.
 * @throws DrillError that says what the restored table lacks
 */
export async function restoreDrill(drill: Drill): Promise<void> {
  const { dynamodb, source, target, report, keep } = drill;
  const startedAt = Date.now();
  const before = await readRows(dynamodb, source);
  report(`Read ${source}: ${before.size} rows`);
  await restore(drill, before);
  try {
    report(`Restored into ${target} in ${Math.round((Date.now() - startedAt) / 1000)} s`);
    await checkDefinition(drill);
    report("Keys and indexes: as the console needs them");
    report(`Rows: ${await compareRows(drill, before)}`);
    // A restored table has no time to live, point-in-time recovery, deletion protection, alarms or
    // tags.
    const ttl = { Enabled: true, AttributeName: "delete_after" };
    await dynamodb.send(
      new UpdateTimeToLiveCommand({ TableName: target, TimeToLiveSpecification: ttl }),
    );
    report("Time to live: switched on again");
    report(`Console: ${await tryConsole(target)}`);
  } finally {
    if (keep) report(`${target} stays.`);
    else {
      await dynamodb.send(new DeleteTableCommand({ TableName: target }));
      await waitUntilTableNotExists(
        { client: dynamodb, maxWaitTime: 600, minDelay: 1, maxDelay: 10 },
        { TableName: target },
      );
      report(`${target} was deleted.`);
    }
  }
}
