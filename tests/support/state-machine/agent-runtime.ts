import { DynamoDBClient, GetItemCommand, type GetItemCommandInput } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Resources, run, type StateMachine } from "./interpreter";
import olderAgent from "./older-agent.asl.json";
import unifiedAgent from "./unified-agent.asl.json";

/** What the next invocation would send, and to which endpoint. */
export type Invocation = {
  endpoint: string;
  auth_header: string;
  secret_key_name: string;
  model: string;
  system_prompt?: string;
  /** The value behind `secret_key_name`, if it is a string. */
  key: string | null;
};

const required = ["endpoint", "auth_header", "secret_key_name", "model"];

/** Runs agents like the platform, on the current rows. */
export function agentRuntime(awsUrl: string, secretId: string) {
  const settings = {
    endpoint: awsUrl,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const dynamodb = new DynamoDBClient(settings);
  const secrets = new SecretsManagerClient(settings);

  const resources: Resources = {
    "arn:aws:states:::dynamodb:getItem": async ({ TableName, Key }) => {
      // The definitions pass the operation's own input.
      const command = new GetItemCommand({ TableName, Key } as GetItemCommandInput);
      const { Item } = await dynamodb.send(command);
      return Item ? { Item } : {};
    },
    "llm-caller": async (input) => {
      const missing = required.find((field) => typeof input[field] !== "string");
      if (missing) throw new Error(`Missing field ${missing}`);
      const { SecretString = "{}" } = await secrets.send(
        new GetSecretValueCommand({ SecretId: secretId }),
      );
      const key: unknown = JSON.parse(SecretString)[String(input.secret_key_name)];
      return { ...input, key: typeof key === "string" ? key : null };
    },
  };

  return {
    /** @throws Error "Missing field endpoint" if the runtime finds no row or no mapping */
    invokeUnified: async (agent_name: string): Promise<Invocation> =>
      // "llm-caller" has checked the fields.
      (await run(unifiedAgent as StateMachine, resources, { agent_name })) as Invocation,
    invokeOlder: async (agent_name: string, version = "v1.0"): Promise<Invocation> =>
      // As above.
      (await run(olderAgent as StateMachine, resources, { agent_name, version })) as Invocation,
    close: () => {
      dynamodb.destroy();
      secrets.destroy();
    },
  };
}
