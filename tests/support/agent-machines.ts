import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { marshall } from "@aws-sdk/util-dynamodb";
import { startEmbeddedAws } from "../../scripts/embedded/server";
import { createTables, createToolRegistry, tableNames } from "../../scripts/populate/tables";
import { connectionTo } from "./embedded-endpoint";
import { listen } from "./listen";

/** A reply of the provider: a status and a body, or `hang` for none. */
export type ProviderReply = { status: number; body: unknown } | "hang";

export type ProviderRequest = { path: string; headers: IncomingHttpHeaders; text: string };

/** A provider on loopback that answers what a test queues, the last reply for all that follow. */
async function startProvider() {
  const requests: ProviderRequest[] = [];
  let replies: ProviderReply[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    requests.push({ path: request.url ?? "", headers: request.headers, text });
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply === undefined || reply === "hang") return;
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (...next: ProviderReply[]) => {
      replies = next;
      requests.length = 0;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export type Ended = DescribeExecutionOutput & { events: HistoryEvent[] };

/** The local AWS endpoint with the tables of agents, a secret cache of 0, and a scripted provider. */
export async function startAgentMachines(environment = "prod") {
  const folder = await mkdtemp(join(tmpdir(), "machines-"));
  const aws = await startEmbeddedAws({ port: 0, dataDir: folder, secretCacheMs: 0 });
  const provider = await startProvider();
  const { url } = provider;
  aws.connectProviders({
    openai: `${url}/openai/v1`,
    anthropic: `${url}/anthropic`,
    google: `${url}/google`,
    bedrock: `${url}/bedrock`,
  });
  const connection = connectionTo(aws);
  const dynamodb = new DynamoDBClient(connection);
  const secrets = new SecretsManagerClient(connection);
  const cloudwatch = new CloudWatchClient(connection);
  const sfn = new SFNClient(connection);
  const tables = { ...tableNames(environment), tools: `ToolRegistry-${environment}` };
  await createTables({ dynamodb, envName: environment });
  await createToolRegistry(dynamodb, tables.tools);
  let machines = 0;

  async function ended(executionArn: string): Promise<Ended> {
    for (;;) {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== "RUNNING") {
        const events: HistoryEvent[] = [];
        const pages = paginateGetExecutionHistory(
          { client: sfn, pageSize: 1000 },
          { executionArn },
        );
        for await (const page of pages) events.push(...(page.events ?? []));
        return { ...execution, events };
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  const create = async (definition: string, name = `machine-${++machines}`): Promise<string> => {
    const roleArn = "arn:aws:iam::000000000000:role/agent";
    const command = new CreateStateMachineCommand({ name, definition, roleArn });
    return (await sfn.send(command)).stateMachineArn ?? "";
  };
  const start = async (stateMachineArn: string, input: unknown = {}): Promise<string> => {
    const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
    return (await sfn.send(command)).executionArn ?? "";
  };

  return {
    aws,
    dynamodb,
    secrets,
    cloudwatch,
    sfn,
    provider,
    tables,
    put: (TableName: string, row: object) =>
      dynamodb.send(
        new PutItemCommand({ TableName, Item: marshall(row, { removeUndefinedValues: true }) }),
      ),
    create,
    start,
    ended,
    /** Creates a machine, runs it once, and waits for its end. */
    run: async (definition: string | object, input: unknown = {}): Promise<Ended> => {
      const text = typeof definition === "string" ? definition : JSON.stringify(definition);
      return ended(await start(await create(text), input));
    },
    stop: async () => {
      for (const client of [dynamodb, secrets, cloudwatch, sfn]) client.destroy();
      await aws.stop();
      await provider.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export type AgentMachines = Awaited<ReturnType<typeof startAgentMachines>>;
