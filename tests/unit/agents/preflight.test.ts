import { expect, test } from "vitest";
import { blockingFindings } from "@/lib/agents/preflight";

type Facts = Parameters<typeof blockingFindings>[0];

const sound: Facts = {
  agent: { agent_name: "a", version: "v1.0", unified: true, tools: ["search"] },
  target: {
    pk: "bedrock#eu.amazon.nova-pro-v1:0",
    provider: "bedrock",
    provider_id: "bedrock",
    model_id: "eu.amazon.nova-pro-v1:0",
    supports_tools: true,
  },
  keyStatus: "verified",
  runtimeProviders: ["anthropic", "openai", "google", "bedrock", "amazon"],
  bedrockRegion: "eu-west-1",
};

const codes = (facts: Partial<Facts>) =>
  blockingFindings({ ...sound, ...facts }).map((finding) => finding.code);
const onModel = (model_id: string) => codes({ target: { ...sound.target, model_id } });

test("nothing blocks a sound switch", () => expect(codes({})).toEqual([]));

test("a key that was just not verified does not block", () => {
  expect(codes({ keyStatus: "stored" })).toEqual([]);
});

test.each(["missing", "rejected", "expired"] as const)("a key that is %s blocks", (keyStatus) => {
  expect(codes({ keyStatus })).toEqual([`key_${keyStatus}`]);
});

test("a provider outside the runtime's map blocks unified agents only", () => {
  const target = { ...sound.target, provider: "xai", provider_id: "xai", model_id: "grok-2" };
  expect(codes({ target })).toEqual(["agent_provider_unmapped"]);
  expect(codes({ target, agent: { ...sound.agent, unified: false } })).toEqual([]);
});

test("a model without tools blocks an agent with tools, but not where it is not known", () => {
  const without = (supports_tools: boolean | null) => ({ ...sound.target, supports_tools });
  expect(codes({ target: without(false) })).toEqual(["agent_tools_unsupported"]);
  expect(codes({ target: without(null) })).toEqual([]);
  expect(codes({ target: without(false), agent: { ...sound.agent, tools: [] } })).toEqual([]);
  const off = { ...sound.agent, tools: [{ name: "search", enabled: false }] };
  expect(codes({ target: without(false), agent: off })).toEqual([]);
});

test.each([
  ["eu.amazon.nova-pro-v1:0", true],
  ["global.anthropic.claude-sonnet-4-20250514-v1:0", true],
  ["amazon.nova-pro-v1:0", true],
  ["arn:aws:bedrock:eu-west-1:1:application-inference-profile/x", true],
  ["us.amazon.nova-pro-v1:0", false],
  ["apac.amazon.nova-pro-v1:0", false],
  ["jp.anthropic.claude-sonnet-4-5-20250929-v1:0", false],
  ["us-gov.anthropic.claude-3-haiku-20240307-v1:0", false],
])("from eu-west-1 %s can be called: %s", (model_id, callable) => {
  expect(onModel(model_id)).toEqual(callable ? [] : ["bedrock_region_mismatch"]);
});

test("several problems are all told, each with evidence and a fix", () => {
  const target = { ...sound.target, provider: "aws", model_id: "us.x", supports_tools: false };
  const findings = blockingFindings({ ...sound, target, keyStatus: "missing" });
  expect(findings).toHaveLength(4);
  for (const finding of findings) {
    expect(finding).toMatchObject({ severity: "error", subject: { id: expect.any(String) } });
    for (const text of [finding.title, finding.evidence, finding.fix]) {
      expect(text.length).toBeGreaterThan(10);
    }
  }
});
