import { expect, test } from "vitest";
import { evaluateExpression } from "@/lib/runtime/expression-service";
import { asDefinition, type Definition } from "@/lib/runtime/rules/definition";
import { interpret } from "@/lib/runtime/rules/interpret";
import type { Item } from "@/lib/runtime/rules/interpretation";
import { machineStates, stopPlace } from "@/lib/runtime/rules/machine-states";
import { olderMachine, unifiedMachine } from "../../support/sample-machines";

const text = (S: string) => ({ S });
const input = { messages: [{ role: "user", content: "Hello" }] };

const rows = {
  agent: {
    agent_name: text("sample-agent"),
    version: text("v1.0"),
    system_prompt: text("You help."),
    llm_provider: text("openai"),
    llm_model: text("gpt-4o"),
    tools: text('[{"tool_name": "web_search", "enabled": false}]'),
  } as Item,
  models: ["openai#gpt-4o", "anthropic#claude-default", "xai#grok", "bedrock#eu.amazon.nova"],
  tools: {
    web_search: { description: text("Searches."), input_schema: text('{"type": "object"}') },
  } as Record<string, Item>,
};

function definition(machine: object): Definition {
  const parsed = asDefinition(machine);
  if (!parsed) throw new Error("not a machine");
  return parsed;
}

async function follow(machine: object, agent: Item | null = rows.agent, tools = rows.tools) {
  return interpret(definition(machine), {
    input,
    evaluate: evaluateExpression,
    machine: { name: "m", arn: "arn:aws:states:eu-west-1:000000000000:stateMachine:m" },
    readItem: async (table, key) => {
      if (table.startsWith("AgentRegistry")) return { item: agent };
      const { S } = (key.pk ?? key.tool_name) as { S: string }; // The sample machines' keys.
      if (table.startsWith("LLMModels")) {
        return { item: rows.models.includes(S) ? { pk: text(S) } : null };
      }
      const tool = tools[S];
      return { item: tool ? { tool_name: text(S), ...tool } : null };
    },
  });
}

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(rows.agent).filter(([name]) => !names.includes(name)));

test("a sound run gets to the model call with the caller's exact payload", async () => {
  const { end, steps } = await follow(unifiedMachine());
  expect(end).toEqual({
    kind: "called",
    state: "Call Unified LLM",
    payload: {
      provider_config: {
        provider_id: "openai",
        model_id: "gpt-4o",
        endpoint: "https://api.openai.com/v1/chat/completions",
        auth_header_name: "Authorization",
        auth_header_prefix: "Bearer ",
        secret_path: "/ai-agent/llm-secrets/prod",
        secret_key_name: "OPENAI_API_KEY",
        request_transformer: "openai_v1",
        response_transformer: "openai_v1",
        timeout: 30,
      },
      messages: [
        { role: "system", content: "You help." },
        { role: "user", content: "Hello" },
      ],
      tools: [{ name: "web_search", description: "Searches.", input_schema: { type: "object" } }],
      temperature: 0.7,
      max_tokens: 4096,
      stream: false,
    },
  });
  expect(steps.map(({ state }) => state)).toContain("Get Tool Details");
});

const nothing = (expression: string, field: string) =>
  `The JSONata expression '${expression}' specified for the field '${field}' returned nothing (undefined).`;
const place = (state: string) =>
  `An error occurred while executing the state '${state}' (entered at the event id #N). `;

const toolExpression = "$states.input.tool_name";
const schemaExpression = "$parse($states.result.Item.input_schema.S)";

test.each([
  [
    "no agent row",
    null,
    rows.tools,
    "Load Agent Configuration",
    nothing("$states.result.Item", "Assign/agent"),
    "agent_row",
  ],
  [
    "no system prompt",
    without("system_prompt"),
    rows.tools,
    "Load Agent Configuration",
    nothing("$states.result.Item.system_prompt.S", "Assign/system_prompt"),
    "agent_row",
  ],
  [
    "no model row",
    { ...rows.agent, llm_model: text("typo") },
    rows.tools,
    "Load LLM Provider Config",
    nothing("$states.result.Item", "Assign/llm_config"),
    "model_row",
  ],
  [
    "no tools attribute",
    without("tools"),
    rows.tools,
    "Load Tool Definitions",
    nothing("$parse($agent.tools.S)", "Items"),
    "tool_definitions",
  ],
  [
    "a tool that is a plain string",
    { ...rows.agent, tools: text('["web_search"]') },
    rows.tools,
    "Get Tool Details",
    nothing(toolExpression, "Arguments/Key/tool_name/S"),
    "tool_definitions",
  ],
  [
    "a tool that is not registered",
    rows.agent,
    {},
    "Get Tool Details",
    nothing("$states.result.Item.tool_name.S", "Output/name"),
    "tool_definitions",
  ],
  [
    "a tool without a schema",
    rows.agent,
    { web_search: { description: text("Searches.") } },
    "Get Tool Details",
    nothing(schemaExpression, "Output/input_schema"),
    "tool_definitions",
  ],
] as [string, Item | null, Record<string, Item>, string, string, string][])(
  "%s fails with Step Functions' own words",
  async (_, agent, tools, state, cause, step) => {
    const run = await follow(unifiedMachine(), agent, tools);
    if (run.end.kind !== "failed") throw new Error(JSON.stringify(run.end));
    const { failure } = run.end;
    expect(failure).toMatchObject({ error: "States.QueryEvaluationError", state });
    expect(failure.cause.replace(/#\d+/, "#N")).toBe(place(state) + cause);
    expect(stopPlace(run, machineStates(definition(unifiedMachine())))?.step ?? null).toBe(step);
  },
);

test.each([
  ["tools that are not JSON", { ...rows.agent, tools: text("[{") }, rows.tools, "Items"],
  [
    "a schema that is not JSON",
    rows.agent,
    { web_search: { description: text("x"), input_schema: text("{") } },
    "Output/input_schema",
  ],
] as [string, Item, Record<string, Item>, string][])(
  "%s throw in the expression",
  async (_, agent, tools, field) => {
    const { end } = await follow(unifiedMachine(), agent, tools);
    if (end.kind !== "failed") throw new Error(JSON.stringify(end));
    expect(end.failure.error).toBe("States.QueryEvaluationError");
    expect(end.failure.cause).toContain(`specified for the field '${field}' threw an error during`);
  },
);

test("a row without provider and model runs on the defaults compiled in", async () => {
  const { end } = await follow(unifiedMachine(), without("llm_provider", "llm_model"));
  if (end.kind !== "called") throw new Error(JSON.stringify(end));
  expect(end.payload).toMatchObject({
    provider_config: { provider_id: "anthropic", model_id: "claude-default" },
  });
});

test("an unmapped provider reaches the caller without an endpoint", async () => {
  const agent = { ...rows.agent, llm_provider: text("xai"), llm_model: text("grok") };
  const { end } = await follow(unifiedMachine(), agent);
  if (end.kind !== "called") throw new Error(JSON.stringify(end));
  expect(Object.keys((end.payload as { provider_config: object }).provider_config)).not.toContain(
    "endpoint",
  );
});

test("a schema encoded twice stays text", async () => {
  const tools = {
    web_search: { description: text("x"), input_schema: text('"{\\"type\\":\\"object\\"}"') },
  };
  const { end } = await follow(unifiedMachine(), rows.agent, tools);
  expect(end).toMatchObject({
    kind: "called",
    payload: { tools: [{ input_schema: '{"type":"object"}' }] },
  });
});

test("an older agent without a model fails, and reads no model row", async () => {
  const { end } = await follow(olderMachine(), without("llm_model"));
  expect(end).toMatchObject({ kind: "failed", failure: { state: "Load Agent Configuration" } });
  const { end: sound, steps } = await follow(olderMachine());
  expect(sound).toMatchObject({ kind: "called", payload: { model_id: "gpt-4o" } });
  expect(steps.some(({ read }) => read && "pk" in read.key)).toBe(false);
});

test("any other state before the call leaves the rest unknown, by its name", async () => {
  const machine = unifiedMachine();
  const States = {
    ...machine.States,
    "Check Budget": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: "budget", Payload: {} },
      Next: machine.StartAt,
    },
  };
  const { end } = await follow({ ...machine, StartAt: "Check Budget", States });
  expect(end).toMatchObject({ kind: "unknown", state: "Check Budget" });
});

test("an expression that never ends is given up, and other work goes on", async () => {
  const endless = "($loop := function($n) { $loop($n + 1) }; $loop(0))";
  expect(await evaluateExpression(endless, {})).toHaveProperty("limit");
  expect(
    await evaluateExpression('$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", /(a+)+c/)', {}),
  ).toHaveProperty("limit");
  expect(await evaluateExpression("[1..10000000]", {})).toHaveProperty("limit");
});

test("a caught failure goes on where the machine says", async () => {
  const machine = unifiedMachine();
  const row = machine.States["Load LLM Provider Config"];
  const States = {
    ...machine.States,
    "Load LLM Provider Config": {
      ...row,
      Catch: [
        {
          ErrorEquals: ["States.QueryEvaluationError"],
          Assign: { why: "{% $states.errorOutput.Cause %}" },
          Next: "Give Up",
        },
      ],
    },
    "Give Up": { Type: "Fail", Error: "NoModel", Cause: "{% $why %}" },
  };
  const { end } = await follow({ ...machine, States }, { ...rows.agent, llm_model: text("typo") });
  expect(end).toMatchObject({ kind: "failed", failure: { error: "NoModel", state: "Give Up" } });
});
