import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "@/tests/support/listen";
import { root } from "../../scripts/launch/root";
import { tableInput } from "../../scripts/populate/tables";
import { startStackInProcess } from "../support/console-in-process";
import { Caller, tables } from "./console";

type Item = Record<string, AttributeValue>;

let app: Awaited<ReturnType<typeof startStackInProcess>>;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  app = await startStackInProcess({ seed: "none" });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  dynamodb = new DynamoDBClient({ endpoint: app.awsUrl, region: "eu-west-1", credentials });
  const admin = new Caller(app.url, await app.signIn("admin"));
  const token = { name: "before-the-drill", role: "viewer", expires_in_days: 30 };
  expect((await admin.post("/api/tokens", token)).status).toBe(201);
});

afterAll(async () => {
  dynamodb.destroy();
  await app.stop();
});

const rows = async (TableName: string): Promise<Item[]> =>
  (await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [];

const tableList = async () => (await dynamodb.send(new ListTablesCommand({}))).TableNames ?? [];

async function drill(endpoint: string, ...args: string[]) {
  const env = {
    PATH: process.env.PATH ?? "",
    NODE_ENV: "test" as const,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
  const command = ["--conditions=react-server", "--import", "tsx", "scripts/restore-drill.ts"];
  try {
    const done = await promisify(execFile)(process.execPath, [...command, ...args], {
      cwd: root,
      env,
    });
    return { code: 0, ...done };
  } catch (error) {
    // execFile rejects with the exit code and what was printed.
    return error as { code: number; stdout: string; stderr: string };
  }
}

/**
 * The local endpoint with AWS's point-in-time recovery, which it lacks itself.
 * @param kept which rows a restore has
 */
async function withPointInTime(kept: (items: Item[]) => Item[]) {
  const restored: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const [target, authorization] = ["x-amz-target", "authorization"].map((name) =>
      String(request.headers[name]),
    );
    if (!target?.endsWith("RestoreTableToPointInTime")) {
      const headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": target ?? "",
        authorization: authorization ?? "",
      };
      const answer = await fetch(app.awsUrl, { method: "POST", headers, body });
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
      return response.end(Buffer.from(await answer.arrayBuffer()));
    }
    const input = JSON.parse(body.toString());
    restored.push(input);
    const { SourceTableName, TargetTableName } = input;
    await dynamodb.send(new CreateTableCommand(tableInput("management", TargetTableName)));
    const items = kept(await rows(SourceTableName));
    for (const Item of items) {
      const RequestItems = { [TargetTableName]: [{ PutRequest: { Item } }] };
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
    }
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    return response.end(JSON.stringify({ TableDescription: { TableName: TargetTableName } }));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    restored,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("the drill proves that the console works on a restored table, and leaves nothing behind", async () => {
  const [before, tablesBefore] = [await rows(tables.management), await tableList()];
  const { code, stdout, stderr } = await drill(app.awsUrl, "--env", "prod");
  expect(stderr).toBe("");
  expect(stdout).toContain(`Rows: ${before.length} of ${before.length} rows; 0 missing`);
  expect(stdout).toMatch(/Console: read [1-9]\d* events and 1 API tokens/);
  expect(stdout).toContain("The restored table works.");
  expect(code).toBe(0);
  expect(await tableList()).toEqual(tablesBefore);
  expect(await rows(tables.management)).toEqual(before);
});

test("a restore by AWS to a point in time is checked the same way, and rows that differ are counted", async () => {
  const proxy = await withPointInTime((items) => items.slice(1));
  const { code, stdout } = await drill(proxy.url, "--env", "prod", "--point-in-time", "latest");
  proxy.stop();
  expect(proxy.restored).toMatchObject([
    { SourceTableName: tables.management, UseLatestRestorableTime: true },
  ]);
  expect(stdout).toContain("1 missing, 0 different (changed since the point in time");
  expect(code).toBe(0);
});

test("a restore that comes back empty fails the drill", async () => {
  const proxy = await withPointInTime(() => []);
  const { code, stderr } = await drill(proxy.url, "--env", "prod", "--point-in-time", "latest");
  proxy.stop();
  expect(stderr).toMatch(/^The drill failed: 0 of \d+ rows;/);
  expect(code).toBe(1);
  expect((await tableList()).filter((name) => name.includes("drill"))).toEqual([]);
});

test("a table that isn't there, and a time that is none, are named", async () => {
  const missing = await drill(app.awsUrl, "--env", "nowhere");
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringContaining("ResourceNotFoundException"),
  ]);
  const wrong = await drill(app.awsUrl, "--point-in-time", "yesterday");
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('"yesterday" is not a time.'),
  ]);
});
