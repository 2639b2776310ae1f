import {
  type AttributeValue,
  CreateTableCommand,
  PutItemCommand,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import { comparable, execute, type Failure, failureOf } from "../support/run-failures";
import { agentPath, type Item, modelRow, tables } from "./console";
import { startConsole } from "./running-console";

export const text = (S: string): AttributeValue => ({ S });

export type Trace = {
  ok: boolean;
  source: string;
  revision: string | null;
  machine: { name: string; bedrock_region: string | null } | null;
  would_fail_with: Failure | null;
  steps: { step: string; status: string; state: string | null; detail: string }[];
};

export type Agent = { name: string; arn: string; version: string };

const toolsTable = "ToolRegistry-prod";

/**
 * A console beside an engine that runs the machines: what both say of a run is compared. To the sample
 * platform come models that answer today.
 */
export async function startAgreement() {
  const app = await startConsole();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sfn = new SFNClient({ endpoint: app.awsUrl, region: "eu-west-1", credentials });
  const createTools = new CreateTableCommand({
    TableName: toolsTable,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "tool_name", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "tool_name", KeyType: "HASH" }],
  });
  await app.aws.dynamodb.send(createTools).catch((error: unknown) => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });

  const current = [
    ["anthropic", "claude-sonnet-4-6"],
    ["google", "gemini-3.5-flash"],
    ["openai", "o4-mini"],
  ] as const;
  for (const [provider, model] of current)
    await app.aws.put(tables.models, modelRow(provider, model));

  async function putTool(tool_name: string, more: Item) {
    const Item = { tool_name: text(tool_name), description: text("A tool."), ...more };
    await app.aws.dynamodb.send(new PutItemCommand({ TableName: toolsTable, Item }));
  }

  async function traceOf(name: string, version = "v1.0"): Promise<Trace> {
    const { body } = await app.viewer.get(`${agentPath(name, version)}/trace`);
    return body as Trace; // By docs/contract.md.
  }

  return {
    app,
    sfn,
    putTool,
    traceOf,
    putAgent: (item: Item) => app.aws.put(tables.agents, item),
    deploy: async (name: string, definition: object): Promise<string> => {
      const roleArn = "arn:aws:iam::000000000000:role/agent";
      const input = { name, roleArn, definition: JSON.stringify(definition) };
      return (await sfn.send(new CreateStateMachineCommand(input))).stateMachineArn ?? "";
    },
    /** Console and run must say the same. @returns the trace, and how the run failed */
    expectAgreement: async ({ name, arn, version }: Agent) => {
      const trace = await traceOf(name, version);
      const failure = await failureOf(sfn, await execute(sfn, arn));
      expect(comparable(trace.would_fail_with)).toEqual(comparable(failure));
      expect(trace).toMatchObject({ source: "definition", ok: failure === null });
      return { trace, failure };
    },
    stop: async () => {
      sfn.destroy();
      await app.stop();
    },
  };
}

export type Agreement = Awaited<ReturnType<typeof startAgreement>>;
