import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Agreement, type Sample, startAgreement, text } from "./agreement";
import { modelRow, tables } from "./console";
import {
  type Change,
  callState,
  change,
  config,
  insertAfter,
  modelState,
  payload,
  type State,
  stateOf,
  tools,
  toolsState,
} from "./machine-changes";

let agreement: Agreement;

const applicationProfile =
  "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456";
const foundationModel = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-micro-v1:0";

beforeAll(async () => {
  agreement = await startAgreement();
  const { app, putTool } = agreement;
  for (const name of ["web_search", "maps", "a b", "a.b"])
    await putTool(name, { input_schema: text('{"type":"object","properties":{}}') });
  for (const [provider, model] of [
    ["bedrock", "anthropic.claude-sonnet-4-20250514-v1:0"],
    ["bedrock", "eu.amazon.nova-nowhere-v1:0"],
    ["amazon", "eu.amazon.nova-micro-v1:0"],
    ["bedrock", applicationProfile],
    ["bedrock", foundationModel],
  ] as const)
    await app.aws.put(tables.models, modelRow(provider, model));
});

afterAll(() => agreement?.stop());

/** Trace, preflight and run agree. @param step the first step that is broken */
async function expectAgreement(sample: Sample, step: string | null) {
  const { trace } = await agreement.expectAgreement(await agreement.deploySample(sample));
  expect(trace.steps.find(({ status }) => status === "broken")?.step ?? null).toBe(step);
}

const nova = { provider: "bedrock", model: "eu.amazon.nova-pro-v1:0" };

describe("a provider map", () => {
  const entry = (name: string) => `"${name}":`;
  const claude = { provider: "anthropic", model: "claude-sonnet-4-6" };
  const gemini = { provider: "google", model: "gemini-3.5-flash" };
  test.each<[string, Sample, string | null]>([
    [
      "with another region, for a provider without regions",
      { machine: { region: "us-east-1" } },
      null,
    ],
    [
      "with amazon for Bedrock",
      {
        provider: "amazon",
        model: "eu.amazon.nova-micro-v1:0",
        edit: config("'bedrock': {", "'amazon': {"),
      },
      null,
    ],
    [
      "with a transformer that the caller lacks",
      { edit: config("openai_v1", "openai_v2") },
      "tool_definitions",
    ],
    [
      "whose answers have a transformer that the caller lacks",
      {
        edit: config('"response_transformer":"openai_v1"', '"response_transformer":"openai_v2"'),
      },
      "tool_definitions",
    ],
    [
      "with a key of another name, which the secret lacks",
      {
        edit: config("OPENAI_API_KEY", "OPENAI_KEY"),
      },
      "secret_key",
    ],
    ["without the secret's path", { edit: config("'secret_path'", "'path'") }, "tool_definitions"],
    [
      "without a header's name",
      { edit: config(entry("auth_header_name"), entry("header")) },
      "tool_definitions",
    ],
    [
      "whose endpoint is no address",
      {
        edit: config("https://api.openai.com/v1/chat/completions", "chat/completions"),
      },
      "tool_definitions",
    ],
    [
      "whose endpoint is null",
      {
        edit: config('"https://api.openai.com/v1/chat/completions"', "null"),
      },
      "provider_mapping",
    ],
    [
      "whose timeout is text",
      { edit: config("'timeout': 30", "'timeout': '30'") },
      "tool_definitions",
    ],
    [
      "whose timeout is null",
      { edit: config("'timeout': 30", "'timeout': null") },
      "tool_definitions",
    ],
    [
      "whose timeout is negative",
      { edit: config("'timeout': 30", "'timeout': -1") },
      "tool_definitions",
    ],
    [
      "whose timeout is no whole number",
      { edit: config("'timeout': 30", "'timeout': 30.5") },
      "tool_definitions",
    ],
    ["without a timeout", { edit: config(", 'timeout': 30", "") }, null],
    [
      "whose prefix is a number",
      {
        edit: config("'auth_header_prefix': $found.auth_header_prefix", "'auth_header_prefix': 5"),
      },
      "tool_definitions",
    ],
    [
      "with more headers",
      {
        edit: config("'timeout': 30", "'timeout': 30, 'custom_headers': {'x-a': 'b'}"),
      },
      null,
    ],
    [
      "with a header that is a number",
      {
        edit: config("'timeout': 30", "'timeout': 30, 'custom_headers': {'x-a': 5}"),
      },
      "tool_definitions",
    ],
    [
      "with a header whose name has a space",
      { edit: config("'timeout': 30", "'timeout': 30, 'custom_headers': {'x a': 'b'}") },
      "tool_definitions",
    ],
    [
      "with a header that has a line end",
      { edit: config("'timeout': 30", "'timeout': 30, 'custom_headers': {'x-a': 'b\\nc'}") },
      "tool_definitions",
    ],
    [
      "whose key's header has no name",
      { edit: config("'auth_header_name': $found.auth_header_name", "'auth_header_name': ''") },
      "tool_definitions",
    ],
    ["that waits no time", { machine: { timeout: 0 } }, "tool_definitions"],
    [
      "whose address has a space before it",
      { edit: config("https://api.openai.com", " https://api.openai.com") },
      null,
    ],
    [
      "whose answers another transformer reads",
      {
        edit: config('"response_transformer":"openai_v1"', '"response_transformer":"gemini_v1"'),
      },
      "request",
    ],
    [
      "whose requests and answers have another provider's transformers",
      {
        edit: config('"request_transformer":"openai_v1"', '"request_transformer":"anthropic_v1"'),
      },
      null,
    ],
    [
      "whose path its provider doesn't have",
      { edit: config("/v1/chat/completions", "/v1/chat/completion") },
      "endpoint",
    ],
    [
      "whose path Anthropic doesn't have",
      { ...claude, edit: config("/v1/messages", "/v1/message") },
      "endpoint",
    ],
    [
      "whose path Google doesn't have",
      { ...gemini, edit: config("/v1beta/models/", "/v1beta/model/") },
      "endpoint",
    ],
    [
      "whose path Bedrock doesn't have",
      { ...nova, edit: config("/converse'", "/conversation'") },
      "endpoint",
    ],
    [
      "that sends OpenAI's key in another header",
      { edit: config('"auth_header_name":"Authorization"', '"auth_header_name":"api-key"') },
      "endpoint",
    ],
    ["that sends OpenAI's key without Bearer", { edit: config("Bearer ", "") }, "endpoint"],
    [
      "that sends Anthropic's key as Bearer",
      {
        ...claude,
        edit: config(
          '"auth_header_name":"x-api-key"',
          '"auth_header_name":"Authorization","auth_header_prefix":"Bearer "',
        ),
      },
      null,
    ],
    [
      "that sends Anthropic's key as api-key",
      { ...claude, edit: config('"auth_header_name":"x-api-key"', '"auth_header_name":"api-key"') },
      "endpoint",
    ],
    [
      "that sends Google's key as x-api-key",
      { ...gemini, edit: config("x-goog-api-key", "x-api-key") },
      "endpoint",
    ],
    [
      "that sends Bedrock's key as x-api-key",
      { ...nova, edit: config("'Authorization'", "'x-api-key'") },
      "endpoint",
    ],
    [
      "whose header's name has capitals",
      { ...claude, edit: config('"x-api-key"', '"X-API-Key"') },
      null,
    ],
    [
      "with headers that are text",
      {
        edit: config("'timeout': 30", "'timeout': 30, 'custom_headers': 'x-a'"),
      },
      "tool_definitions",
    ],
  ])("%s", (_, sample, step) => expectAgreement(sample, step));
});

describe("a Bedrock ID", () => {
  test.each<[string, string, string | null]>([
    ["that needs a profile", "anthropic.claude-sonnet-4-20250514-v1:0", "endpoint"],
    ["that isn't listed", "eu.amazon.nova-nowhere-v1:0", "endpoint"],
    ["that is an application inference profile's ARN", applicationProfile, "request"],
    ["that is a foundation model's ARN", foundationModel, "request"],
  ])("%s", (_, model, step) => expectAgreement({ provider: "bedrock", model }, step));
});

describe("tools", () => {
  const claude = { provider: "anthropic", model: "claude-sonnet-4-6" };
  const gemini = { provider: "google", model: "gemini-3.5-flash" };
  const [maps, search] = [{ tool_name: "maps" }, { tool_name: "web_search" }];
  test.each<[string, Sample, string | null]>([
    [
      "one of them twice, at Anthropic",
      { ...claude, row: tools([search, maps, search]) },
      "request",
    ],
    ["one of them twice, at Google", { ...gemini, row: tools([search, search]) }, "request"],
    ["one of them twice, at OpenAI", { row: tools([search, search]) }, null],
    ["a name with a space, at OpenAI", { row: tools([{ tool_name: "a b" }]) }, "request"],
    [
      "a name with a space, at Anthropic",
      { ...claude, row: tools([{ tool_name: "a b" }]) },
      "request",
    ],
    [
      "a name with a space, at Google",
      { ...gemini, row: tools([{ tool_name: "a b" }]) },
      "request",
    ],
    ["a name with a space, at Bedrock", { ...nova, row: tools([{ tool_name: "a b" }]) }, "request"],
    ["a name with a dot, at Google", { ...gemini, row: tools([{ tool_name: "a.b" }]) }, null],
    ["a name with a dot, at OpenAI", { row: tools([{ tool_name: "a.b" }]) }, "request"],
  ])("%s", (_, sample, step) => expectAgreement(sample, step));
});

describe("a payload with", () => {
  test.each<[string, State, string | null]>([
    ["a tool without a schema", { tools: [{ name: "a", description: "b" }] }, "tool_definitions"],
    [
      "a tool whose name is null",
      { tools: [{ name: null, description: "b", input_schema: {} }] },
      "tool_definitions",
    ],
    ["tools that are an object", { tools: {} }, "tool_definitions"],
    ["a message without a role", { messages: [{ content: "Hello" }] }, "tool_definitions"],
    ["a message that is text", { messages: ["Hello"] }, "tool_definitions"],
    ["content that is null", { messages: [{ role: "user", content: null }] }, "tool_definitions"],
    [
      "content in blocks",
      { messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }] },
      null,
    ],
    ["no messages", { messages: undefined }, "tool_definitions"],
    ["a limit that is text", { max_tokens: "4096" }, "tool_definitions"],
    ["a limit that is no whole number", { max_tokens: 4096.5 }, "tool_definitions"],
    ["a negative limit", { max_tokens: -1 }, "tool_definitions"],
    ["a limit over 32 bits", { max_tokens: 5_000_000_000 }, "tool_definitions"],
    ["no limit", { max_tokens: undefined }, null],
    [
      "null for each option",
      { temperature: null, max_tokens: null, top_p: null, stream: null },
      null,
    ],
    ["streaming that is text", { stream: "false" }, "tool_definitions"],
    ["streaming", { stream: true }, "request"],
    ["no configuration", { provider_config: null }, "provider_mapping"],
    ["text as the configuration", { provider_config: "openai" }, "provider_mapping"],
  ])("%s", (_, more, step) => expectAgreement({ edit: payload(more) }, step));

  test.each<[string, Sample, string | null]>([
    ["of Anthropic", { provider: "anthropic", model: "claude-sonnet-4-6" }, "request"],
    [
      "of Google, which gets no such member",
      { provider: "google", model: "gemini-3.5-flash" },
      null,
    ],
    ["of a model that refuses the request", { model: "o4-mini" }, "request"],
    ["of a model that is retired", { model: "o1-preview" }, "last_test"],
  ])("streaming %s", (_, sample, step) =>
    expectAgreement({ ...sample, edit: payload({ stream: true }) }, step),
  );

  test("the configuration in one expression", () => {
    const whole = {
      FunctionName: "unified-llm-caller",
      Payload:
        "{% {'provider_config': $provider_config, 'messages': [{'role': 'user', 'content': 'Hi'}], 'tools': $tools} %}",
    };
    return expectAgreement({ edit: change(callState, { Arguments: whole }) }, null);
  });

  test("a key in one expression", () => {
    const Arguments =
      "{% {'TableName': 'LLMModels-prod', 'Key': {'pk': {'S': $llm_provider & '#' & $llm_model}}} %}";
    const edit = change(modelState, { Arguments });
    return Promise.all([
      expectAgreement({ edit }, null),
      expectAgreement({ edit, model: "gpt-typo" }, "model_row"),
    ]);
  });
});

describe("around the call", () => {
  const refused: Sample = { model: "o4-mini" };
  const caught =
    (ErrorEquals: string[], after: State = { Type: "Succeed" }): Change =>
    (machine) => {
      change(callState, { Catch: [{ ErrorEquals, Next: "After" }] })(machine, "");
      machine.States.After = after;
    };
  const inside =
    (more: (call: State) => State): Change =>
    (machine) => {
      const { Next: _, ...call } = stateOf(machine, callState);
      delete machine.States[callState];
      stateOf(machine, toolsState).Next = "Around";
      machine.States.Around = {
        ...more({ StartAt: callState, States: { [callState]: { ...call, End: true } } }),
        End: true,
      };
      delete machine.States["Map Tool Calls"];
    };
  const branch = inside((call) => ({ Type: "Parallel", Branches: [call] }));
  const iteration = inside((call) => ({
    Type: "Map",
    Items: [1],
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...call },
  }));

  test.each<[string, Sample, string | null]>([
    [
      "a Retry that takes nothing",
      {
        ...refused,
        edit: change(callState, { Retry: [{ ErrorEquals: ["Lambda.ServiceException"] }] }),
      },
      "request",
    ],
    [
      "a Retry that takes all",
      {
        ...refused,
        edit: change(callState, {
          Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1 }],
        }),
      },
      "request",
    ],
    ["a Catch that takes all", { ...refused, edit: caught(["States.ALL"]) }, null],
    ["a Catch of failed tasks", { ...refused, edit: caught(["States.TaskFailed"]) }, null],
    ["a Catch of timeouts", { ...refused, edit: caught(["States.Timeout"]) }, "request"],
    [
      "a Catch that ends in a failure",
      {
        ...refused,
        edit: caught(["States.ALL"], {
          Type: "Fail",
          Error: "NoModel",
          Cause: "{% $states.input.Error ? 'It failed' : 'No' %}",
        }),
      },
      "request",
    ],
    [
      "a Catch, and a key that is missing",
      {
        edit: (machine, name) => {
          config("OPENAI_API_KEY", "OPENAI_KEY")(machine, name);
          caught(["States.ALL"])(machine, name);
        },
      },
      null,
    ],
    [
      "a Catch, and a provider that isn't mapped",
      { provider: "xai", model: "grok-2-1212", edit: caught(["States.ALL"]) },
      null,
    ],
    ["a branch", { edit: branch }, null],
    ["a branch, and a refusal", { ...refused, edit: branch }, "request"],
    ["an iteration", { edit: iteration }, null],
    ["an iteration, and a refusal", { ...refused, edit: iteration }, "request"],
    [
      "a Map whose items are no list",
      { edit: inside((call) => ({ Type: "Map", Items: "{% 5 %}", ItemProcessor: call })) },
      "tool_definitions",
    ],
    [
      "a query language of each state",
      {
        edit: (machine) => {
          const text = JSON.stringify(machine.States);
          const States = JSON.parse(
            text.replaceAll('{"Type":', '{"QueryLanguage":"JSONata","Type":'),
          );
          Object.assign(machine, { States, QueryLanguage: "JSONPath" });
        },
      },
      null,
    ],
  ])("%s", (_, sample, step) => expectAgreement(sample, step));

  const limited =
    (TimeoutSeconds: number, wait: State): Change =>
    (machine, name) => {
      Object.assign(machine, { TimeoutSeconds });
      insertAfter(toolsState, { Extra: { Type: "Wait", ...wait } })(machine, name);
    };

  test.each<[string, Sample, string | null]>([
    ["a wait within the machine's time", { edit: limited(60, { Seconds: 0 }) }, null],
    [
      "a wait longer than the machine's time",
      { edit: limited(1, { Seconds: 2 }) },
      "tool_definitions",
    ],
    [
      "a wait beyond the machine's time",
      { edit: limited(1, { Timestamp: "2999-01-01T00:00:00Z" }) },
      "tool_definitions",
    ],
    [
      "a wait for a time that is past",
      { edit: limited(60, { Timestamp: "2020-01-01T00:00:00Z" }) },
      null,
    ],
  ])("%s", (_, sample, step) => expectAgreement(sample, step));
});
