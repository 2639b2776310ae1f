import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineCommand,
  PublishStateMachineVersionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { olderMachine, unifiedMachine } from "../support/sample-machines";
import { type Agent, type Agreement, startAgreement, text } from "./agreement";
import { agentPath, agentRow, type Item } from "./console";
import {
  afterAgent,
  agentState,
  both,
  type Change,
  callState,
  change,
  insertAfter,
  type Machine,
  type Make,
  modelState,
  parallel,
  pass,
  payload,
  readsItem,
  type State,
  same,
  stateOf,
  tools,
  toolsState,
} from "./machine-changes";

let agreement: Agreement;

beforeAll(async () => {
  agreement = await startAgreement();
  await agreement.putTool("web_search", {
    input_schema: text('{"type":"object","properties":{}}'),
  });
  await agreement.putTool("maps", { input_schema: text('{"type":"object"}') });
});

afterAll(() => agreement?.stop());

/** A Map that reads tools: where an entry has its name, and what is around it. */
const readTool = (name: string, table = "ToolRegistry-prod"): State => ({
  Type: "Task",
  Resource: readsItem,
  Arguments: { TableName: table, Key: { tool_name: { S: name } } },
  Output: {
    name: "{% $states.result.Item.tool_name.S %}",
    description: "{% $states.result.Item.description.S %}",
    input_schema: "{% $parse($states.result.Item.input_schema.S) %}",
  },
  End: true,
});
const processor = (states: Record<string, State>) => ({
  ProcessorConfig: { Mode: "INLINE" },
  StartAt: Object.keys(states)[0],
  States: states,
});
const toolsFrom = (name: string, more: State = {}) =>
  change(toolsState, { ItemProcessor: processor({ "Get Tool Details": readTool(name) }), ...more });

const caught = (more: State, ErrorEquals = ["States.ALL"]) =>
  change(modelState, { Catch: [{ ErrorEquals, Next: "Fallback", ...more }] });
const fallback: Change = (machine) => {
  machine.States.Fallback = {
    Type: "Pass",
    Assign: { llm_config: { pk: { S: "openai#gpt-4o" } } },
    Next: "Build Provider Config",
  };
};
const withoutRow = { llm_model: text("gpt-typo") };
const allows = (condition: string, more: State = {}) =>
  insertAfter(agentState, {
    Check: {
      Type: "Choice",
      Choices: [{ Condition: condition, Next: modelState }],
      Default: "Refuse",
      ...more,
    },
    Refuse: { Type: "Fail", Error: "ProviderNotAllowed", Cause: "Only OpenAI." },
  });

const deep = `{% ($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(80)) %}`;
const read = (tool_name: string, more: State = {}): State => ({
  Type: "Task",
  Resource: readsItem,
  Arguments: { TableName: "ToolRegistry-prod", Key: { tool_name: { S: tool_name } } },
  End: true,
  ...more,
});

type Case = [title: string, change: Change, row: Item, state: string | null];

const deployed = (make: Make, edit: Change, row: Item) =>
  agreement.deploySample({ older: make === olderMachine, edit, row });

async function expectAgreement(make: Make, [, edit, row, state]: Case) {
  const { failure, trace } = await agreement.expectAgreement(await deployed(make, edit, row));
  expect(failure?.state ?? null).toBe(state);
  const broken = trace.steps.find(({ status }) => status === "broken");
  // A failure that isn't about the row doesn't blame the row.
  if (broken?.detail.startsWith("No row has this key."))
    expect(failure?.cause).toContain("specified for the field");
}

describe("undefined, and values of other types", () => {
  test.each<Case>([
    [
      "an attribute that the row lacks",
      afterAgent({ Assign: { zone: "{% $agent.zone.S %}" } }),
      {},
      "Extra",
    ],
    [
      "the same inside an object constructor",
      afterAgent({ Assign: { s: "{% {'zone': $agent.zone.S} %}" } }),
      {},
      null,
    ],
    [
      "unusual field names",
      afterAgent({ Output: { "a/b": { "c d": ["x", "{% $agent.ü %}"] }, "": "{% 1 %}" } }),
      {},
      "Extra",
    ],
    ["a literal that only looks like an expression", afterAgent({ Output: "{%}" }), {}, null],
    [
      "an expression of a wrong type",
      afterAgent({ Assign: { n: "{% $agent.agent_name.S + 1 %}" } }),
      {},
      "Extra",
    ],
    [
      "metadata that is no JSON",
      afterAgent({ Assign: { m: "{% $parse($agent.metadata.S) %}" } }),
      { metadata: text("{") },
      "Extra",
    ],
    [
      "a function as the value",
      afterAgent({ Assign: { f: "{% function($x) { $x } %}" } }),
      {},
      "Extra",
    ],
    [
      "a recursion deeper than Step Functions allows",
      afterAgent({ Assign: { d: deep } }),
      {},
      "Extra",
    ],
    ["$eval", afterAgent({ Assign: { e: "{% $eval('1') %}" } }), {}, "Extra"],
    [
      "the functions of Step Functions",
      afterAgent({
        Assign: {
          a: "{% $range(0, 6, 2)[3] %}",
          b: "{% $partition([1, 2, 3], 2)[0][1] %}",
          c: "{% $hash('input', 'SHA-1') = '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1' ? 1 : $missing %}",
          d: "{% $random(42) = 0.7275636800328681 ? 1 : $missing %}",
          e: "{% $length($uuid()) = 36 ? 1 : $missing %}",
        },
      }),
      {},
      null,
    ],
    [
      "a hash without an algorithm",
      afterAgent({ Assign: { h: "{% $hash('a', 'CRC') %}" } }),
      {},
      "Extra",
    ],
    ["an empty partition", afterAgent({ Assign: { p: "{% $partition([], 2) %}" } }), {}, "Extra"],
    ["a range of nothing", afterAgent({ Assign: { r: "{% $range(3, 1, 1) %}" } }), {}, "Extra"],
    [
      "values assigned from before",
      afterAgent({
        Assign: { llm_model: "{% $llm_provider %}", llm_provider: "{% $llm_model %}" },
      }),
      {},
      modelState,
    ],
    ["a number as the model, and so the default", same, { llm_model: { N: "5" } }, modelState],
    ["tools as a list of DynamoDB", same, { tools: { L: [text("web_search")] } }, toolsState],
    [
      "the machine's own name as the agent's",
      change(agentState, {
        Arguments: {
          TableName: "AgentRegistry-prod",
          Key: {
            agent_name: { S: "{% $states.context.StateMachine.Name %}" },
            version: { S: "v1.0" },
          },
        },
      }),
      {},
      null,
    ],
  ])("%s", (...one) => expectAgreement(unifiedMachine, one));
});

describe("choices, waits and ends", () => {
  test.each<Case>([
    ["a provider that the machine allows", allows("{% $llm_provider = 'openai' %}"), {}, null],
    ["a provider that it refuses", allows("{% $llm_provider = 'google' %}"), {}, "Refuse"],
    [
      "no rule that fits, and no default",
      allows("{% $llm_provider = 'google' %}", { Default: undefined }),
      {},
      "Check",
    ],
    ["a condition that is undefined", allows("{% $agent.flag.BOOL %}"), {}, "Check"],
    ["a condition that is text", allows("{% $llm_provider %}"), {}, "Check"],
    [
      "a failure without words",
      both(allows("{% false %}"), (machine) => {
        machine.States.Refuse = { Type: "Fail" };
      }),
      {},
      "Refuse",
    ],
    [
      "a failure with words of its own",
      both(allows("{% false %}"), (machine) => {
        machine.States.Refuse = {
          Type: "Fail",
          Error: "{% $llm_provider %}",
          Cause: "{% 'No ' & $llm_model %}",
        };
      }),
      {},
      "Refuse",
    ],
    [
      "a failure whose words are undefined",
      both(allows("{% false %}"), (machine) => {
        machine.States.Refuse = { Type: "Fail", Error: "E", Cause: "{% $missing %}" };
      }),
      {},
      "Refuse",
    ],
    [
      "an early end in success",
      both(allows("{% false %}"), (machine) => {
        machine.States.Refuse = { Type: "Succeed" };
      }),
      {},
      null,
    ],
    ["a wait", insertAfter(agentState, { Extra: { Type: "Wait", Seconds: 0 } }), {}, null],
    [
      "a wait of unknown length",
      insertAfter(agentState, { Extra: { Type: "Wait", Seconds: "{% $agent.wait.N %}" } }),
      {},
      "Extra",
    ],
    [
      "a timeout that is undefined",
      change(callState, { TimeoutSeconds: "{% $agent.timeout.N %}" }),
      {},
      callState,
    ],
  ])("%s", (...one) => expectAgreement(unifiedMachine, one));
});

describe("catches", () => {
  test.each<Case>([
    ["a missing model row, replaced", both(caught({}), fallback), withoutRow, null],
    [
      "by its own name",
      both(caught({}, ["States.QueryEvaluationError"]), fallback),
      withoutRow,
      null,
    ],
    ["by States.TaskFailed", both(caught({}, ["States.TaskFailed"]), fallback), withoutRow, null],
    ["by another name", both(caught({}, ["States.Timeout"]), fallback), withoutRow, modelState],
    [
      "with an assignment that fails",
      both(caught({ Assign: { x: "{% $states.errorOutput.Gone %}" } }), fallback),
      withoutRow,
      modelState,
    ],
    [
      "that ends in a failure with its words",
      both(caught({}), (machine) => {
        machine.States.Fallback = {
          Type: "Fail",
          Error: "NoModel",
          Cause: "{% $states.input.Error %}",
        };
      }),
      withoutRow,
      "Fallback",
    ],
    [
      "States.ALL leaves a key that is no text",
      both(
        caught({}),
        fallback,
        change(modelState, { Arguments: { TableName: "LLMModels-prod", Key: { pk: { S: 5 } } } }),
      ),
      {},
      modelState,
    ],
    [
      "a tool that isn't registered, left out",
      both(
        change(toolsState, {
          Catch: [{ ErrorEquals: ["States.ALL"], Assign: { tools: [] }, Next: callState }],
        }),
      ),
      {
        ...tools([{ tool_name: "nowhere" }]),
        llm_provider: text("google"),
        llm_model: text("gemini-3.5-flash"),
      },
      null,
    ],
  ])("%s", (...one) => expectAgreement(unifiedMachine, one));
});

describe("maps and branches", () => {
  const nested = change(toolsState, {
    Items: "{% [[$parse($agent.tools.S)]] %}",
    ItemProcessor: processor({
      "Each Tool": {
        Type: "Map",
        ItemProcessor: processor({ "Get Tool Details": readTool("{% $states.input.tool_name %}") }),
        End: true,
      },
    }),
    Assign: { tools: "{% $states.result[0] %}" },
  });
  const two = tools([{ tool_name: "nowhere" }, { tool_id: "web_search" }]);
  test.each<Case>([
    ["a Map in a Map", nested, {}, null],
    [
      "a Map in a Map with an unregistered tool",
      nested,
      tools([{ tool_name: "nowhere" }]),
      "Get Tool Details",
    ],
    [
      "the older name of a Map's processor",
      (machine) => {
        const { ItemProcessor, ...state } = stateOf(machine, toolsState);
        machine.States[toolsState] = { ...state, Iterator: ItemProcessor };
      },
      {},
      null,
    ],
    ["two broken tools at once", same, two, "Get Tool Details"],
    [
      "two broken tools in turn",
      change(toolsState, { MaxConcurrency: 1 }),
      two,
      "Get Tool Details",
    ],
    [
      "a limit that is undefined",
      change(toolsState, { MaxConcurrency: "{% $agent.limit.N %}" }),
      {},
      toolsState,
    ],
    [
      "an item that is undefined",
      change(toolsState, { ItemSelector: { t: "{% $states.context.Map.Item.Value.gone %}" } }),
      {},
      toolsState,
    ],
    ["tools by bare names", toolsFrom("{% $states.input %}"), tools(["web_search", "maps"]), null],
    [
      "tools by another member",
      toolsFrom("{% $states.input.tool.id %}"),
      tools([{ tool: { id: "maps" } }]),
      null,
    ],
    [
      "tools as an object",
      toolsFrom("{% $states.input.Key %}"),
      tools({ maps: {}, web_search: {} }),
      null,
    ],
    [
      "tools filtered to one, which is no list",
      change(toolsState, { Items: "{% $parse($agent.tools.S)[enabled] %}" }),
      tools([
        { tool_name: "maps", enabled: true },
        { tool_name: "web_search", enabled: false },
      ]),
      "Get Tool Details",
    ],
    [
      "a variable of an iteration, used outside",
      both(
        toolsFrom("{% $states.input.tool_name %}", {
          ItemProcessor: processor({
            Note: { Type: "Pass", Assign: { seen: 1 }, Next: "Get Tool Details" },
            "Get Tool Details": readTool("{% $states.input.tool_name %}"),
          }),
        }),
        insertAfter(toolsState, pass({ Assign: { x: "{% $seen %}" } })),
      ),
      {},
      "Extra",
    ],
    ["two branches", parallel({ A: read("maps") }, { B: { Type: "Pass", End: true } }), {}, null],
    [
      "a branch that fails",
      parallel({ A: read("maps") }, { B: { Type: "Pass", Output: "{% $gone %}", End: true } }),
      {},
      "B",
    ],
    [
      "two branches that fail",
      parallel(
        { A: read("maps", { Output: "{% $gone %}" }) },
        { B: { Type: "Pass", Output: "{% $gone %}", End: true } },
      ),
      {},
      "B",
    ],
  ])("%s", (...one) => expectAgreement(unifiedMachine, one));
});

describe("reads and the call", () => {
  const arn = "arn:aws:lambda:eu-west-1:000000000000:function:unified-llm-caller";
  const direct: Change = (machine) => {
    const { Arguments, ...state } = stateOf(machine, callState);
    const { Payload } = Arguments as { Payload: unknown }; // The sample's own state.
    machine.States[callState] = { ...state, Resource: arn, Arguments: Payload };
  };
  const agentRead =
    (more: State): Change =>
    (machine, name) => {
      const state = stateOf(machine, agentState);
      const Key = { agent_name: { S: name }, version: { S: "v1.0" } };
      const Arguments = { TableName: "AgentRegistry-prod", Key, ...more };
      machine.States[agentState] = { ...state, Arguments };
    };
  const status = { status: "{% $states.result.SdkHttpMetadata.HttpStatusCode %}" };
  const assigned =
    (more: State): Change =>
    (machine) => {
      const state = stateOf(machine, agentState);
      machine.States[agentState] = { ...state, Assign: { ...(state.Assign as State), ...more } };
    };
  test.each<Case>([
    [
      "a part of the row without the prompt",
      agentRead({ ProjectionExpression: "llm_provider, llm_model, tools" }),
      {},
      agentState,
    ],
    [
      "a part of the row by other names",
      agentRead({
        ProjectionExpression: "#p, llm_model, tools, system_prompt",
        ExpressionAttributeNames: { "#p": "llm_provider" },
      }),
      {},
      null,
    ],
    ["a consistent read", agentRead({ ConsistentRead: true }), {}, null],
    [
      "a key without its second part",
      (machine, name) => agentRead({ Key: { agent_name: { S: name } } })(machine, name),
      {},
      agentState,
    ],
    ["the metadata of the call", assigned(status), {}, null],
    [
      "no such metadata by the SDK's integration",
      both(
        change(agentState, { Resource: "arn:aws:states:::aws-sdk:dynamodb:getItem" }),
        assigned(status),
      ),
      {},
      agentState,
    ],
    ["a row over 256 KiB", same, { system_prompt: text("x".repeat(270_000)) }, agentState],
    ["a caller by its function's ARN", direct, {}, null],
    [
      "a caller by its ARN, for an unmapped provider",
      both(direct),
      { llm_provider: text("xai"), llm_model: text("grok-2-1212") },
      callState,
    ],
    ["a temperature that is text", payload({ temperature: "0.7" }), {}, callState],
    ["messages that are no list", payload({ messages: "Hello" }), {}, callState],
    ["a tool without a description", payload({ tools: [{ name: "maps" }] }), {}, callState],
    [
      "a provider fixed in the machine",
      both((machine) => {
        const build = stateOf(machine, "Build Provider Config");
        const expression = String((build.Assign as State).provider_config).replace(
          "$llm_config.pk.S",
          "'openai#gpt-4o'",
        );
        machine.States["Build Provider Config"] = {
          ...build,
          Assign: { provider_config: expression },
        };
        stateOf(machine, agentState).Next = "Build Provider Config";
        delete machine.States[modelState];
      }),
      { llm_provider: text("xai") },
      null,
    ],
  ])("%s", (...one) => expectAgreement(unifiedMachine, one));
});

describe("older machines", () => {
  const claude = { llm_provider: text("claude"), llm_model: text("claude-sonnet-4-6") };
  const call = "Call LLM";
  test.each<Case>([
    ["a state that fails before the tools", afterAgent({ Output: "{% $gone %}" }), claude, "Extra"],
    [
      "a state that fails after the tools",
      insertAfter(toolsState, pass({ Output: "{% $gone %}" })),
      claude,
      "Extra",
    ],
    [
      "a choice between two callers",
      both(
        (machine) => {
          machine.States["Call Other"] = stateOf(machine, call);
        },
        insertAfter(toolsState, {
          Which: {
            Type: "Choice",
            Choices: [{ Condition: "{% $contains($llm_model, 'claude') %}", Next: "Call Other" }],
            Default: call,
          },
        }),
      ),
      claude,
      null,
    ],
    [
      "a caller by its function's ARN",
      (machine) => {
        const { Arguments, ...state } = stateOf(machine, call);
        const { Payload } = Arguments as { Payload: unknown }; // The sample's own state.
        const Resource = "arn:aws:lambda:eu-west-1:000000000000:function:claude-llm-prod";
        machine.States[call] = { ...state, Resource, Arguments: Payload };
      },
      claude,
      null,
    ],
  ])("%s", (...one) => expectAgreement(olderMachine, one));
});

describe("versions and aliases in the row", () => {
  /** A sound agent whose machine is published, then changed so that it refuses every provider. */
  async function published() {
    const agent = await deployed(unifiedMachine, same, {});
    const { sfn } = agreement;
    const stateMachineArn = agent.arn;
    const publish = new PublishStateMachineVersionCommand({ stateMachineArn });
    const { stateMachineVersionArn: version = "" } = await sfn.send(publish);
    const machine = structuredClone(unifiedMachine({ name: agent.name })) as Machine; // The samples' own shape.
    allows("{% false %}")(machine, agent.name);
    const definition = JSON.stringify(machine);
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
    const { stateMachineVersionArn: newer = "" } = await sfn.send(publish);
    return { agent, version, newer };
  }

  const named = async (agent: Agent, arn: string, row: Item = {}): Promise<Agent> => {
    await agreement.putAgent({
      ...agentRow(agent.name, "openai", "gpt-4o"),
      tools: text('[{"tool_name": "web_search"}]'),
      state_machine_arn: text(arn),
      ...row,
    });
    return { ...agent, arn };
  };

  test("each is read with its own definition", async () => {
    const { agent, version, newer } = await published();
    const alias = async (name: string, ...weights: [arn: string, weight: number][]) => {
      const routingConfiguration = weights.map(([stateMachineVersionArn, weight]) => ({
        stateMachineVersionArn,
        weight,
      }));
      const command = new CreateStateMachineAliasCommand({ name, routingConfiguration });
      return (await agreement.sfn.send(command)).stateMachineAliasArn ?? "";
    };
    const old = await alias("OLD", [version, 100]);
    const moved = await alias("MOVED", [version, 0], [newer, 100]);
    const expected: [arn: string, ok: boolean, version: string | null][] = [
      [agent.arn, false, null],
      [version, true, "1"],
      [newer, false, "2"],
      [old, true, "1"],
      [moved, false, "2"],
    ];
    for (const [arn, ok, machine_version] of expected) {
      const { trace } = await agreement.expectAgreement(await named(agent, arn));
      expect(trace).toMatchObject({ ok, machine: { machine_version } });
    }
    expect((await agreement.traceOf(agent.name)).machine).toMatchObject({
      alias: {
        name: "MOVED",
        routing: [
          { version: "2", weight: 100 },
          { version: "1", weight: 0 },
        ],
      },
    });
    const target = "provider=openai&model_id=gpt-4o";
    const path = `${agentPath(agent.name)}/preflight?${target}`;
    const codes = async () => {
      const { findings } = (await agreement.app.viewer.get(path)).body;
      return (findings as { code: string }[]).map(({ code }) => code); // By docs/contract.md.
    };
    expect(await codes()).toContain("agent_defective");
    expect(await codes()).not.toContain("agent_provider_unmapped");
    await named(agent, old);
    expect(await codes()).not.toContain("agent_defective");
  });

  test("a version or alias that isn't there is said, by its whole ARN", async () => {
    const { agent } = await published();
    for (const arn of [`${agent.arn}:9`, `${agent.arn}:GONE`]) {
      await named(agent, arn);
      const trace = await agreement.traceOf(agent.name);
      expect(trace).toMatchObject({ source: "assumed" });
      expect(trace).toMatchObject({
        assumed_because: {
          why: `There is no version or alias ${arn}, so the agent can't be started.`,
          statement: null,
        },
      });
    }
  });

  test("a machine that is created again is read anew", async () => {
    const agent = await deployed(unifiedMachine, same, {});
    expect((await agreement.traceOf(agent.name)).ok).toBe(true);
    await agreement.sfn.send(new DeleteStateMachineCommand({ stateMachineArn: agent.arn }));
    const machine = structuredClone(unifiedMachine({ name: agent.name, region: "us-east-1" }));
    await agreement.deploy(agent.name, machine);
    const { trace } = await agreement.expectAgreement(agent);
    expect(trace.machine?.bedrock_region).toBe("us-east-1");
  });
});
