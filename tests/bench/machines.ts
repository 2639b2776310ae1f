// What 2,000 agents with a state machine each cost: AWS calls and CPU of the list of agents, of the
// checks, of a trace and of the list of models, in rounds, since each may describe 60 machines.
//   npm run bench:machines      (BENCH_AGENTS)
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { createTables, createToolRegistry } from "../../scripts/populate/tables";
import { startFaultProxy } from "../support/fault-proxy";
import { unifiedMachine } from "../support/sample-machines";
import { printIfBusy, requireQuietMachine } from "./quiet-machine";

const count = Number(process.env.BENCH_AGENTS || 2000);
const region = "eu-west-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const names = Array.from({ length: count }, (_, index) => `agent-${index}`);
const arnOf = (name: string) => `arn:aws:states:${region}:000000000000:stateMachine:${name}`;

/** Every tenth row names no model, so that its machine's default is used. */
const agentRows = names.map((agent_name, index) => ({
  agent_name,
  version: "v1.0",
  status: "active",
  system_prompt: "You are brief. ".repeat(60),
  ...(index % 10 !== 0 && { llm_provider: "openai", llm_model: "gpt-4o" }),
  tools: JSON.stringify([{ tool_name: `tool-${index % 50}` }]),
  state_machine_arn: arnOf(agent_name),
}));
const modelRows = ["openai#gpt-4o", "anthropic#claude-default"].map((pk) => {
  const [provider, model_id] = pk.split("#");
  return { pk, provider, model_id, display_name: model_id, is_active: "true" };
});
const toolRows = Array.from({ length: 50 }, (_, index) => ({
  tool_name: `tool-${index}`,
  description: "A tool.",
  input_schema: '{"type":"object"}',
}));

/** Starts the local AWS endpoint in another process, so that this process's CPU is the console's. */
async function startEndpoint(life: Lifecycle): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "machines-"));
  const script = fileURLToPath(new URL("../support/embedded-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  life.onStop(async () => {
    child.kill("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer]; // Its URL.
  return line.toString().trim();
}

async function fill(url: string): Promise<void> {
  const settings = { endpoint: url, region, credentials };
  const [dynamodb, secrets] = [new DynamoDBClient(settings), new SecretsManagerClient(settings)];
  await createTables({ dynamodb, envName: "prod" });
  await createToolRegistry(dynamodb, "ToolRegistry-prod");
  const SecretString = '{"OPENAI_API_KEY":"sandbox-openai-1"}';
  const Name = "/ai-agent/llm-secrets/prod";
  await secrets.send(new CreateSecretCommand({ Name, SecretString }));
  const tables = {
    "AgentRegistry-prod": agentRows,
    "LLMModels-prod": modelRows,
    "ToolRegistry-prod": toolRows,
  };
  for (const [table, rows] of Object.entries(tables)) {
    for (let start = 0; start < rows.length; start += 25) {
      const puts = rows
        .slice(start, start + 25)
        .map((row) => ({ PutRequest: { Item: marshall(row) } }));
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    }
  }
  dynamodb.destroy();
  secrets.destroy();
}

async function bench(life: Lifecycle): Promise<void> {
  requireQuietMachine();
  const url = await startEndpoint(life);
  await fill(url);
  const proxy = await startFaultProxy({ dynamodb: url, secretsmanager: url });
  life.onStop(async () => proxy.stop());
  proxy.inject({ operation: "DescribeStateMachine" }, ({ call, reply }) => {
    const { stateMachineArn } = JSON.parse(call.body) as { stateMachineArn: string };
    const name = stateMachineArn.split(":")[6] ?? "";
    const definition = JSON.stringify(unifiedMachine({ name }));
    const body = {
      stateMachineArn,
      name,
      type: "STANDARD",
      creationDate: 1_780_000_000,
      definition,
    };
    const headers = { "content-type": "application/x-amz-json-1.0" };
    reply({ status: 200, headers, body: Buffer.from(JSON.stringify(body)) });
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: randomUUID(),
    LOCAL_ADMIN_TOKEN: randomUUID(),
    LOCAL_VIEWER_TOKEN: randomUUID(),
  });
  // These modules read the environment when they load.
  const [{ listAgents }, { runChecks }, { traceAgent }, { listModels }] = await Promise.all([
    import("@/lib/agents/service"),
    import("@/lib/checks/service"),
    import("@/lib/agents/trace-service"),
    import("@/lib/models/service"),
  ]);
  const measure = async (what: string, act: () => Promise<unknown>) => {
    proxy.calls.length = 0;
    const [before, start] = [process.cpuUsage(), performance.now()];
    await act();
    const { user, system } = process.cpuUsage(before);
    const calls = new Map<string, number>();
    for (const { operation } of proxy.calls) calls.set(operation, (calls.get(operation) ?? 0) + 1);
    const texts = [...calls].map(([operation, times]) => `${times} ${operation}`);
    const cpu = (user + system) / 1000;
    const wall = performance.now() - start;
    console.log(
      `  ${what.padEnd(24)} ${cpu.toFixed(0).padStart(6)} ms CPU ${wall.toFixed(0).padStart(6)} ms   ${texts.join(", ")}`,
    );
  };
  const list = () => listAgents({});
  const key = { agent_name: "agent-1", version: "v1.0" };
  await measure("list of models, first", () => listModels({ active: "all" }));
  for (const round of [1, 2, 3]) await measure(`list of agents, round ${round}`, list);
  await measure("checks, round 1", () => runChecks());
  await measure("one trace", () => traceAgent(key));
  for (let read = 0; read < count; read += 60) await list();
  await measure("list of agents, all read", list);
  await measure("checks, all read", () => runChecks());
  await measure("one trace", () => traceAgent(key));
  await measure("list of models, all read", () => listModels({ active: "all" }));
  printIfBusy();
  await life.end(0);
}

await launch(bench);
