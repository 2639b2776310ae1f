import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Agreement, type Sample, startAgreement, text } from "./agreement";
import { type Item, unique } from "./console";
import { config, insertAfter, tools } from "./machine-changes";

let agreement: Agreement;

beforeAll(async () => {
  agreement = await startAgreement();
  await agreement.putTool("web_search", {
    input_schema: text('{"type":"object","properties":{}}'),
  });
});

afterAll(() => agreement?.stop());

/** Trace, preflight and run agree. @param step the first step that is broken */
async function expectAgreement(sample: Sample, step: string | null) {
  const { trace } = await agreement.expectAgreement(await agreement.deploySample(sample));
  expect(trace.steps.find(({ status }) => status === "broken")?.step ?? null).toBe(step);
}

const nested = (depth: number): AttributeValue =>
  depth === 0 ? { NULL: true } : { L: [{ M: { a: nested(depth - 1) } }] };
const sonnet = { defaultModel: "claude-sonnet-4-6" };

describe("a row whose", () => {
  test.each<[string, Sample, string | null]>([
    [
      "model is a list, so that the default is used",
      { without: ["llm_provider"], row: { llm_model: { L: [] } }, machine: sonnet },
      null,
    ],
    ["provider is in capitals", { provider: "OpenAI" }, "model_row"],
    ["provider ends in a space", { provider: "openai " }, "model_row"],
    ["model begins with a space", { model: " gpt-4o" }, "model_row"],
    ["model has a second part", { model: "gpt-4o#old" }, "model_row"],
    ["model is a map", { row: { llm_model: { M: { S: text("gpt-4o") } } } }, "model_row"],
    ["prompt is empty", { row: { system_prompt: text("") } }, null],
    ["prompt is spaces", { row: { system_prompt: text(" \n") } }, null],
    ["prompt is a number", { row: { system_prompt: { N: "5" } } }, "agent_row"],
    ["prompt is null", { row: { system_prompt: { NULL: true } } }, "agent_row"],
    ["prompt is a list", { row: { system_prompt: { L: [text("You help.")] } } }, "agent_row"],
    ["prompt is a set", { row: { system_prompt: { SS: ["You help."] } } }, "agent_row"],
    ["tools are empty text", { row: { tools: text("") } }, "tool_definitions"],
    ["tools are the JSON null", { row: { tools: text("null") } }, "tool_definitions"],
    ["tools are the JSON true", { row: { tools: text("true") } }, "tool_definitions"],
    ["tools are a name in JSON", { row: { tools: text('"web_search"') } }, "tool_definitions"],
    [
      "tools begin with a byte order mark",
      { row: { tools: text("\ufeff[]") } },
      "tool_definitions",
    ],
    ["tools are encoded twice", { row: tools('[{"tool_name":"web_search"}]') }, "tool_definitions"],
    [
      "tools have space around them",
      { row: { tools: text(' [{"tool_name":"web_search"}]\n') } },
      null,
    ],
    ["tools are null", { row: { tools: { NULL: true } } }, "tool_definitions"],
    ["tools are a boolean", { row: { tools: { BOOL: false } } }, "tool_definitions"],
    ["tools are a map", { row: { tools: { M: {} } } }, "tool_definitions"],
    [
      "tools name one twice",
      { row: tools([{ tool_name: "web_search" }, { tool_name: "web_search" }]) },
      null,
    ],
    [
      "other attributes are of every type",
      {
        row: {
          price: { N: "12345678901234567890.123456789" },
          flag: { BOOL: true },
          labels: { SS: ["a", "b"] },
          limits: { NS: ["1", "2"] },
          blob: { B: new Uint8Array(40_000).fill(255) },
          blobs: { BS: [new Uint8Array([1, 2]), new Uint8Array([3])] },
          deep: nested(14),
        },
      },
      null,
    ],
    [
      "binary data is too large for a state",
      { row: { blob: { B: new Uint8Array(200_000) } } },
      "agent_row",
    ],
  ])("%s", (_, sample, step) => expectAgreement(sample, step));

  test("binary data is read as text", () => {
    const Assign = { blob: "{% $length($agent.blob.B) = 4 ? $agent.blob.B : $gone %}" };
    const edit = insertAfter("Load Agent Configuration", { Extra: { Type: "Pass", Assign } });
    return expectAgreement({ row: { blob: { B: new Uint8Array([1, 2, 3]) } }, edit }, null);
  });
});

describe("tools with an entry that", () => {
  test.each<[string, unknown, string | null]>([
    ["is null", null, "tool_definitions"],
    ["is a number", 5, "tool_definitions"],
    ["is a list", [{ tool_name: "web_search" }], null],
    ["is an empty list", [], "tool_definitions"],
    ["has null as its name", { tool_name: null }, "tool_definitions"],
    ["has a number as its name", { tool_name: 5 }, "tool_definitions"],
    ["has a boolean as its name", { tool_name: false }, "tool_definitions"],
    ["has an object as its name", { tool_name: { S: "web_search" } }, "tool_definitions"],
    ["has a list as its name", { tool_name: ["web_search"] }, "tool_definitions"],
    ["has a space before its name", { tool_name: " web_search" }, "tool_definitions"],
    ["has a name longer than a key", { tool_name: "x".repeat(2_049) }, "tool_definitions"],
  ])("%s", (_, entry, step) => expectAgreement({ row: tools([entry]) }, step));
});

describe("a registered tool whose", () => {
  test.each<[string, Item, string | null]>([
    ["schema is empty text", { input_schema: text("") }, "tool_definitions"],
    ["schema is the JSON null", { input_schema: text("null") }, null],
    ["schema is a list in JSON", { input_schema: text("[]") }, null],
    ["schema is a number in JSON", { input_schema: text("5") }, null],
    ["schema is a map", { input_schema: { M: { type: text("object") } } }, "tool_definitions"],
    ["schema is a boolean", { input_schema: { BOOL: true } }, "tool_definitions"],
    [
      "schema is nested deeply",
      { input_schema: text(`${'{"a":'.repeat(400)}1${"}".repeat(400)}`) },
      null,
    ],
    [
      "description is a number",
      { description: { N: "1" }, input_schema: text("{}") },
      "tool_definitions",
    ],
    ["description is empty", { description: text(""), input_schema: text("{}") }, null],
    [
      "schema goes with sets and binary data",
      {
        input_schema: text("{}"),
        more: { BS: [new Uint8Array(30_000)] },
        names: { SS: ["a"] },
      },
      null,
    ],
  ])("%s", async (_, item, step) => {
    const tool_name = unique("tool");
    await agreement.putTool(tool_name, item);
    await expectAgreement({ row: tools([{ tool_name }]) }, step);
  });
});

test("nothing is said of a key that the machine takes from another secret", async () => {
  const { aws } = agreement.app;
  const stored = await aws.secretText();
  const agent = await agreement.deploySample({ edit: config("/llm-secrets/prod", "/other/prod") });
  await aws.putSecret("{}");
  try {
    const trace = await agreement.traceOf(agent.name);
    const statusOf = (name: string) => trace.steps.find(({ step }) => step === name)?.status;
    expect([statusOf("secret_key"), statusOf("key_state")]).toEqual(["unknown", "unknown"]);
    expect(trace.would_fail_with).toBeNull();
    expect(await agreement.preflightOf(agent.name, "v1.0")).toMatchObject({ ok: true });
  } finally {
    await aws.putSecret(stored);
  }
});

describe("a secret", () => {
  const keyName = "OPENAI_API_KEY";
  const withKey = (key: unknown) => (values: object) =>
    JSON.stringify({ ...values, [keyName]: key });

  test.each<[string, (values: object) => string, string | null]>([
    ["that is a list", () => "[]", "secret_key"],
    ["that is null", () => "null", "secret_key"],
    ["that is a number", () => "5", "secret_key"],
    ["that is encoded twice", (values) => JSON.stringify(JSON.stringify(values)), "secret_key"],
    ["without any key", () => "{}", "secret_key"],
    ["with spaces around it", (values) => ` ${JSON.stringify(values)}\n`, null],
    ["whose key is null", withKey(null), "secret_key"],
    ["whose key is a boolean", withKey(true), "secret_key"],
    ["whose key is a list", withKey(["sandbox-openai"]), "secret_key"],
    ["whose key begins with a line end", withKey("\nsandbox-openai"), "key_state"],
    ["whose key has a line end within", withKey("sandbox-\r\nopenai"), "key_state"],
    ["whose key has a null character", withKey("sandbox-openai\u0000"), "key_state"],
    ["whose key has an escape character", withKey("sandbox-\u001bopenai"), "key_state"],
    ["whose key has a delete character", withKey("sandbox-openai\u007f"), "key_state"],
    ["whose key ends in a space", withKey("sandbox-openai "), null],
    ["whose key ends in a tab", withKey("sandbox-openai\t"), null],
  ])("%s", async (_, change, step) => {
    const { aws } = agreement.app;
    const stored = await aws.secretText();
    await aws.putSecret(change(JSON.parse(stored)));
    try {
      await expectAgreement({}, step);
    } finally {
      await aws.putSecret(stored);
    }
  });
});
