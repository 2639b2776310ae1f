import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  PublishStateMachineVersionCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AgentHealth } from "@/lib/run-health/schema";
import type { RunDetails, RunList } from "@/lib/runs/schema";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { type Fault, startFaultProxy } from "../support/fault-proxy";
import { execute } from "../support/run-failures";
import { unifiedMachine } from "../support/sample-machines";
import { agentPath, agentRow, outside, tables, unique } from "./console";
import { S } from "./model-fixtures";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let app: Awaited<ReturnType<typeof startAgainst>>;
let rows: ReturnType<typeof outside>;
let sfn: SFNClient;

beforeAll(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  app = await startAgainst(proxy.url, { ALLOW_RUNS: "true" });
  rows = outside(store.url);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sfn = new SFNClient({ endpoint: store.url, region: "eu-west-1", credentials });
});

afterAll(async () => {
  sfn?.destroy();
  rows?.close();
  await app?.stop();
  proxy?.stop();
  await store?.close();
});

const account = "000000000000";
const said = "The password is swordfish.";
const input = { messages: [{ role: "user", content: said }] };
const definition = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "Only",
  States: { Only: { Type: "Pass", End: true } },
});

const json = (status: number, body: object): Parameters<Parameters<Fault>[0]["reply"]>[0] => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: Buffer.from(JSON.stringify(body)),
});

const key = `arn:aws:kms:eu-west-1:${account}:key/01234567-89ab-cdef-0123-456789abcdef`;
const undecryptable: Fault = ({ reply }) =>
  reply(
    json(400, {
      __type: "KmsAccessDeniedException",
      message: `The caller is not authorized to perform: kms:Decrypt on resource: ${key}`,
    }),
  );

/** Metadata alone needs no key (API reference, DescribeExecution). */
const withoutKey: Fault = async (exchange) => {
  const isOpen = exchange.call.body.includes("METADATA_ONLY");
  if (isOpen) exchange.reply(await exchange.forward());
  else undecryptable(exchange);
};

type HistoryEvent = Record<string, unknown>;

const withoutData: Fault = async ({ forward, reply }) => {
  const { body, status } = await forward();
  const { events, ...rest } = JSON.parse(body.toString()) as { events: HistoryEvent[] };
  const stripped = events.map((event) => {
    const { stateEnteredEventDetails: entered } = event;
    const name = (entered as { name?: string } | undefined)?.name;
    const { id, type, previousEventId, timestamp } = event;
    const bare = { id, type, previousEventId, timestamp };
    return name ? { ...bare, stateEnteredEventDetails: { name } } : bare;
  });
  reply(json(status, { ...rest, events: stripped }));
};

/** A model call whose answer is longer than a history keeps. */
const withCutAnswer: Fault = ({ reply }) => {
  const resource = { resource: "invoke", resourceType: "lambda" };
  const config = { provider_id: "openai", model_id: "gpt-4o" };
  const parameters = JSON.stringify({ Payload: { provider_config: config, ...input } });
  const output = '{"Payload":{"message":{"content":"The beginning';
  const details: [string, HistoryEvent][] = [
    ["ExecutionStarted", {}],
    ["TaskStateEntered", { stateEnteredEventDetails: { name: "Call", input: "{}" } }],
    ["TaskScheduled", { taskScheduledEventDetails: { ...resource, parameters } }],
    [
      "TaskSucceeded",
      { taskSucceededEventDetails: { ...resource, output, outputDetails: { truncated: true } } },
    ],
    ["TaskStateExited", { stateExitedEventDetails: { name: "Call" } }],
    ["ExecutionSucceeded", {}],
  ];
  const events = details.map(([type, more], index) => {
    return { id: index + 1, previousEventId: index, timestamp: 1_780_000_000, type, ...more };
  });
  reply(json(200, { events }));
};

type Expected = {
  /** Why there is no list; null if there is one. */
  list: RegExp | null;
  /** Why a row of the list has no figures; null if nothing is missing. */
  row?: RegExp | null;
  details: { status: number; says: RegExp | null };
  start: { status: number; says: RegExp | null };
  /** A note beside the runs over time; null without any. */
  health: RegExp | null;
};

type Kind = Expected & {
  what: string;
  type?: "STANDARD" | "EXPRESS";
  qualifier?: "1" | "live";
  owner?: string;
  isDeleted?: boolean;
  faults?: [operation: string, Fault][];
};

const fine = { status: 200, says: null };
const started = { status: 202, says: null };

const kinds: Kind[] = [
  { what: "a standard machine", list: null, details: fine, start: started, health: null },
  { what: "a version", qualifier: "1", list: null, details: fine, start: started, health: null },
  { what: "an alias", qualifier: "live", list: null, details: fine, start: started, health: null },
  {
    what: "an express machine",
    type: "EXPRESS",
    list: /express machine.*CloudWatch Logs/,
    details: { status: 404, says: /express machine.*CloudWatch Logs/ },
    start: { status: 404, says: /express machine.*CloudWatch Logs/ },
    health: null,
  },
  {
    what: "a machine of another account",
    owner: "222222222222",
    list: /is in the account 222222222222.*Sign in to that account/,
    details: { status: 404, says: /is in the account 222222222222/ },
    start: { status: 404, says: /is in the account 222222222222/ },
    health: /is in the account 222222222222/,
  },
  {
    what: "a machine that was deleted",
    isDeleted: true,
    list: /There is no state machine.*Deploy it again/,
    details: { status: 404, says: /There is no state machine/ },
    start: { status: 404, says: /There is no state machine/ },
    health: /There is no state machine/,
  },
  {
    what: "a machine encrypted with a key that the console may not use",
    faults: [
      ["DescribeStateMachine", withoutKey],
      ["DescribeExecution", withoutKey],
      ["GetExecutionHistory", undecryptable],
      ["StartExecution", undecryptable],
    ],
    list: null,
    row: /encrypted with a key/,
    details: { status: 200, says: /encrypted with a key.*kms:Decrypt/ },
    start: { status: 502, says: /encrypted with a key.*kms:Decrypt/ },
    health: null,
  },
  {
    what: "a history without inputs and outputs",
    faults: [["GetExecutionHistory", withoutData]],
    list: null,
    row: /without inputs and outputs/,
    details: { status: 200, says: /without inputs and outputs/ },
    start: started,
    health: null,
  },
  {
    what: "an answer of more than 256 KB",
    faults: [["GetExecutionHistory", withCutAnswer]],
    list: null,
    row: /at most 256 KB/,
    details: { status: 200, says: /at most 256 KB/ },
    start: started,
    health: null,
  },
];

/** An agent on a machine of this kind that ran once. */
async function deploy({ type = "STANDARD", qualifier, owner = account, isDeleted }: Kind) {
  const name = unique("kind");
  const base = `arn:aws:states:eu-west-1:${owner}:stateMachine:${name}`;
  const arn = qualifier ? `${base}:${qualifier}` : base;
  let run = "never";
  if (owner === account && !isDeleted) {
    const roleArn = "arn:aws:iam::000000000000:role/r";
    const ofAgent = JSON.stringify(unifiedMachine({ name }));
    const machine = { name, definition: type === "EXPRESS" ? ofAgent : definition, roleArn, type };
    await sfn.send(new CreateStateMachineCommand(machine));
    if (qualifier) {
      const publish = new PublishStateMachineVersionCommand({ stateMachineArn: base });
      const { stateMachineVersionArn = "" } = await sfn.send(publish);
      const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
      const alias = { name: "live", routingConfiguration };
      await sfn.send(new CreateStateMachineAliasCommand(alias));
    }
    if (type === "STANDARD") run = (await execute(sfn, arn, input)).name ?? "";
  }
  await rows.put(tables.agents, agentRow(name, "openai", "gpt-4o", { state_machine_arn: S(arn) }));
  return { name, arn, run };
}

const says = (text: unknown, expected: RegExp | null) => {
  if (expected) expect(text).toMatch(expected);
  else expect(text).toBeNull();
};

describe.each(kinds)("$what", (kind) => {
  let name: string;
  let run: string;
  let restore: (() => void)[] = [];

  beforeAll(async () => {
    const deployed = await deploy(kind);
    ({ name, run } = deployed);
    restore = (kind.faults ?? []).map(([operation, fault]) => {
      const containing = operation === "GetExecutionHistory" ? name : deployed.arn;
      return proxy.inject(
        { operation, containing: operation === "DescribeExecution" ? name : containing },
        fault,
      );
    });
  });

  afterAll(() => {
    for (const end of restore) end();
  });

  test.each(["admin", "viewer"] as const)("gives words that help to: %s", async (role) => {
    const path = `${agentPath(name)}/runs`;
    const answer = await app[role].get(path);
    expect(answer.status).toBe(200);
    const list = answer.body as RunList; // By docs/contract.md, as below.
    says(list.unavailable?.why ?? null, kind.list);
    expect(list.runs).toHaveLength(kind.list ? 0 : 1);
    for (const { missing } of list.runs) says(missing, kind.row ?? null);

    const opened = await app[role].get(`${path}/${run}`);
    expect(opened.status).toBe(kind.details.status);
    const details = opened.body as RunDetails & { detail?: string };
    says(details.detail ?? details.missing, kind.details.says);
    if (opened.status === 200) expect(details.status).toBe("succeeded");

    const health = await app[role].get(`${agentPath(name)}/health`);
    expect(health.status).toBe(200);
    const { notes, series } = health.body as AgentHealth;
    says(notes[0] ?? null, kind.health);
    if (run !== "never") expect(series).toMatchObject([{ started: 1, succeeded: 1 }]);

    if (role === "viewer") {
      expect(answer.text + opened.text + health.text).not.toContain("swordfish");
      expect((await app.viewer.post(path, { message: "Hello" })).status).toBe(403);
    }
  });

  test("starts a run, or says why it can't", async () => {
    const path = `${agentPath(name)}/runs`;
    for (const body of [{ message: "Hello" }, { rerun: run }]) {
      const { status, body: begun } = await app.admin.post(path, body);
      expect([body, status]).toEqual([body, kind.start.status]);
      says(begun.detail ?? null, kind.start.says);
    }
  });
});

test("a run that ended more than 90 days ago is gone, and the answers say so", async () => {
  const { name } = await deploy({ ...(kinds[0] as Kind) });
  const path = `${agentPath(name)}/runs`;
  const gone = /no such run.*keeps runs for 90 days/;
  for (const caller of [app.admin, app.viewer]) {
    const { status, body } = await caller.get(`${path}/long-ago`);
    expect([status, body.detail]).toEqual([404, expect.stringMatching(gone)]);
    const { runs, notes } = (await caller.get(`${path}?q=long-ago`)).body as RunList;
    expect([runs, notes]).toEqual([[], [expect.stringMatching(gone)]]);
  }
  const { status, body } = await app.admin.post(path, { rerun: "long-ago" });
  expect([status, body.detail]).toEqual([404, expect.stringMatching(gone)]);
});
