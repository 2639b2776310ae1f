import { rm } from "node:fs/promises";
import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedAws, startEmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

let dataDir: string;
let endpoint: EmbeddedAws;
let sfn: SFNClient;
let names = 0;

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  sfn = new SFNClient(connectionTo(endpoint));
});

afterAll(async () => {
  sfn.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

const roleArn = "arn:aws:iam::000000000000:role/agent";
const arnOf = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;
const pass = (comment = "") =>
  JSON.stringify({
    Comment: comment,
    QueryLanguage: "JSONata",
    StartAt: "Only",
    States: { Only: { Type: "Pass", End: true } },
  });

async function create(changes: Partial<CreateStateMachineCommandInput> = {}): Promise<string> {
  const input = { name: `machine-${++names}`, definition: pass(), roleArn, ...changes };
  const { stateMachineArn = "" } = await sfn.send(new CreateStateMachineCommand(input));
  return stateMachineArn;
}

describe("a state machine", () => {
  test("is described as it was created, without a revision until it is changed", async () => {
    const stateMachineArn = await create({ name: "described" });
    expect(stateMachineArn).toBe(arnOf("described"));
    const before = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(before).toMatchObject({
      stateMachineArn,
      name: "described",
      status: "ACTIVE",
      definition: pass(),
      roleArn,
      type: "STANDARD",
      creationDate: expect.any(Date),
    });
    expect(before.revisionId).toBeUndefined();
    const update = new UpdateStateMachineCommand({ stateMachineArn, definition: pass("second") });
    const updated = await sfn.send(update);
    expect(updated).toMatchObject({ revisionId: expect.any(String), updateDate: expect.any(Date) });
    expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      definition: pass("second"),
      revisionId: updated.revisionId,
    });
  });

  test("can be created again only as it is", async () => {
    const name = "twice";
    const stateMachineArn = await create({ name });
    expect(await create({ name })).toBe(stateMachineArn);
    await expect(create({ name, definition: pass("other") })).rejects.toMatchObject({
      name: "StateMachineAlreadyExists",
      message: `State Machine Already Exists: '${stateMachineArn}'`,
    });
  });

  test("is deleted, also twice, and its executions keep their definition", async () => {
    const stateMachineArn = await create();
    const start = new StartExecutionCommand({ stateMachineArn });
    const { executionArn } = await sfn.send(start);
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await expect(
      sfn.send(new DescribeStateMachineCommand({ stateMachineArn })),
    ).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
      message: `State Machine Does Not Exist: '${stateMachineArn}'`,
    });
    expect(
      await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn })),
    ).toMatchObject({ stateMachineArn, definition: pass() });
  });

  test("without its data is described as metadata only", async () => {
    const stateMachineArn = await create();
    const includedData = "METADATA_ONLY";
    const command = new DescribeStateMachineCommand({ stateMachineArn, includedData });
    const described = await sfn.send(command);
    expect(described.definition).toBeUndefined();
    expect(described.name).toBeDefined();
  });

  test("keeps its definition and revision when the endpoint starts again", async () => {
    const stateMachineArn = await create();
    const update = new UpdateStateMachineCommand({ stateMachineArn, definition: pass("kept") });
    const { revisionId } = await sfn.send(update);
    await endpoint.stop();
    endpoint = await startEmbeddedAws({ port: 0, dataDir });
    sfn.destroy();
    sfn = new SFNClient(connectionTo(endpoint));
    expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      definition: pass("kept"),
      revisionId,
    });
  });

  test("is listed in pages", async () => {
    await create();
    await create();
    const first = await sfn.send(new ListStateMachinesCommand({ maxResults: 1 }));
    expect(first.stateMachines).toHaveLength(1);
    const { nextToken } = first;
    const second = await sfn.send(new ListStateMachinesCommand({ maxResults: 1, nextToken }));
    expect(second.stateMachines?.[0]?.name).not.toBe(first.stateMachines?.[0]?.name);
    await expect(
      sfn.send(new ListStateMachinesCommand({ nextToken: "invented" })),
    ).rejects.toMatchObject({ name: "InvalidToken", message: "Invalid Token: 'Invalid token'" });
  });
});

describe("a request is refused", () => {
  test.each(["", "a b", "a/b", "a*b", "x".repeat(81)])("for the name %j", async (name) => {
    await expect(create({ name })).rejects.toMatchObject({
      name: "InvalidName",
      message: `Invalid Name: '${name}'`,
    });
  });

  test("for an ARN of another service or resource", async () => {
    const describeArn = (stateMachineArn: string) =>
      sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    await expect(describeArn("arn:aws:lambda:x")).rejects.toMatchObject({
      name: "InvalidArn",
      message: "Invalid Arn: 'Invalid ARN prefix: arn:aws:lambda:x'",
    });
    await expect(
      describeArn("arn:aws:states:eu-west-1:000000000000:execution:a:b"),
    ).rejects.toMatchObject({
      name: "InvalidArn",
      message: "Invalid Arn: 'Resource type not valid in this context: execution'",
    });
  });

  test("for an update that changes nothing", async () => {
    const stateMachineArn = await create();
    await expect(
      sfn.send(new UpdateStateMachineCommand({ stateMachineArn })),
    ).rejects.toMatchObject({ name: "MissingRequiredParameter" });
  });

  const only = (state: object, more = {}) =>
    JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Only", States: { Only: state }, ...more });
  test.each([
    ["no JSON", "{", "INVALID_JSON_DESCRIPTION: "],
    ["no states", "{}", "SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /"],
    [
      "a missing target",
      only({ Type: "Pass", Next: "Gone" }),
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Gone at /States/Only/Next",
    ],
    ["no end", only({ Type: "Pass" }), "SCHEMA_VALIDATION_FAILED: "],
    ["an unknown type", only({ Type: "Jump", End: true }), "SCHEMA_VALIDATION_FAILED: "],
    [
      "a field of JSONPath",
      only({ Type: "Pass", InputPath: "$", End: true }),
      "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/Only",
    ],
    [
      "an expression that doesn't parse",
      only({ Type: "Pass", Output: { v: "{% a[1,2) %}" }, End: true }),
      "INVALID_JSONATA_EXPRESSION: ",
    ],
    [
      "a query language that doesn't exist",
      only({ Type: "Pass", End: true }, { QueryLanguage: "jsonata" }),
      "SCHEMA_VALIDATION_FAILED: Value should be one of the following: [JSONPath, JSONata] at /QueryLanguage",
    ],
  ])("for a definition with %s", async (_what, definition, message) => {
    await expect(create({ definition })).rejects.toMatchObject({
      name: "InvalidDefinition",
      message: expect.stringContaining(`Invalid State Machine Definition: '${message}`),
    });
  });
});
