import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  type StartExecutionCommandInput,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentMachines, startAgentMachines } from "../support/agent-machines";

let machines: AgentMachines;

beforeAll(async () => {
  machines = await startAgentMachines();
});

afterAll(() => machines?.stop());

const jsonata = (States: Record<string, object>, more = {}) => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});
const echo = jsonata({ Echo: { Type: "Pass", End: true } });
const waiting = jsonata({ Wait: { Type: "Wait", Seconds: 600, End: true } });

const create = (definition: object) => machines.create(JSON.stringify(definition));
const startWith = (input: StartExecutionCommandInput) =>
  machines.sfn.send(new StartExecutionCommand(input));
const describeRun = (executionArn: string) =>
  machines.sfn.send(new DescribeExecutionCommand({ executionArn }));

describe("an execution", () => {
  test("has AWS's fields while it runs and after it", async () => {
    const stateMachineArn = await create(waiting);
    const executionArn = await machines.start(stateMachineArn, { a: 1 });
    const running = await describeRun(executionArn);
    expect(running).toMatchObject({
      executionArn,
      stateMachineArn,
      name: expect.any(String),
      status: "RUNNING",
      startDate: expect.any(Date),
      input: '{"a":1}',
      inputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
    });
    expect(running.stopDate).toBeUndefined();
    const history = new GetExecutionHistoryCommand({ executionArn });
    const isWaiting = async () => (await machines.sfn.send(history)).events?.length === 2;
    await expect.poll(isWaiting, { timeout: 60_000 }).toBe(true);
    const stop = new StopExecutionCommand({ executionArn, error: "Mine", cause: "Enough." });
    const { stopDate } = await machines.sfn.send(stop);
    expect(await describeRun(executionArn)).toMatchObject({
      status: "ABORTED",
      stopDate,
      error: "Mine",
      cause: "Enough.",
    });
    const { events } = await machines.ended(executionArn);
    expect(events.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateAborted",
      "ExecutionAborted",
    ]);
  });

  test("is started again by its name only while it runs with the same input", async () => {
    const stateMachineArn = await create(waiting);
    const request = { stateMachineArn, name: "once", input: "{}" };
    const { executionArn = "" } = await startWith(request);
    expect((await startWith(request)).executionArn).toBe(executionArn);
    const exists = {
      name: "ExecutionAlreadyExists",
      message: `Execution Already Exists: '${executionArn}'`,
    };
    await expect(startWith({ ...request, input: '{"b":2}' })).rejects.toMatchObject(exists);
    await machines.sfn.send(new StopExecutionCommand({ executionArn }));
    await expect(startWith(request)).rejects.toMatchObject(exists);
  });

  test("is refused without a machine, with a bad name, and with input that isn't JSON", async () => {
    const stateMachineArn = await create(echo);
    const gone = `${stateMachineArn}-gone`;
    await expect(startWith({ stateMachineArn: gone })).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
    await expect(startWith({ stateMachineArn, name: "a b" })).rejects.toMatchObject({
      name: "InvalidName",
    });
    await expect(startWith({ stateMachineArn, input: "{" })).rejects.toMatchObject({
      name: "InvalidExecutionInput",
    });
    await expect(
      describeRun("arn:aws:states:eu-west-1:000000000000:execution:none:none"),
    ).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
      message:
        "Execution Does Not Exist: 'arn:aws:states:eu-west-1:000000000000:execution:none:none'",
    });
  });

  test("of a JSONPath machine fails and says why", async () => {
    const path = { StartAt: "A", States: { A: { Type: "Pass", Parameters: { a: 1 }, End: true } } };
    expect(await machines.run(path)).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: expect.stringContaining("uses JSONPath"),
    });
  });

  test("of an express machine can't be described or listed", async () => {
    const { sfn } = machines;
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: "express",
        type: "EXPRESS",
        definition: JSON.stringify(echo),
        roleArn: "arn:aws:iam::000000000000:role/agent",
      }),
    );
    const { executionArn = "" } = await startWith({ stateMachineArn, name: "shared" });
    expect((await startWith({ stateMachineArn, name: "shared" })).executionArn).not.toBe(
      executionArn,
    );
    await expect(describeRun(executionArn)).rejects.toMatchObject({ name: "InvalidArn" });
    await expect(sfn.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: "StateMachineTypeNotSupported",
    });
  });

  test("that takes longer than its machine allows is TIMED_OUT", async () => {
    const slow = jsonata({ Wait: { Type: "Wait", Seconds: 60, End: true } }, { TimeoutSeconds: 1 });
    const { status, error, events } = await machines.run(slow);
    expect([status, error]).toEqual(["TIMED_OUT", undefined]);
    expect(events.at(-1)).toMatchObject({
      type: "ExecutionTimedOut",
      executionTimedOutEventDetails: { error: "States.Timeout" },
    });
  });

  test("of sample data starts in the past, and so do its metrics", async () => {
    const stateMachineArn = await create(echo);
    const hourMs = 3_600_000;
    const before = Date.now() - 40 * 24 * hourMs;
    await machines.aws.runInPast({ stateMachineArn, name: "old" }, 40 * 24 * hourMs);
    const { executions } = await machines.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions?.[0]?.startDate?.getTime()).toBeGreaterThanOrEqual(before - 1000);
    expect(executions?.[0]?.stopDate?.getTime()).toBeLessThan(before + hourMs);
    const sums = await sumsOf(stateMachineArn, before - hourMs, before + hourMs);
    expect(sums).toMatchObject({ ExecutionsStarted: 1, ExecutionsSucceeded: 1 });
  });
});

async function sumsOf(stateMachineArn: string, from: number, to: number) {
  const names = ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionTime"];
  const Dimensions = [{ Name: "StateMachineArn", Value: stateMachineArn }];
  const command = new GetMetricDataCommand({
    StartTime: new Date(from),
    EndTime: new Date(to),
    MetricDataQueries: names.map((MetricName, index) => ({
      Id: `m${index}`,
      MetricStat: {
        Metric: { Namespace: "AWS/States", MetricName, Dimensions },
        Period: 86_400,
        Stat: MetricName === "ExecutionTime" ? "SampleCount" : "Sum",
      },
    })),
  });
  const { MetricDataResults = [] } = await machines.cloudwatch.send(command);
  const sum = (values: number[] = []) => values.reduce((total, value) => total + value, 0);
  return Object.fromEntries(
    names.map((name, index) => [name, sum(MetricDataResults[index]?.Values)]),
  );
}

describe("executions", () => {
  test("are listed newest first, by status and in pages", async () => {
    const stateMachineArn = await create(echo);
    for (const name of ["first", "second", "third"]) {
      const { executionArn = "" } = await startWith({ stateMachineArn, name });
      await machines.ended(executionArn);
    }
    const list = (more = {}) =>
      machines.sfn.send(new ListExecutionsCommand({ stateMachineArn, ...more }));
    const names = ({ executions = [] }: Awaited<ReturnType<typeof list>>) =>
      executions.map(({ name }) => name);
    expect(names(await list())).toEqual(["third", "second", "first"]);
    expect(names(await list({ statusFilter: "FAILED" }))).toEqual([]);
    const page = await list({ maxResults: 2, statusFilter: "SUCCEEDED" });
    expect(names(page)).toEqual(["third", "second"]);
    expect(names(await list({ maxResults: 2, nextToken: page.nextToken }))).toEqual(["first"]);
  });

  test("count in AWS/States by machine", async () => {
    const fails = jsonata({ Fail: { Type: "Fail", Error: "Mine", Cause: "On purpose." } });
    const stateMachineArn = await create(fails);
    for (let count = 0; count < 2; count++)
      await machines.ended(await machines.start(stateMachineArn));
    const sums = await sumsOf(stateMachineArn, Date.now() - 3_600_000, Date.now() + 3_600_000);
    expect(sums).toEqual({
      ExecutionsStarted: 2,
      ExecutionsSucceeded: 0,
      ExecutionsFailed: 2,
      ExecutionTime: 2,
    });
  });
});

describe("a history", () => {
  test("has AWS's events, chained, with inputs, outputs and assigned variables", async () => {
    const definition = jsonata({
      First: {
        Type: "Pass",
        Output: { b: 2 },
        Assign: { x: "{% $states.input.a %}" },
        Next: "Done",
      },
      Done: { Type: "Succeed", Output: "{% $x %}" },
    });
    const { events, output } = await machines.run(definition, { a: 1 });
    expect(output).toBe("1");
    const details = { truncated: false };
    expect(events.map(({ timestamp: _time, ...event }) => event)).toEqual([
      {
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        executionStartedEventDetails: {
          input: '{"a":1}',
          inputDetails: details,
          roleArn: "arn:aws:iam::000000000000:role/agent",
        },
      },
      {
        id: 2,
        previousEventId: 0,
        type: "PassStateEntered",
        stateEnteredEventDetails: { name: "First", input: '{"a":1}', inputDetails: details },
      },
      {
        id: 3,
        previousEventId: 2,
        type: "PassStateExited",
        stateExitedEventDetails: {
          name: "First",
          output: '{"b":2}',
          outputDetails: details,
          assignedVariables: { x: "1" },
          assignedVariablesDetails: details,
        },
      },
      {
        id: 4,
        previousEventId: 3,
        type: "SucceedStateEntered",
        stateEnteredEventDetails: { name: "Done", input: '{"b":2}', inputDetails: details },
      },
      {
        id: 5,
        previousEventId: 4,
        type: "SucceedStateExited",
        stateExitedEventDetails: { name: "Done", output: "1", outputDetails: details },
      },
      {
        id: 6,
        previousEventId: 5,
        type: "ExecutionSucceeded",
        executionSucceededEventDetails: { output: "1", outputDetails: details },
      },
    ]);
  });

  test("is read backwards, in pages, and without its data", async () => {
    const { executionArn = "" } = await machines.run(echo, { secret: "words" });
    const read = (more = {}) =>
      machines.sfn.send(new GetExecutionHistoryCommand({ executionArn, ...more }));
    const last = await read({ reverseOrder: true, maxResults: 1 });
    expect(last.events?.map(({ id }) => id)).toEqual([4]);
    const next = await read({ reverseOrder: true, maxResults: 1, nextToken: last.nextToken });
    expect(next.events?.map(({ id }) => id)).toEqual([3]);
    const bare = await read({ includeExecutionData: false });
    expect(JSON.stringify(bare.events)).not.toContain("words");
    expect(bare.events).toHaveLength(4);
  });

  test("of a task has what was sent and what came back", async () => {
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:getItem",
      Arguments: { TableName: machines.tables.models, Key: { pk: { S: "none#none" } } },
      End: true,
    };
    const { events, status } = await machines.run(jsonata({ Read: task }));
    expect(status).toBe("SUCCEEDED");
    expect(events.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      resourceType: "dynamodb",
      resource: "getItem",
      region: "eu-west-1",
      parameters: JSON.stringify(task.Arguments),
    });
    expect(events[3]?.taskStartedEventDetails).toEqual({
      resourceType: "dynamodb",
      resource: "getItem",
    });
  });
});

describe("an activity that someone created", () => {
  const machine = (arn: string) =>
    jsonata({
      Ask: { Type: "Task", Resource: arn, Arguments: { q: "{% $states.input.q %}" }, End: true },
    });

  test("is answered by its worker", async () => {
    const { activityArn = "" } = await machines.sfn.send(
      new CreateActivityCommand({ name: "approval" }),
    );
    const executionArn = await machines.start(await create(machine(activityArn)), { q: "May I?" });
    const { sfn } = machines;
    const task = await sfn.send(new GetActivityTaskCommand({ activityArn }));
    expect(task.input).toBe('{"q":"May I?"}');
    await sfn.send(
      new SendTaskSuccessCommand({ taskToken: task.taskToken, output: '{"approved":true}' }),
    );
    const { output, events } = await machines.ended(executionArn);
    expect(output).toBe('{"approved":true}');
    expect(events.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "ActivityScheduled",
      "ActivityStarted",
      "ActivitySucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("can fail, and a token is good once", async () => {
    const { activityArn = "" } = await machines.sfn.send(
      new CreateActivityCommand({ name: "refusal" }),
    );
    const executionArn = await machines.start(await create(machine(activityArn)), { q: 1 });
    const { taskToken } = await machines.sfn.send(new GetActivityTaskCommand({ activityArn }));
    const failure = new SendTaskFailureCommand({ taskToken, error: "No", cause: "Not today." });
    await machines.sfn.send(failure);
    expect(await machines.ended(executionArn)).toMatchObject({ error: "No", cause: "Not today." });
    await expect(machines.sfn.send(failure)).rejects.toMatchObject({ name: "InvalidToken" });
  });
});

describe("copies of an execution, as sample data", () => {
  test("have its history at their own times", async () => {
    const { executionArn = "", stateMachineArn = "", events } = await machines.run(echo, { a: 1 });
    const at = Date.parse("2026-01-02T03:04:05Z");
    const copy = { name: "copied", started_at: at, stopped_at: at + 60_000 };
    await machines.aws.copyInPast(executionArn, [copy]);
    await machines.aws.copyInPast(executionArn, [copy]);
    const list = await machines.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(list.executions?.map(({ name }) => name)).toEqual([expect.any(String), "copied"]);
    const [, listed] = list.executions ?? [];
    expect(listed?.stopDate?.getTime()).toBe(at + 60_000);
    const copied = await machines.ended(listed?.executionArn ?? "");
    expect(copied).toMatchObject({ status: "SUCCEEDED", input: '{"a":1}', output: '{"a":1}' });
    expect(copied.events.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    for (const { timestamp } of copied.events) {
      expect(timestamp?.getTime()).toBeGreaterThanOrEqual(at);
      expect(timestamp?.getTime()).toBeLessThanOrEqual(at + 60_000);
    }
  });
});

describe("AWS's quotas", () => {
  test("throttle calls that come faster, once they are enforced", async () => {
    const stateMachineArn = await create(echo);
    const list = () => machines.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    machines.aws.enforceQuotas();
    const results = await Promise.allSettled(Array.from({ length: 260 }, list));
    const reasons = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason.name] : [],
    );
    expect(new Set(reasons)).toEqual(new Set(["ThrottlingException"]));
    expect(results.length - reasons.length).toBeGreaterThanOrEqual(200);
  });
});
