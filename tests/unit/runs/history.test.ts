import { describe, expect, test } from "vitest";
import { readHistory } from "@/lib/runs/rules/history";
import type { RunEvent } from "@/lib/runs/rules/run-event";
import { stepsOf, visitsOf } from "@/lib/runs/rules/states";

const none = {
  name: null,
  resource: null,
  parameters: null,
  input: null,
  output: null,
  error: null,
  cause: null,
  truncated: false,
};
type Short = Partial<RunEvent> & { type: string; previous?: number };

/** Events with running IDs, each after the one before it unless it says otherwise. */
const history = (events: Short[], isCut = false) => ({
  events: events.map((event, index) => ({
    ...none,
    id: index + 1,
    previous: index,
    at: `2026-11-29T10:00:${String(index).padStart(2, "0")}.000Z`,
    ...event,
  })),
  isCut,
});

const read = (
  events: Short[],
  { isRunning = false, isCut = false, input = null as string | null } = {},
) => readHistory(history(events, isCut), { isRunning, input });

const config = { provider_id: "openai", model_id: "gpt-4.1" };
const messages = [{ role: "user", content: "Hi" }];
const call: Short = {
  type: "TaskScheduled",
  resource: "lambda:invoke",
  parameters: JSON.stringify({ FunctionName: "f", Payload: { provider_config: config, messages } }),
};
const answer = (metadata: object): Short => ({
  type: "TaskSucceeded",
  resource: "lambda:invoke",
  output: JSON.stringify({
    Payload: {
      message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
      metadata,
    },
  }),
});
const used = { tokens_used: { input_tokens: 10, output_tokens: 4 }, latency_ms: 7 };
const entered = (name: string, type = "Task"): Short => ({
  type: `${type}StateEntered`,
  name,
  input: "{}",
});
const exited = (name: string, type = "Task"): Short => ({ type: `${type}StateExited`, name });

test("a model call has the model that was asked, and the tokens of its answer", () => {
  const {
    calls,
    messages: conversation,
    missing,
  } = read([{ type: "ExecutionStarted" }, entered("Call"), call, answer(used), exited("Call")]);
  expect(calls).toMatchObject([
    {
      provider: "openai",
      model_id: "gpt-4.1",
      input_tokens: 10,
      output_tokens: 4,
      state: "answered",
    },
  ]);
  expect(conversation).toEqual([
    { role: "user", parts: [{ type: "text", text: "Hi" }] },
    { role: "assistant", parts: [{ type: "text", text: "Hello" }] },
  ]);
  expect(missing).toBeNull();
});

test("an answer without usage, with a cut one, or without data says what is missing", () => {
  const start = [{ type: "ExecutionStarted" }, entered("Call"), call];
  expect(read([...start, answer({})]).missing).toContain("no usage");
  const cut = { type: "TaskSucceeded", output: '{"Payload":{"mess', truncated: true };
  expect(read([...start, cut]).missing).toContain("256 KB");
  const bare = [{ type: "ExecutionStarted" }, { type: "TaskStateEntered", name: "Call" }];
  expect(read(bare).missing).toContain("without inputs and outputs");
  expect(read(start, { isCut: true }).missing).toContain("longer than the console reads");
});

test("a Lambda function as a state's own resource is a model call too", () => {
  const { calls } = read([
    entered("Call LLM"),
    {
      type: "LambdaFunctionScheduled",
      resource: "arn:aws:lambda:eu-west-1:123456789012:function:claude-llm",
      input: JSON.stringify({ system: "Be brief.", messages, model_id: "claude-sonnet-4-6" }),
    },
    { type: "LambdaFunctionStarted" },
    { type: "LambdaFunctionSucceeded", output: JSON.stringify({ metadata: used }) },
  ]);
  expect(calls).toMatchObject([
    { provider: null, model_id: "claude-sonnet-4-6", input_tokens: 10, state: "answered" },
  ]);
});

test("a call that failed and was repeated counts once as answered", () => {
  const { calls, steps } = read([
    entered("Call"),
    call,
    { type: "TaskFailed", error: "Lambda.ServiceException", cause: "Busy" },
    call,
    answer(used),
    exited("Call"),
  ]);
  expect(calls.map(({ state }) => state)).toEqual(["failed", "answered"]);
  expect(steps).toMatchObject([{ status: "succeeded", error: null }]);
});

test("a failure that the machine caught is told from one that ended the run", () => {
  const failed = { type: "TaskFailed", error: "E", cause: "C" };
  const caught = read([entered("Try"), call, failed, exited("Try"), entered("Go on", "Pass")]);
  expect(caught.steps).toMatchObject([
    { status: "caught", error: "E" },
    { state: "Go on", status: "stopped" },
  ]);
  const ended = read([entered("Try"), call, failed, { type: "ExecutionFailed", error: "E" }]);
  expect(ended.steps).toMatchObject([{ status: "failed", error: "E", cause: "C" }]);
  const undefinedValue = read([
    entered("Read"),
    { type: "EvaluationFailed", name: "Read", error: "States.QueryEvaluationError" },
  ]);
  expect(undefinedValue.steps).toMatchObject([
    { status: "failed", error: "States.QueryEvaluationError" },
  ]);
});

test("iterations that overlap belong to their own states, inside of the Map", () => {
  const { steps } = read([
    entered("All", "Map"), // 1
    { type: "MapStateStarted" }, // 2
    { type: "MapIterationStarted", previous: 2 }, // 3
    { type: "MapIterationStarted", previous: 2 }, // 4
    { ...entered("One"), previous: 3 }, // 5
    { ...entered("One"), previous: 4 }, // 6
    { type: "TaskFailed", previous: 6, error: "E" }, // 7
    { ...exited("One"), previous: 5 }, // 8
    { type: "MapIterationSucceeded", previous: 8 }, // 9
    { type: "MapIterationFailed", previous: 7 }, // 10
    { type: "MapStateFailed", previous: 10, error: "E" }, // 11
  ]);
  expect(steps.map(({ state, status, depth }) => [state, status, depth])).toEqual([
    ["All", "failed", 0],
    ["One", "succeeded", 1],
    ["One", "failed", 1],
  ]);
});

test("a state after a Map is outside of it again", () => {
  const { steps } = read([
    entered("All", "Map"),
    { type: "MapStateStarted" },
    { type: "MapIterationStarted" },
    entered("One"),
    exited("One"),
    { type: "MapIterationSucceeded" },
    { type: "MapStateSucceeded" },
    exited("All", "Map"),
    entered("After", "Pass"),
    exited("After", "Pass"),
  ]);
  expect(steps.map(({ state, status, depth }) => [state, status, depth])).toEqual([
    ["All", "succeeded", 0],
    ["One", "succeeded", 1],
    ["After", "succeeded", 0],
  ]);
});

test("nested states are read without walking up from each of them", () => {
  const nesting = Array.from({ length: 1000 }, (_, index) => entered(`Map ${index}`, "Map"));
  const { visits } = visitsOf(history(nesting).events);
  let reads = 0;
  for (const visit of visits) {
    const { parent } = visit;
    Object.defineProperty(visit, "parent", {
      get: () => {
        reads += 1;
        return parent;
      },
    });
  }
  expect(stepsOf(visits, true).map(({ depth }) => depth)).toEqual(nesting.map((_, index) => index));
  expect(reads).toBeLessThanOrEqual(visits.length);
});

describe("a redriven run goes on in the state that it ended in", () => {
  const failed = { type: "EvaluationFailed", error: "E", cause: "C" };
  const redriven = [{ type: "ExecutionFailed", error: "E" }, { type: "ExecutionRedriven" }];
  const shown = (events: Short[], isRunning = false) =>
    read(events, { isRunning }).steps.map(({ state, status, error }) => [state, status, error]);

  test("which then succeeds, whatever kind of state it is", () => {
    const ends = [exited("Set", "Pass"), { type: "ExecutionSucceeded" }];
    const events = [entered("Set", "Pass"), failed, ...redriven, ...ends];
    expect(shown(events)).toEqual([["Set", "succeeded", null]]);
  });

  test("or fails again", () => {
    const again = { type: "EvaluationFailed", error: "F" };
    expect(shown([entered("Set", "Pass"), failed, ...redriven, again])).toEqual([
      ["Set", "failed", "F"],
    ]);
    const caught = [entered("Set", "Pass"), failed, ...redriven, again, exited("Set", "Pass")];
    expect(shown(caught)).toEqual([["Set", "caught", "F"]]);
  });

  test("and its calls count once each", () => {
    const refused = { type: "TaskFailed", error: "E", cause: "C" };
    const events = [
      entered("Call"),
      call,
      refused,
      ...redriven,
      call,
      answer(used),
      exited("Call"),
    ];
    const { calls, steps } = read(events);
    expect(calls.map(({ state, input_tokens }) => [state, input_tokens])).toEqual([
      ["failed", null],
      ["answered", 10],
    ]);
    expect(steps).toMatchObject([{ state: "Call", status: "succeeded", error: null }]);
  });

  test("of a Map, the iterations from before are over", () => {
    const approval = { type: "ActivityScheduled", resource: "arn:aws:states:x:1:activity:approve" };
    const events: Short[] = [
      entered("All", "Map"), // 1
      { type: "MapStateStarted" }, // 2
      { type: "MapIterationStarted", previous: 2 }, // 3
      { type: "MapIterationStarted", previous: 2 }, // 4
      { ...entered("One"), previous: 3 }, // 5
      { ...entered("One"), previous: 4 }, // 6
      { ...approval, previous: 6 }, // 7
      { type: "TaskFailed", previous: 5, error: "E" }, // 8
      { type: "MapIterationFailed", previous: 8 }, // 9
      { type: "MapStateFailed", previous: 9, error: "E" }, // 10
      ...redriven, // 11, 12
      { type: "MapStateStarted" }, // 13
      { type: "MapIterationStarted" }, // 14
      entered("One"), // 15
    ];
    expect(shown(events, true)).toEqual([
      ["All", "running", null],
      ["One", "failed", "E"],
      ["One", "stopped", null],
      ["One", "running", null],
    ]);
    expect(read(events, { isRunning: true }).waiting).toBeNull();
    const waits = read([...events, approval], { isRunning: true }).waiting;
    expect(waits).toMatchObject({ state: "One", since: "2026-11-29T10:00:15.000Z" });
    const ends: Short[] = [
      exited("One"),
      { type: "MapIterationSucceeded" },
      { type: "MapStateSucceeded" },
      exited("All", "Map"),
      { type: "ExecutionSucceeded" },
    ];
    expect(shown([...events, ...ends])).toEqual([
      ["All", "succeeded", null],
      ["One", "failed", "E"],
      ["One", "stopped", null],
      ["One", "succeeded", null],
    ]);
  });

  test("also if its events don't follow those from before", () => {
    const events: Short[] = [
      entered("Call"),
      { type: "TaskFailed", error: "E" },
      { type: "ExecutionFailed" },
      { type: "ExecutionRedriven", previous: 0 },
      call,
      answer(used),
      exited("Call"),
    ];
    expect(shown(events)).toEqual([["Call", "succeeded", null]]);
  });
});

test("a run that waits for an approval says what waits, and for whom", () => {
  const approval = {
    type: "ActivityScheduled",
    resource: "arn:aws:states:eu-west-1:123456789012:activity:approve-payments",
  };
  const events = [{ ...entered("Approve"), input: '{"name":"pay_invoice"}' }, approval];
  const { waiting } = read(events, { isRunning: true });
  expect(waiting).toMatchObject({
    state: "Approve",
    activity: "approve-payments",
    tool: "pay_invoice",
  });
  expect(read(events).waiting).toBeNull();
});

test("before a model call, the conversation is what the run was given", () => {
  const input = JSON.stringify({ messages });
  expect(read([{ type: "ExecutionStarted" }], { input }).messages).toEqual([
    { role: "user", parts: [{ type: "text", text: "Hi" }] },
  ]);
  expect(read([{ type: "ExecutionStarted" }], { input: "no json" }).messages).toEqual([]);
});
