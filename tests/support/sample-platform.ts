import {
  type AttributeValue,
  BatchWriteItemCommand,
  paginateScan,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { startStack } from "./stack";

type Item = Record<string, AttributeValue>;

const tables = [
  { name: "LLMModels-prod", key: ["pk"] },
  { name: "AgentRegistry-prod", key: ["agent_name", "version"] },
];

/** What one BatchWriteItem takes. */
const batchSize = 25;

/** A stack with the rows of the sample platform, which `restore` brings back. */
export async function startSamplePlatform() {
  const stack = await startStack({ seed: "tests/support/platform.json" });

  async function scan(TableName: string): Promise<Item[]> {
    const items: Item[] = [];
    const pages = paginateScan({ client: stack.dynamodb }, { TableName, ConsistentRead: true });
    for await (const page of pages) items.push(...(page.Items ?? []));
    return items;
  }

  async function write(table: string, requests: WriteRequest[]): Promise<void> {
    for (let start = 0; start < requests.length; start += batchSize) {
      const RequestItems = { [table]: requests.slice(start, start + batchSize) };
      await stack.dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
    }
  }

  const sample = new Map<string, Item[]>();
  for (const { name } of tables) sample.set(name, await scan(name));

  return {
    ...stack,
    /** Models and agents become those of the sample platform again. */
    restore: async () => {
      for (const { name, key } of tables) {
        const rows = sample.get(name) ?? [];
        const keyOf = (item: Item): Item =>
          Object.fromEntries(key.map((part) => [part, item[part] ?? { S: "" }]));
        const sampleKeys = new Set(rows.map((row) => JSON.stringify(keyOf(row))));
        const extra = (await scan(name))
          .map(keyOf)
          .filter((key) => !sampleKeys.has(JSON.stringify(key)));
        await write(name, [
          ...extra.map((Key) => ({ DeleteRequest: { Key } })),
          ...rows.map((Item) => ({ PutRequest: { Item } })),
        ]);
      }
    },
  };
}

export type SamplePlatform = Awaited<ReturnType<typeof startSamplePlatform>>;
