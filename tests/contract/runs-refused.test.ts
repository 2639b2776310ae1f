import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { RunList } from "@/lib/runs/schema";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { denied, type Fault, startFaultProxy } from "../support/fault-proxy";
import { execute } from "../support/run-failures";
import { agentPath, agentRow, outside, tables } from "./console";
import { S } from "./model-fixtures";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let app: Awaited<ReturnType<typeof startAgainst>>;
let sfn: SFNClient;

const machineArn = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;
const definition = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "Only",
  States: { Only: { Type: "Pass", End: true } },
});

beforeAll(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  app = await startAgainst(proxy.url, { ALLOW_RUNS: "false" });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sfn = new SFNClient({ endpoint: store.url, region: "eu-west-1", credentials });
});

afterAll(async () => {
  vi.restoreAllMocks();
  sfn?.destroy();
  await app?.stop();
  proxy?.stop();
  await store?.close();
});

/** An agent whose machine has run so often. */
async function deploy(name: string, runs = 3, type: "STANDARD" | "EXPRESS" = "STANDARD") {
  const roleArn = "arn:aws:iam::000000000000:role/r";
  await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn, type }));
  const rows = outside(store.url);
  const state_machine_arn = S(machineArn(name));
  await rows.put(tables.agents, agentRow(name, "openai", "gpt-4.1", { state_machine_arn }));
  rows.close();
  for (let run = 0; run < runs; run += 1) {
    await execute(sfn, machineArn(name), {});
  }
}

async function list(name: string, query = ""): Promise<RunList> {
  const { status, body } = await app.viewer.get(`${agentPath(name)}/runs${query}`);
  expect([status, body.detail]).toEqual([200, undefined]);
  return body as RunList; // By the contract.
}

const refusal =
  (type: string, message: string): Fault =>
  ({ reply }) =>
    reply({
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": type },
      body: Buffer.from(JSON.stringify({ __type: type, message })),
    });
const throttled = refusal("ThrottlingException", "Rate exceeded");

test("while Step Functions throttles, the last page stays, with its age", async () => {
  await deploy("throttled-agent");
  expect((await list("throttled-agent")).runs).toHaveLength(3);
  const restore = proxy.inject({ operation: "ListExecutions" }, throttled);
  const now = Date.now;
  vi.spyOn(Date, "now").mockImplementation(() => now() + 10_000);
  const { runs, notes, unavailable } = await list("throttled-agent");
  expect([runs.length, unavailable]).toEqual([3, null]);
  expect(notes).toEqual([expect.stringMatching(/throttling requests; this list is \d+ s old/)]);
  expect((await list("throttled-agent", "?status=failed")).unavailable?.code).toBe("throttled");
  vi.restoreAllMocks();
  restore();
});

test("histories that can't be read now leave their rows without figures, and are not asked for again", async () => {
  await deploy("busy-agent", 12);
  let asked = 0;
  const restore = proxy.inject({ operation: "GetExecutionHistory" }, (exchange) => {
    asked += 1;
    return throttled(exchange);
  });
  const { runs } = await list("busy-agent");
  restore();
  expect(runs).toHaveLength(12);
  for (const { missing, cost_usd, input_tokens } of runs) {
    expect([missing, cost_usd, input_tokens]).toEqual([
      expect.stringContaining("throttling"),
      null,
      null,
    ]);
  }
  // At most four at once, each tried three times by the SDK.
  expect(asked).toBeLessThanOrEqual(12);
  expect(
    (await list("busy-agent", "?status=succeeded")).runs.map(({ missing }) => missing),
  ).toEqual(runs.map(() => null));
});

test("a missing permission is named with the statement to add", async () => {
  await deploy("hidden-agent");
  const arn = machineArn("hidden-agent");
  const restore = proxy.inject(
    { operation: "ListExecutions" },
    denied("states:ListExecutions", arn),
  );
  const { runs, unavailable } = await list("hidden-agent");
  restore();
  expect(runs).toEqual([]);
  expect(unavailable?.code).toBe("not_permitted");
  expect(JSON.parse(unavailable?.statement ?? "{}")).toEqual({
    Effect: "Allow",
    Action: "states:ListExecutions",
    Resource: arn,
  });
});

test("runs encrypted with a key that the console may not use say so", async () => {
  await deploy("encrypted-agent");
  const key = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";
  const restore = proxy.inject(
    { operation: "ListExecutions" },
    refusal("KmsAccessDeniedException", `Not authorized to perform kms:Decrypt on ${key}`),
  );
  const { unavailable } = await list("encrypted-agent");
  restore();
  expect(unavailable?.code).toBe("encrypted");
  expect(unavailable?.statement).toContain(key);
});

test("an express machine has no list of runs, and the page says where to look", async () => {
  await deploy("express-agent", 0, "EXPRESS");
  const { unavailable } = await list("express-agent");
  expect(unavailable?.code).toBe("express");
  expect(unavailable?.why).toContain("CloudWatch Logs");
});

test("many who look cause one request", async () => {
  await deploy("watched-agent");
  let asked = 0;
  const restore = proxy.inject({ operation: "ListExecutions" }, async ({ forward, reply }) => {
    asked += 1;
    reply(await forward());
  });
  const answers = await Promise.all(Array.from({ length: 10 }, () => list("watched-agent")));
  restore();
  expect(new Set(answers.map(({ runs }) => runs.length))).toEqual(new Set([3]));
  expect(asked).toBe(1);
});

test("without ALLOW_RUNS nothing is started or stopped", async () => {
  await deploy("idle-agent", 0);
  expect((await list("idle-agent")).can_start).toBe(false);
  const started = await app.admin.post(`${agentPath("idle-agent")}/runs`, { message: "Hi" });
  expect([started.status, started.body.code]).toEqual([403, "runs_disabled"]);
  const stopped = await app.admin.post(`${agentPath("idle-agent")}/runs/any/stop`, {});
  expect([stopped.status, stopped.body.code]).toEqual([403, "runs_disabled"]);
  expect((await list("idle-agent")).runs).toEqual([]);
});
