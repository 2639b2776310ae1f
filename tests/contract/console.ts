import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expectDeclared } from "./declared";

/** The rows of the sample platform, with its faults. */
export const samplePlatform = fileURLToPath(new URL("../support/platform.json", import.meta.url));

export type Item = Record<string, AttributeValue>;
/** What a JSON answer holds; tests say what they expect of it. */
export type Json = Record<string, unknown>;

export type Answer = {
  status: number;
  ok: boolean;
  headers: Headers;
  /** The parsed JSON body; an empty object when there is none. */
  body: Json;
  text: string;
};

export const tables = {
  models: "LLMModels-prod",
  agents: "AgentRegistry-prod",
  management: "ModelManagement-prod",
};
export const secretId = "/ai-agent/llm-secrets/prod";

/** Calls the API as one person, and expects every answer to be what the endpoint table declares. */
export class Caller {
  readonly url: string;
  readonly cookie: string | null;

  constructor(url: string, cookie: string | null) {
    this.url = url;
    this.cookie = cookie;
  }

  /** The answer as it comes, for streams. */
  raw(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookie && !headers.has("cookie")) headers.set("cookie", this.cookie);
    if (body !== undefined) headers.set("content-type", "application/json");
    return fetch(`${this.url}${path}`, {
      redirect: "manual",
      ...init,
      method,
      headers,
      body: typeof body === "string" || body === undefined ? body : JSON.stringify(body),
    });
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await this.raw(method, path, body, { headers });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
    const parsed: unknown = isJson && text !== "" ? JSON.parse(text) : {};
    expectDeclared(method, path, response, parsed);
    // Every JSON answer of the API is an object.
    const { status, ok } = response;
    return { status, ok, headers: response.headers, text, body: parsed as Json };
  }

  get = (path: string, headers?: Record<string, string>) =>
    this.send("GET", path, undefined, headers);
  post = (path: string, body: unknown) => this.send("POST", path, body);
  put = (path: string, body: unknown, headers?: Record<string, string>) =>
    this.send("PUT", path, body, headers);
  patch = (path: string, body: unknown, headers?: Record<string, string>) =>
    this.send("PATCH", path, body, headers);
  delete = (path: string, headers?: Record<string, string>) =>
    this.send("DELETE", path, undefined, headers);
}

/** Rows and the secret as another program sees them. */
export function outside(endpoint: string) {
  const settings = {
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const dynamodb = new DynamoDBClient(settings);
  const secrets = new SecretsManagerClient(settings);
  const agentKey = (name: string, version = "v1.0") => ({
    agent_name: { S: name },
    version: { S: version },
  });

  async function find(TableName: string, Key: Item): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName, Key, ConsistentRead: true });
    return (await dynamodb.send(command)).Item;
  }

  return {
    dynamodb,
    secrets,
    agentKey,
    find,
    model: (pk: string) => find(tables.models, { pk: { S: pk } }),
    agent: (name: string, version?: string) => find(tables.agents, agentKey(name, version)),
    put: (TableName: string, Item: Item) => dynamodb.send(new PutItemCommand({ TableName, Item })),
    remove: (TableName: string, Key: Item) =>
      dynamodb.send(new DeleteItemCommand({ TableName, Key })),
    /** One attribute set from outside, as a person in the AWS console would. */
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
    scan: async (TableName: string): Promise<Item[]> =>
      (await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [],
    query: async (TableName: string, pk: string): Promise<Item[]> => {
      const input = {
        TableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk } },
        ConsistentRead: true,
      };
      return (await dynamodb.send(new QueryCommand(input))).Items ?? [];
    },
    secretText: async (): Promise<string> =>
      (await secrets.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? "",
    currentVersion: async (): Promise<string> =>
      (await secrets.send(new GetSecretValueCommand({ SecretId: secretId }))).VersionId ?? "",
    putSecret: (SecretString: string) =>
      secrets.send(new PutSecretValueCommand({ SecretId: secretId, SecretString })),
    close: () => {
      dynamodb.destroy();
      secrets.destroy();
    },
  };
}

/** A name that no other test has. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** Whether `unique` made this id. */
export const isUnique = (id: string) => /-[0-9a-f]{8}$/.test(id);

export function modelPath(provider: string, modelId: string): string {
  return `/api/models/${encodeURIComponent(provider)}/${encodeURIComponent(modelId)}`;
}

export function agentPath(name: string, version = "v1.0"): string {
  return `/api/agents/${encodeURIComponent(name)}/${encodeURIComponent(version)}`;
}

/** A sound row of LLMModels with these further attributes. */
export function modelRow(provider: string, modelId: string, more: Item = {}): Item {
  return {
    pk: { S: `${provider}#${modelId}` },
    provider: { S: provider },
    model_id: { S: modelId },
    display_name: { S: modelId },
    is_active: { S: "true" },
    is_default: { BOOL: false },
    created_at: { S: "2025-08-30T09:00:00.000000Z" },
    updated_at: { S: "2025-08-30T09:00:00.000000Z" },
    ...more,
  };
}

/** A sound row of a unified agent with these further attributes. */
export function agentRow(name: string, provider: string, model: string, more: Item = {}): Item {
  return {
    agent_name: { S: name },
    version: { S: "v1.0" },
    status: { S: "active" },
    description: { S: "Made by a test." },
    system_prompt: { S: "You help." },
    llm_provider: { S: provider },
    llm_model: { S: model },
    tools: { S: "[]" },
    parameters: { S: "{}" },
    metadata: { S: '{"llm_type":"unified-rust"}' },
    observability: { S: "{}" },
    created_at: { S: "2026-09-14T10:00:00Z" },
    updated_at: { S: "2026-11-02T08:15:00Z" },
    ...more,
  };
}

/** Metadata of an agent on the older caller. */
export const olderCaller: Item = { metadata: { S: '{"created_by":"deploy"}' } };

type RunningStack = {
  url: string;
  awsUrl: string;
  signIn(role: "admin" | "viewer"): Promise<string>;
  stop(): Promise<void>;
};

/** A stack, called by an admin, a viewer and a stranger. */
export async function withCallers<S extends RunningStack>(stack: S) {
  const aws = outside(stack.awsUrl);
  return {
    ...stack,
    aws,
    admin: new Caller(stack.url, await stack.signIn("admin")),
    viewer: new Caller(stack.url, await stack.signIn("viewer")),
    stranger: new Caller(stack.url, null),
    stop: async () => {
      aws.close();
      await stack.stop();
    },
  };
}
