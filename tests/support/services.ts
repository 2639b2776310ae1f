import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, inject, vi } from "vitest";
import type { Actor } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { createTables, tableNames } from "../../scripts/populate/tables";
import { disableStorages } from "./async-storages";
import { openEmbeddedStore } from "./embedded-store";
import { startFaultProxy } from "./fault-proxy";
import { requireLoopback } from "./launched";

type Item = Record<string, AttributeValue>;

export function actor(name = "ann"): Actor {
  return { name, role: "admin", subject: `test:${name}`, requestId: randomUUID() };
}

/**
 * The console's services in this process, behind the fault proxy. DynamoDB is the local endpoint, or
 * AWS's DynamoDB Local in the second run; Secrets Manager is the local endpoint.
 */
async function startServices() {
  const store = await openEmbeddedStore();
  const dynamodbUrl = inject("dynamodbLocalUrl") ?? store.url;
  requireLoopback("DynamoDB Local", dynamodbUrl);
  const proxy = await startFaultProxy({ dynamodb: dynamodbUrl, secretsmanager: store.url });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = new DynamoDBClient({
    endpoint: dynamodbUrl,
    region: "eu-west-1",
    credentials,
  });
  const variables = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
  };
  const before = { ...process.env };
  Object.assign(process.env, variables);

  return {
    proxy,
    variables,
    awsUrl: store.url,
    /** Creates tables and a secret for one test. */
    newPlatform: async (secret: Record<string, unknown> = {}) => {
      const envName = `t-${randomUUID().slice(0, 8)}-t`;
      await createTables({ dynamodb, envName });
      const secretId = `/ai-agent/llm-secrets/${envName}`;
      const SecretString = JSON.stringify(secret);
      await store.secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString }));
      return platform(envName);
    },
    stop: async () => {
      for (const name of Object.keys(variables)) delete process.env[name];
      Object.assign(process.env, before);
      dynamodb.destroy();
      proxy.stop();
      await store.close();
    },
  };

  /** Another program's access to one environment, without the proxy. */
  function platform(envName: string) {
    const tables = tableNames(envName);
    const SecretId = `/ai-agent/llm-secrets/${envName}`;

    async function scan(TableName: string): Promise<Item[]> {
      const items: Item[] = [];
      const pages = paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true });
      for await (const page of pages) items.push(...(page.Items ?? []));
      return items;
    }

    async function query(pk: string): Promise<Item[]> {
      const items: Item[] = [];
      const input = {
        TableName: tables.management,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk } },
        ConsistentRead: true,
      };
      for await (const page of paginateQuery({ client: dynamodb }, input)) {
        items.push(...(page.Items ?? []));
      }
      return items;
    }

    async function find(TableName: string, Key: Item): Promise<Item | undefined> {
      const command = new GetItemCommand({ TableName, Key, ConsistentRead: true });
      return (await dynamodb.send(command)).Item;
    }

    return {
      envName,
      tables,
      secretId: SecretId,
      scan,
      query,
      put: (TableName: string, Item: Item) =>
        dynamodb.send(new PutItemCommand({ TableName, Item })),
      remove: (TableName: string, Key: Item) =>
        dynamodb.send(new DeleteItemCommand({ TableName, Key })),
      set: (TableName: string, Key: Item, name: string, value: AttributeValue) =>
        dynamodb.send(
          new UpdateItemCommand({
            TableName,
            Key,
            UpdateExpression: "SET #name = :value",
            ExpressionAttributeNames: { "#name": name },
            ExpressionAttributeValues: { ":value": value },
          }),
        ),
      /** The IDs of the models that are their provider's default. */
      defaults: async () =>
        (await scan(tables.models))
          .filter((row) => row.is_default?.BOOL)
          .map((row) => row.model_id?.S ?? ""),
      model: (pk: string) => find(tables.models, { pk: { S: pk } }),
      agent: (name: string) =>
        find(tables.agents, { agent_name: { S: name }, version: { S: "v1.0" } }),
      /** Events of one entity, such as `model:openai#gpt-4o`, oldest first. */
      events: (entity: string) => query(`events#${entity}`),
      secretText: async () => {
        const command = new GetSecretValueCommand({ SecretId });
        return (await store.secretsManager.send(command)).SecretString ?? "";
      },
      /** A read-modify-put by another program, without compare-and-swap. */
      externalPut: async (name: string, value: unknown) => {
        const read = new GetSecretValueCommand({ SecretId });
        const { SecretString = "{}" } = await store.secretsManager.send(read);
        const text = JSON.stringify({ ...JSON.parse(SecretString), [name]: value });
        await store.secretsManager.send(
          new PutSecretValueCommand({ SecretId, SecretString: text }),
        );
      },
      /** Advances time until a dead writer's lease has expired. */
      endLease: async () => {
        const key = { pk: { S: "lease#secret" }, sk: { S: "lease" } };
        const lease = await find(tables.management, key);
        if (!lease) return;
        const command = new PutItemCommand({
          TableName: tables.management,
          Item: { ...lease, ends_at: { N: "0" } },
        });
        await dynamodb.send(command);
      },
      /** Loads the modules fresh, with empty caches. */
      copy: () => freshCopy(envName),
    };
  }
}

type Services = Awaited<ReturnType<typeof startServices>>;
export type Platform = Awaited<ReturnType<Services["newPlatform"]>>;

/**
 * The services for all tests of a file.
 * @param concurrent whether its tests run at the same time
 */
export function servicesForFile({ concurrent = false } = {}) {
  let started: Services | undefined;
  const services = () => {
    if (!started) throw new Error("The services start before the first test.");
    return started;
  };
  beforeAll(async () => {
    started = await startServices();
  });
  if (!concurrent) afterEach(disableStorages);
  afterAll(() => started?.stop());
  return {
    get proxy() {
      return services().proxy;
    },
    get variables() {
      return services().variables;
    },
    get awsUrl() {
      return services().awsUrl;
    },
    newPlatform: (secret?: Record<string, unknown>) => services().newPlatform(secret),
  };
}

/** Copies are loaded one after the other: each reads the environment of its platform. */
let loading: Promise<unknown> = Promise.resolve();

function freshCopy(envName: string) {
  const copy = loading.then(() => loadCopy(envName));
  loading = copy.catch(() => undefined);
  return copy;
}

async function loadCopy(envName: string) {
  process.env.ENV_NAME = envName;
  vi.resetModules();
  const { env } = await import("@/lib/env");
  env();
  const [keys, keyRollbacks, keyStates, keyTests, recovery] = await Promise.all([
    import("@/lib/keys/change-service"),
    import("@/lib/keys/rollback-service"),
    import("@/lib/keys/service"),
    import("@/lib/keys/verify-service"),
    import("@/lib/keys/recovery-service"),
  ]);
  const [models, retire, imports, transfer, modelHistory] = await Promise.all([
    import("@/lib/models/service"),
    import("@/lib/retirement/service"),
    import("@/lib/models/import-service"),
    import("@/lib/models/rules/transfer"),
    import("@/lib/models/history-service"),
  ]);
  const [agents, bulkSwitch, agentHistory, operations, activity, failures] = await Promise.all([
    import("@/lib/agents/service"),
    import("@/lib/agents/bulk-switch-service"),
    import("@/lib/agents/history-service"),
    import("@/lib/operations/service"),
    import("@/lib/activity/service"),
    import("@/lib/aws/failures"),
  ]);
  const priceSync = await import("@/lib/price-sync/service");
  const { stepBuilders } = await import("@/lib/operations-steps");
  return {
    ...keys,
    ...keyRollbacks,
    ...keyStates,
    ...keyTests,
    ...recovery,
    ...models,
    ...retire,
    ...imports,
    ...transfer,
    ...modelHistory,
    ...agents,
    ...bulkSwitch,
    ...agentHistory,
    ...operations,
    ...priceSync,
    resumeOperation: (actor: Actor, id: string) =>
      operations.resumeOperation(actor, id, stepBuilders),
    undoOperation: (actor: Actor, id: string) => operations.undoOperation(actor, id, stepBuilders),
    ...activity,
    ...failures,
  };
}

export type Copy = Awaited<ReturnType<typeof loadCopy>>;

/** A service call's result, or the code and message of its refusal. */
export async function outcomeOf<T>(copy: Copy, call: Promise<T>) {
  try {
    return { code: "done" as const, result: await call, message: "", error: null };
  } catch (error) {
    const refusal = isRefusal(error) ? error : copy.explainAwsFailure(error);
    if (!refusal) throw error;
    return { code: refusal.code, result: null, message: refusal.message, error: refusal };
  }
}

/** Each copy has its own AppError class. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof Error && error.name === AppError.name;
}
