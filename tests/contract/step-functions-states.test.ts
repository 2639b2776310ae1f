import { CreateActivityCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentMachines, startAgentMachines } from "../support/agent-machines";

let machines: AgentMachines;

beforeAll(async () => {
  machines = await startAgentMachines();
});

afterAll(() => machines?.stop());

const machine = (States: Record<string, object>) => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(States)[0],
  States,
});

async function outputOf(States: Record<string, object>, input: unknown = {}) {
  const { output, error, cause } = await machines.run(machine(States), input);
  return output === undefined ? { error, cause } : JSON.parse(output);
}

const failure = (what: string, error = "States.QueryEvaluationError") => ({
  error,
  cause: expect.stringContaining(
    `An error occurred while executing the state 'Only' (entered at the event id #2). ${what}`,
  ),
});

describe("states", () => {
  test("assign with the values from before, and a Map's own variables stay inside", async () => {
    const States = {
      Set: { Type: "Pass", Assign: { x: 1, y: 10 }, Next: "Swap" },
      Swap: { Type: "Pass", Assign: { x: "{% $y %}", y: "{% $x %}" }, Next: "Each" },
      Each: {
        Type: "Map",
        Items: [5, 6],
        ItemSelector: {
          n: "{% $states.context.Map.Item.Value %}",
          i: "{% $states.context.Map.Item.Index %}",
        },
        MaxConcurrency: 1,
        ItemProcessor: {
          StartAt: "Add",
          States: {
            Add: { Type: "Pass", Assign: { z: "{% $states.input.n + $x %}" }, Next: "Give" },
            Give: { Type: "Pass", Output: "{% $z + $states.input.i %}", End: true },
          },
        },
        Next: "End",
      },
      End: {
        Type: "Pass",
        Output: { x: "{% $x %}", y: "{% $y %}", each: "{% $states.input %}" },
        End: true,
      },
    };
    expect(await outputOf(States)).toEqual({ x: 10, y: 1, each: [15, 17] });
  });

  test("choose by the first condition that holds, or else the default", async () => {
    const States = {
      Which: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.n > 5 %}", Next: "Big", Output: "big" },
          { Condition: "{% $states.input.n > 0 %}", Next: "Big", Assign: { small: true } },
        ],
        Default: "None",
      },
      Big: { Type: "Succeed" },
      None: { Type: "Fail", Error: "None", Cause: "{% 'n is ' & $string($states.input.n) %}" },
    };
    expect(await outputOf(States, { n: 9 })).toBe("big");
    expect(await outputOf(States, { n: 1 })).toEqual({ n: 1 });
    expect(await outputOf(States, { n: 0 })).toEqual({ error: "None", cause: "n is 0" });
  });

  test("fail on a condition that isn't a boolean and on no match", async () => {
    const choice = (Condition: string) => ({
      Only: { Type: "Choice", Choices: [{ Condition, Next: "Done" }] },
      Done: { Type: "Succeed" },
    });
    expect(await outputOf(choice("{% 'yes' %}"))).toEqual(
      failure(
        "The JSONata expression ''yes'' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: \"yes\"",
      ),
    );
    expect(await outputOf(choice("{% false %}"))).toEqual(
      failure(
        "Failed to transition out of the state. The state does not point to a next state.",
        "States.Runtime",
      ),
    );
  });

  test("run in parallel, and the first failure stops the others", async () => {
    const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
    const parallel = (second: object) => ({
      Both: {
        Type: "Parallel",
        Arguments: { n: 2 },
        Branches: [
          branch("One", { Type: "Pass", Output: "{% $states.input.n * 2 %}", End: true }),
          branch("Two", second),
        ],
        End: true,
      },
    });
    expect(await outputOf(parallel({ Type: "Pass", End: true }))).toEqual([4, { n: 2 }]);
    const slow = { Type: "Wait", Seconds: 60, End: true };
    const States = parallel({ Type: "Fail", Error: "Stop", Cause: "Now." });
    States.Both.Branches.push(branch("Three", slow));
    const { error, events } = await machines.run(machine(States));
    expect(error).toBe("Stop");
    const types = events.map(({ type }) => type);
    expect(types).toContain("WaitStateAborted");
    expect(types.slice(-2)).toEqual(["ParallelStateFailed", "ExecutionFailed"]);
  });

  const failing = {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: "failing-tool", Payload: {} },
  };

  test("retry as often as their retrier says, then catch", async () => {
    const States = {
      Call: {
        ...failing,
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 0, MaxAttempts: 2 }],
        Catch: [
          {
            ErrorEquals: ["States.ALL"],
            Next: "Caught",
            Assign: { error: "{% $states.errorOutput.Error %}" },
            Output: "{% $states.context.State.Name %}",
          },
        ],
        End: true,
      },
      Caught: { Type: "Pass", Output: ["{% $error %}", "{% $states.input %}"], End: true },
    };
    const { output, events } = await machines.run(machine(States));
    expect(JSON.parse(output ?? "")).toEqual(["Runtime.ExitError", "Call"]);
    const attempts = events.filter(({ type }) => type === "TaskScheduled");
    expect(attempts).toHaveLength(3);
  });

  test("time out", async () => {
    const arn = "arn:aws:states:eu-west-1:000000000000:activity:nobody";
    await machines.sfn.send(new CreateActivityCommand({ name: "nobody" }));
    const States = {
      Ask: { Type: "Task", Resource: arn, Arguments: {}, TimeoutSeconds: 1, End: true },
    };
    const { error, cause, status, events } = await machines.run(machine(States));
    expect({ error, cause, status }).toEqual({ error: "States.Timeout", status: "FAILED" });
    expect(events.at(-2)?.type).toBe("ActivityTimedOut");
  });

  test("end a loop at AWS's limit of events", async () => {
    const States = { Again: { Type: "Pass", Next: "Again" } };
    const { error, cause, events } = await machines.run(machine(States));
    expect([error, cause]).toEqual([
      "States.Runtime",
      "The execution reached the maximum number of history events (25000).",
    ]);
    expect(events).toHaveLength(25_000);
  });

  test("refuse data over 256 KiB", async () => {
    const big = "{% $join($map([1..300], function($n) { $pad('', 1000, 'x') })) %}";
    expect(await outputOf({ Only: { Type: "Pass", Output: big, End: true } })).toEqual({
      error: "States.DataLimitExceeded",
      cause:
        "The state/task 'Only' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test("refuse a key of the wrong type before the call", async () => {
    const Arguments = { TableName: machines.tables.tools, Key: { tool_name: { S: 5 } } };
    const Resource = "arn:aws:states:::dynamodb:getItem";
    const States = { Only: { Type: "Task", Resource, Arguments, End: true } };
    expect(await outputOf(States)).toEqual(
      failure(
        `The Parameters '${JSON.stringify(Arguments)}' could not be used to start the Task: [The value for the field 'S' must be a STRING]`,
        "States.Runtime",
      ),
    );
  });

  test("report a missing table by the integration's name of the error", async () => {
    const Resource = "arn:aws:states:::dynamodb:getItem";
    const Arguments = { TableName: "Gone", Key: { pk: { S: "a" } } };
    const read = { Type: "Task", Resource, Arguments, End: true };
    expect(await outputOf({ Read: read })).toEqual({
      error: "DynamoDB.ResourceNotFoundException",
      cause: expect.stringMatching(/^Requested resource not found.* \(Service: AmazonDynamoDBv2; /),
    });
  });
});
