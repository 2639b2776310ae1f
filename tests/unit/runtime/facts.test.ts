import { beforeAll, expect, test, vi } from "vitest";
import { asDefinition } from "@/lib/runtime/rules/definition";
import { readDefinition } from "@/lib/runtime/rules/machine-reading";
import { olderMachine, unifiedMachine } from "../../support/sample-machines";

beforeAll(() => {
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  vi.stubEnv("NEXTAUTH_SECRET", "a secret of the tests, long enough");
});

const { readOutline, readProviderMap } = await import("@/lib/runtime/facts-service");

const described = {
  arn: "",
  name: "m",
  revision: "INITIAL",
  version: null,
  alias: null,
  definition_id: "",
  read_at: "",
  isExpress: false,
};

let revisions = 0;
function machineOf(definition: object) {
  const parsed = asDefinition(definition);
  if (!parsed) throw new Error("not a machine");
  revisions += 1;
  const arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:m";
  return { ...described, arn, definition_id: `r${revisions}`, definition: parsed };
}

test("following a unified machine finds what it fixes", async () => {
  const machine = machineOf(unifiedMachine({ version: "v2.0", region: "us-east-1" }));
  expect(await readOutline(machine)).toEqual({
    shape: "unified",
    tables: ["AgentRegistry-prod", "LLMModels-prod"],
    agent_name: "sample-agent",
    version: "v2.0",
    reads_models: true,
    default_provider: "anthropic",
    default_model: "claude-default",
    secret_path: "/ai-agent/llm-secrets/prod",
    temperature: 0.7,
    max_tokens: 4096,
    timeout_seconds: 30,
    tools: ["web_search"],
  });
  const { providers, bedrock_region } = await readProviderMap(machine);
  expect(bedrock_region).toBe("us-east-1");
  expect(providers.map(({ provider, endpoint }) => [provider, endpoint])).toEqual([
    ["openai", "https://api.openai.com/v1/chat/completions"],
    ["anthropic", "https://api.anthropic.com/v1/messages"],
    ["google", "https://generativelanguage.googleapis.com/v1beta/models/{id}:generateContent"],
    ["bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com/model/{id}/converse"],
  ]);
});

test("an older machine reads no models and maps no providers", async () => {
  const machine = machineOf(olderMachine());
  expect(await readOutline(machine)).toMatchObject({
    shape: "older",
    reads_models: false,
    default_model: null,
  });
});

test("a machine that calls something else first has another shape", async () => {
  const States = {
    Start: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: "f", Payload: {} },
      End: true,
    },
  };
  const machine = machineOf({ QueryLanguage: "JSONata", StartAt: "Start", States });
  expect(await readOutline(machine)).toMatchObject({ shape: "other" });
});

test.each([
  [undefined, "encrypted"],
  ["{", "other_shape"],
  ['{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}', "jsonpath"],
])("the definition %j can't be followed", (text, kind) => {
  const reading = readDefinition(described, text);
  expect(reading).toMatchObject({ unreadable: { kind } });
});
