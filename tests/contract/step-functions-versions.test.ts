import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  RedriveExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentMachines, startAgentMachines } from "../support/agent-machines";

let machines: AgentMachines;

beforeAll(async () => {
  machines = await startAgentMachines();
});

afterAll(() => machines?.stop());

const answer = (value: string) =>
  JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Only",
    States: { Only: { Type: "Pass", Output: value, End: true } },
  });

/** A machine with two versions, of which each run answers its number. */
async function twoVersions() {
  const stateMachineArn = await machines.create(answer("1"));
  const publish = () =>
    machines.sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
  const { stateMachineVersionArn: first = "" } = await publish();
  const definition = answer("2");
  await machines.sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
  const { stateMachineVersionArn: second = "" } = await publish();
  return { stateMachineArn, first, second };
}

const describeMachine = (stateMachineArn: string) =>
  machines.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));

async function outputOf(arn: string): Promise<string> {
  const { output = "" } = await machines.ended(await machines.start(arn));
  return JSON.parse(output) as string; // Each version answers a string.
}

const route = (version: string, weight: number) => ({ stateMachineVersionArn: version, weight });

describe("a version", () => {
  test("keeps its definition, and each revision has one", async () => {
    const { stateMachineArn, first, second } = await twoVersions();
    expect([first, second]).toEqual([`${stateMachineArn}:1`, `${stateMachineArn}:2`]);
    expect(await describeMachine(first)).toMatchObject({
      stateMachineArn: first,
      definition: answer("1"),
    });
    expect((await describeMachine(first)).revisionId).toBeUndefined();
    expect((await describeMachine(second)).revisionId).toEqual(
      (await describeMachine(stateMachineArn)).revisionId,
    );
    const again = new PublishStateMachineVersionCommand({ stateMachineArn });
    expect((await machines.sfn.send(again)).stateMachineVersionArn).toBe(second);
    expect([await outputOf(first), await outputOf(second)]).toEqual(["1", "2"]);
    const list = new ListStateMachineVersionsCommand({ stateMachineArn });
    const { stateMachineVersions = [] } = await machines.sfn.send(list);
    expect(stateMachineVersions.map((version) => version.stateMachineVersionArn)).toEqual([
      second,
      first,
    ]);
  });

  test("is published on creation and on an update", async () => {
    const roleArn = "arn:aws:iam::000000000000:role/agent";
    const create = new CreateStateMachineCommand({
      name: "published",
      roleArn,
      definition: answer("1"),
      publish: true,
      versionDescription: "The first.",
    });
    const { stateMachineArn = "", stateMachineVersionArn = "" } = await machines.sfn.send(create);
    expect(stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
    expect((await describeMachine(stateMachineVersionArn)).description).toBe("The first.");
    const update = { stateMachineArn, definition: answer("2"), publish: true };
    const updated = await machines.sfn.send(new UpdateStateMachineCommand(update));
    expect(updated.stateMachineVersionArn).toBe(`${stateMachineArn}:2`);
  });

  test("is published only of the revision that was asked for", async () => {
    const stateMachineArn = await machines.create(answer("1"));
    const publish = (revisionId: string) =>
      machines.sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn, revisionId }));
    await expect(publish("another")).rejects.toMatchObject({ name: "ConflictException" });
    expect((await publish("INITIAL")).stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
  });

  test("is deleted unless an alias names it, and its number isn't given again", async () => {
    const { stateMachineArn, first, second } = await twoVersions();
    const create = { name: "PROD", routingConfiguration: [route(first, 100)] };
    const { stateMachineAliasArn } = await machines.sfn.send(
      new CreateStateMachineAliasCommand(create),
    );
    const remove = (stateMachineVersionArn: string) =>
      machines.sfn.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn }));
    await expect(remove(first)).rejects.toMatchObject({ name: "ConflictException" });
    await machines.sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
    await remove(first);
    await remove(second);
    await expect(describeMachine(second)).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
    const publish = new PublishStateMachineVersionCommand({ stateMachineArn });
    expect((await machines.sfn.send(publish)).stateMachineVersionArn).toBe(`${stateMachineArn}:3`);
  });
});

describe("an alias", () => {
  test("routes to its versions, and its executions name both", async () => {
    const { stateMachineArn, first, second } = await twoVersions();
    const create = { name: "PROD", routingConfiguration: [route(first, 100)] };
    const command = new CreateStateMachineAliasCommand(create);
    const { stateMachineAliasArn: alias = "" } = await machines.sfn.send(command);
    expect(alias).toBe(`${stateMachineArn}:PROD`);
    expect(await outputOf(alias)).toBe("1");
    const routingConfiguration = [route(second, 100), route(first, 0)];
    const update = { stateMachineAliasArn: alias, routingConfiguration, description: "Moved." };
    await machines.sfn.send(new UpdateStateMachineAliasCommand(update));
    const describeAlias = new DescribeStateMachineAliasCommand({ stateMachineAliasArn: alias });
    expect(await machines.sfn.send(describeAlias)).toMatchObject({
      stateMachineAliasArn: alias,
      name: "PROD",
      description: "Moved.",
      routingConfiguration,
      creationDate: expect.any(Date),
      updateDate: expect.any(Date),
    });
    const executionArn = await machines.start(alias);
    const { output, events } = await machines.ended(executionArn);
    expect(output).toBe('"2"');
    const started = { stateMachineAliasArn: alias, stateMachineVersionArn: second };
    expect(events[0]?.executionStartedEventDetails).toMatchObject(started);
    const execution = await machines.sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(execution).toMatchObject({ ...started, stateMachineArn });
    const list = async (arn: string) => {
      const found = await machines.sfn.send(new ListExecutionsCommand({ stateMachineArn: arn }));
      return found.executions?.length;
    };
    expect([await list(alias), await list(second), await list(stateMachineArn)]).toEqual([2, 1, 2]);
    const aliases = new ListStateMachineAliasesCommand({ stateMachineArn: second });
    const { stateMachineAliases = [] } = await machines.sfn.send(aliases);
    expect(stateMachineAliases.map((listed) => listed.stateMachineAliasArn)).toEqual([alias]);
  });

  test("is refused for weights, versions and names that can't be", async () => {
    const { stateMachineArn, first } = await twoVersions();
    const create = (name: string, routingConfiguration: ReturnType<typeof route>[]) =>
      machines.sfn.send(new CreateStateMachineAliasCommand({ name, routingConfiguration }));
    await expect(create("A", [route(first, 60)])).rejects.toMatchObject({
      name: "ValidationException",
      message: "Sum of routing configuration weights must equal 100. Received: [60]",
    });
    await expect(create("A", [route(first, 50), route(first, 50)])).rejects.toMatchObject({
      name: "ValidationException",
    });
    await expect(create("A", [route(`${stateMachineArn}:9`, 100)])).rejects.toMatchObject({
      name: "ResourceNotFound",
    });
    await expect(create("12", [route(first, 100)])).rejects.toMatchObject({ name: "InvalidName" });
    await create("A", [route(first, 100)]);
    await create("A", [route(first, 100)]);
    await machines.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    for (const arn of [`${stateMachineArn}:A`, first, stateMachineArn])
      await expect(machines.start(arn)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });
});

describe("a redrive", () => {
  const reading = (tool: string) => ({
    QueryLanguage: "JSONata",
    StartAt: "Remember",
    States: {
      Remember: { Type: "Pass", Assign: { tool }, Next: "Read" },
      Read: {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:getItem",
        Arguments: {
          TableName: machines.tables.tools,
          Key: { tool_name: { S: "{% $tool %}" } },
        },
        Output: "{% $states.result.Item.tool_name.S %}",
        End: true,
      },
    },
  });
  const redrive = (executionArn: string, clientToken?: string) =>
    machines.sfn.send(new RedriveExecutionCommand({ executionArn, clientToken }));
  const describeRun = (executionArn: string) =>
    machines.sfn.send(new DescribeExecutionCommand({ executionArn }));

  test("goes on from the state that failed, in the same history", async () => {
    const failed = await machines.run(reading("late"));
    const executionArn = failed.executionArn ?? "";
    expect(failed).toMatchObject({
      status: "FAILED",
      redriveCount: 0,
      redriveStatus: "REDRIVABLE",
    });
    expect((await machines.ended(executionArn)).events.at(-1)?.type).toBe("ExecutionFailed");
    await machines.put(machines.tables.tools, { tool_name: "late" });
    const { redriveDate } = await redrive(executionArn, "once");
    expect(await redrive(executionArn, "once")).toMatchObject({ redriveDate });
    const ended = await machines.ended(executionArn);
    expect(ended).toMatchObject({
      status: "SUCCEEDED",
      output: '"late"',
      redriveCount: 1,
      redriveDate,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
    expect(ended.error).toBeUndefined();
    const before = failed.events.length;
    expect(ended.events.slice(0, before)).toEqual(failed.events);
    expect(ended.events.slice(before).map(({ type }) => type)).toEqual([
      "ExecutionRedriven",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(ended.events[before]).toMatchObject({
      id: before + 1,
      previousEventId: before,
      executionRedrivenEventDetails: { redriveCount: 1 },
    });
  });

  test("can fail again, and is counted", async () => {
    const { executionArn = "" } = await machines.run(reading("never"));
    await redrive(executionArn);
    await machines.ended(executionArn);
    await redrive(executionArn);
    const ended = await machines.ended(executionArn);
    expect(ended).toMatchObject({ status: "FAILED", redriveCount: 2 });
    const list = new ListExecutionsCommand({ stateMachineArn: ended.stateMachineArn });
    expect((await machines.sfn.send(list)).executions?.[0]).toMatchObject({ redriveCount: 2 });
  });

  test("is refused for a run that succeeded, runs, or isn't there", async () => {
    const { executionArn = "" } = await machines.run(answer("1"));
    await expect(redrive(executionArn)).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution is SUCCEEDED and cannot be redriven",
    });
    await expect(redrive(`${executionArn}-gone`)).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
    });
    expect((await describeRun(executionArn)).redriveCount).toBe(0);
  });
});
