import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentRecord } from "@/lib/agents/schema";
import { createTables, createToolRegistry } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { denied, type Fault, startFaultProxy, throttled } from "../support/fault-proxy";
import { unifiedMachine } from "../support/sample-machines";
import { agentRow, outside, tables, unique } from "./console";
import { S } from "./model-fixtures";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let app: Awaited<ReturnType<typeof startAgainst>>;
let rows: ReturnType<typeof outside>;

beforeAll(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  await createToolRegistry(store.dynamodb, "ToolRegistry-prod");
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  app = await startAgainst(proxy.url);
  rows = outside(store.url);
});

afterAll(async () => {
  rows?.close();
  await app?.stop();
  proxy?.stop();
  await store?.close();
});

const account = "000000000000";
const arnOf = (name: string, owner = account) =>
  `arn:aws:states:eu-west-1:${owner}:stateMachine:${name}`;

async function putAgent(arn: string): Promise<string> {
  const name = unique("agent");
  await rows.put(
    tables.agents,
    agentRow(name, "openai", "gpt-4o", { state_machine_arn: S(arn), tools: S("[]") }),
  );
  return name;
}

const answer =
  (status: number, body: object): Fault =>
  ({ reply }) => {
    const headers = { "content-type": "application/x-amz-json-1.0" };
    reply({ status, headers, body: Buffer.from(JSON.stringify(body)) });
  };

/** What DescribeStateMachine answers for a machine with this definition. */
const described = (stateMachineArn: string, definition: string | undefined, type = "STANDARD") =>
  answer(200, {
    stateMachineArn,
    name: stateMachineArn.split(":")[6],
    type,
    creationDate: 1_780_000_000,
    ...(definition !== undefined && { definition }),
  });

const jsonpath = JSON.stringify({
  StartAt: "A",
  States: { A: { Type: "Pass", Parameters: {}, End: true } },
});
const missing = { __type: "StateMachineDoesNotExist", message: "State Machine Does Not Exist" };
const kmsMessage = `User is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:${account}:key/1234-abcd`;

test.each<[string, (arn: string) => Fault, string | null, string, string | null]>([
  [
    "no permission",
    (arn) => denied("states:DescribeStateMachine", arn),
    null,
    "The console's role may not describe state machines.",
    "states:DescribeStateMachine",
  ],
  ["throttling", () => throttled, null, "AWS is throttling requests. Try again in a minute.", null],
  [
    "a missing machine",
    () => answer(400, missing),
    null,
    "There is no state machine ARN, so the agent can't be started.",
    null,
  ],
  [
    "another account's machine",
    (arn) => denied("states:DescribeStateMachine", arn),
    "222222222222",
    "Its state machine is in the account 222222222222.",
    null,
  ],
  [
    "a JSONPath machine",
    (arn) => described(arn, jsonpath),
    null,
    "Its definition is written in JSONPath, which the console can't follow.",
    null,
  ],
  [
    "an encrypted machine",
    () => answer(400, { __type: "KmsAccessDeniedException", message: kmsMessage }),
    null,
    "Its definition is encrypted with a key that the console may not use.",
    "kms:Decrypt",
  ],
  [
    "a machine without its definition",
    (arn) => described(arn, undefined),
    null,
    "Step Functions returned the machine without its definition.",
    null,
  ],
])(
  "with %s the trace and the preflight are assumed, and say why",
  async (...[, fault, owner, why, action]) => {
    const arn = arnOf(unique("machine"), owner ?? account);
    const name = await putAgent(arn);
    const restore = proxy.inject(
      { operation: "DescribeStateMachine", containing: arn },
      fault(arn),
    );
    try {
      const path = `/api/agents/${name}/v1.0`;
      const { status, body: trace } = await app.viewer.get(`${path}/trace`);
      expect(status).toBe(200);
      const because = trace.assumed_because as { why: string; statement: string | null };
      expect([trace.source, because.why]).toEqual(["assumed", why.replace("ARN", arn)]);
      const statement = JSON.parse(because.statement ?? "{}") as { Action?: string };
      expect(statement.Action ?? null).toBe(action);
      const target = "provider=openai&model_id=gpt-4o";
      await rows.put(tables.models, {
        pk: S("openai#gpt-4o"),
        provider: S("openai"),
        model_id: S("gpt-4o"),
        is_active: S("true"),
      });
      expect((await app.viewer.get(`${path}/preflight?${target}`)).status).toBe(200);
      expect((await app.viewer.get(path)).body.runtime).toMatchObject({ source: "assumed" });
    } finally {
      restore();
    }
  },
);

test("an express machine is read like any other", async () => {
  const arn = arnOf(unique("machine"));
  const name = await putAgent(arn);
  const definition = JSON.stringify(unifiedMachine({ name }));
  proxy.inject(
    { operation: "DescribeStateMachine", containing: arn },
    described(arn, definition, "EXPRESS"),
  );
  expect((await app.viewer.get(`/api/agents/${name}/v1.0/trace`)).body).toMatchObject({
    source: "definition",
    revision: "INITIAL",
  });
});

test("a throttled call leaves what was read before", async () => {
  const arn = arnOf(unique("machine"));
  const name = await putAgent(arn);
  const match = { operation: "DescribeStateMachine", containing: arn };
  const definition = JSON.stringify(unifiedMachine({ name }));
  const restore = proxy.inject(match, described(arn, definition));
  const path = `/api/agents/${name}/v1.0`;
  expect((await app.viewer.get(`${path}/trace`)).body.source).toBe("definition");
  restore();
  proxy.inject(match, throttled);
  expect((await app.viewer.get(`${path}/trace`)).body.source).toBe("assumed");
  const agents = (await app.viewer.get("/api/agents")).body.agents as AgentRecord[];
  const listed = agents.find(({ agent_name }) => agent_name === name);
  expect(listed?.runtime?.source).toBe("definition");
});

test("many machines are described in rounds, shared, and none twice", async () => {
  const names = await Promise.all(
    Array.from({ length: 150 }, (_, index) => putAgent(arnOf(`many-${index}`))),
  );
  proxy.inject({ operation: "DescribeStateMachine", containing: "many-" }, (exchange) => {
    const { stateMachineArn } = JSON.parse(exchange.call.body) as { stateMachineArn: string };
    const name = names[Number(stateMachineArn.split("-").at(-1))] ?? "";
    return described(stateMachineArn, JSON.stringify(unifiedMachine({ name })))(exchange);
  });
  const counted = async (act: () => Promise<unknown>) => {
    proxy.calls.length = 0;
    await act();
    const calls = proxy.calls.filter(({ operation }) => operation === "DescribeStateMachine");
    return calls.filter(({ body }) => body.includes("many-")).map(({ body }) => body);
  };
  const list = () => app.viewer.get("/api/agents");
  const rounds: string[][] = [await counted(() => Promise.all([list(), list()]))];
  for (let round = 0; round < 3; round++) rounds.push(await counted(list));
  const all = rounds.flat();
  // Each list has a budget of its own, and the second may begin when some are described already.
  const [together = [], ...single] = rounds;
  expect(together.length).toBeLessThanOrEqual(2 * 60);
  expect(Math.max(...single.map((calls) => calls.length))).toBeLessThanOrEqual(60);
  expect(new Set(all).size).toBe(all.length);
  expect(all).toHaveLength(150);
  expect(await counted(list)).toEqual([]);
  expect(await counted(() => app.viewer.get("/api/checks"))).toEqual([]);
  expect(await counted(() => app.viewer.get(`/api/agents/${names[0]}/v1.0/trace`))).toHaveLength(1);
});
