import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import type { AgentRecord, Preflight } from "@/lib/agents/schema";
import { seedRuntime } from "../../scripts/populate/runtime";
import { createToolRegistry } from "../../scripts/populate/tables";
import { comparable, execute, type Failure, failureOf } from "../support/run-failures";
import { olderMachine, unifiedMachine } from "../support/sample-machines";
import { agentPath, agentRow, type Item, modelRow, secretId, tables, unique } from "./console";
import type { Change, Machine } from "./machine-changes";
import { type Console, startConsole } from "./running-console";

export const text = (S: string): AttributeValue => ({ S });

export type Trace = {
  ok: boolean;
  source: string;
  revision: string | null;
  machine: { name: string; bedrock_region: string | null } | null;
  would_fail_with: Failure | null;
  assumed_because: { why: string } | null;
  steps: { step: string; status: string; state: string | null; detail: string }[];
};

export type Agent = { name: string; arn: string; version: string };

/** What an agent is deployed with, where it differs from a sound one of OpenAI. */
export type Sample = {
  provider?: string;
  model?: string;
  row?: Item;
  /** Attributes that the row lacks. */
  without?: string[];
  machine?: Parameters<typeof unifiedMachine>[0];
  version?: string;
  older?: boolean;
  edit?: Change;
};

const toolsTable = "ToolRegistry-prod";

/** Gives the sample agents their machines, and the tools that these load. */
export async function deploySamples({ aws, awsUrl }: Console): Promise<void> {
  const sfn = stepFunctionsAt(awsUrl);
  try {
    await createToolRegistry(aws.dynamodb, toolsTable);
    await seedRuntime({
      dynamodb: aws.dynamodb,
      sfn,
      environment: "prod",
      tables: { ...tables, tools: toolsTable },
      secretId,
      seed: "default",
    });
  } finally {
    sfn.destroy();
  }
}

export function stepFunctionsAt(endpoint: string): SFNClient {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new SFNClient({ endpoint, region: "eu-west-1", credentials });
}

/**
 * A console beside an engine that runs the machines: what both say of a run is compared. To the sample
 * platform come models that answer today.
 */
export async function startAgreement(options: Parameters<typeof startConsole>[0] = {}) {
  const app = await startConsole(options);
  const sfn = stepFunctionsAt(app.awsUrl);
  await createToolRegistry(app.aws.dynamodb, toolsTable);

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

  /** What the preflight of the agent's own model says; null where its row names none by its own key. */
  async function preflightOf(name: string, version: string): Promise<Preflight | null> {
    const { body } = await app.viewer.get(agentPath(name, version));
    const agent = body as AgentRecord; // By docs/contract.md.
    const provider = agent.llm_provider || agent.runtime?.default_provider;
    const model_id = agent.llm_model || agent.runtime?.default_model;
    if (!provider || !model_id) return null;
    if (agent.unified && agent.resolves_to !== `${provider}#${model_id}`) return null;
    const query = new URLSearchParams({ provider, model_id });
    const answer = await app.viewer.get(`${agentPath(name, version)}/preflight?${query}`);
    expect(answer.status).toBe(200);
    return answer.body as Preflight; // By docs/contract.md.
  }

  const putAgent = (item: Item) => app.aws.put(tables.agents, item);

  async function deploy(name: string, definition: object): Promise<string> {
    const roleArn = "arn:aws:iam::000000000000:role/agent";
    const input = { name, roleArn, definition: JSON.stringify(definition) };
    return (await sfn.send(new CreateStateMachineCommand(input))).stateMachineArn ?? "";
  }

  async function deploySample({ provider = "openai", model = "gpt-4o", ...more }: Sample) {
    const { row = {}, without = [], machine = {}, version = "v1.0", older, edit } = more;
    const name = unique("agent");
    const make = older ? olderMachine : unifiedMachine;
    const definition = structuredClone(make({ name, version, ...machine })) as Machine; // The samples' own shape.
    edit?.(definition, name);
    const arn = await deploy(name, definition);
    const item: Item = {
      ...agentRow(name, provider, model),
      version: text(version),
      tools: text('[{"tool_name": "web_search", "enabled": false}]'),
      state_machine_arn: text(arn),
      ...row,
    };
    for (const attribute of without) delete item[attribute];
    await putAgent(item);
    return { name, arn, version };
  }

  return {
    app,
    sfn,
    putTool,
    traceOf,
    putAgent,
    deploy,
    /** Deploys an agent with its machine. @returns its name and its machine's ARN */
    deploySample,
    preflightOf,
    /** Trace, preflight and run must say the same. @returns the trace, and how the run failed */
    expectAgreement: async ({ name, arn, version }: Agent) => {
      const trace = await traceOf(name, version);
      const failure = await failureOf(sfn, await execute(sfn, arn));
      expect(comparable(trace.would_fail_with)).toEqual(comparable(failure));
      expect(trace).toMatchObject({ source: "definition", ok: failure === null });
      const preflight = await preflightOf(name, version);
      if (preflight)
        expect([preflight.ok, preflight.findings]).toEqual([failure === null, expect.anything()]);
      return { trace, failure };
    },
    stop: async () => {
      sfn.destroy();
      await app.stop();
    },
  };
}

export type Agreement = Awaited<ReturnType<typeof startAgreement>>;
