import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

export type Item = Record<string, AttributeValue>;

export const tables = {
  models: "LLMModels-prod",
  agents: "AgentRegistry-prod",
  management: "ModelManagement-prod",
};
const secretId = "/ai-agent/llm-secrets/prod";

/** All stored rows, keys and alarms by name. */
export type Snapshot = Map<string, unknown>;

/** Reads and writes the stored data without the console. */
export function storedData(endpoint: string) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const settings = { endpoint, region: "eu-west-1", credentials };
  const dynamodb = new DynamoDBClient(settings);
  const secrets = new SecretsManagerClient(settings);
  const cloudwatch = new CloudWatchClient(settings);

  async function scan(TableName: string): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const command = new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey });
      const page = await dynamodb.send(command);
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  async function secret(): Promise<Record<string, unknown>> {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
    return JSON.parse(SecretString ?? "{}");
  }

  return {
    scan,
    secret,
    put: (TableName: string, Item: Item) => dynamodb.send(new PutItemCommand({ TableName, Item })),
    putSecret: (values: Record<string, unknown>) =>
      secrets.send(
        new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(values) }),
      ),
    snapshot: async (): Promise<Snapshot> => {
      const snapshot: Snapshot = new Map();
      for (const name of Object.values(tables)) {
        for (const item of await scan(name)) {
          if (!isChance(item)) snapshot.set(`${name} ${keyOf(item)}`, item);
        }
      }
      for (const [name, value] of Object.entries(await secret()))
        snapshot.set(`secret ${name}`, value);
      const { Versions = [] } = await secrets.send(
        new ListSecretVersionIdsCommand({ SecretId: secretId }),
      );
      const stages = Versions.flatMap(({ VersionStages }) => VersionStages ?? []).sort();
      snapshot.set("stages of the secret", stages);
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
      for (const { AlarmName, Threshold, Metrics, ComparisonOperator } of MetricAlarms) {
        snapshot.set(`alarm ${AlarmName}`, { Threshold, Metrics, ComparisonOperator });
      }
      return snapshot;
    },
    close: () => {
      for (const client of [dynamodb, secrets, cloudwatch]) client.destroy();
    },
  };
}

export type StoredData = ReturnType<typeof storedData>;

const keyOf = ({ pk, sk, agent_name, version }: Item) =>
  [pk, sk, agent_name, version].flatMap((value) => value?.S ?? []).join(" ");

/** Counters per minute, and refusals, of which only some are recorded. */
function isChance(item: Item): boolean {
  return Boolean(item.pk?.S?.startsWith("rate#")) || item.action?.S === "access.refused";
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : { value };

export type Difference = { name: string; before: unknown; after: unknown };

/** Added, removed and changed entries; of changed ones only the attributes that differ. */
export function differences(before: Snapshot, after: Snapshot): Difference[] {
  // Random IDs must not affect the order.
  const order = (name: string) =>
    `${name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "")} ${before.has(name) ? 0 : 1}`;
  const names = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  const text = (value: unknown) => JSON.stringify(value, sortedKeys);
  return names.flatMap((name): Difference[] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (text(old) === text(now)) return [];
    if (old === undefined || now === undefined) {
      return [{ name, before: old ?? null, after: now ?? null }];
    }
    const [left, right] = [asObject(old), asObject(now)];
    const changed = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
      (key) => text(left[key]) !== text(right[key]),
    );
    const only = (all: Record<string, unknown>) =>
      Object.fromEntries(changed.map((key) => [key, all[key] ?? null]));
    return [{ name, before: only(left), after: only(right) }];
  });
}

function sortedKeys(key: string, value: unknown): unknown {
  // Equal durations are a coincidence.
  if (key.endsWith("_ms")) return "a duration";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
