import { expect, test } from "vitest";
import { blockingFindings } from "@/lib/agents/rules/preflight";
import type { BedrockCatalog } from "@/lib/discovery/schema";

type Facts = Parameters<typeof blockingFindings>[0];

const profile = (model_id: string, base: string) => ({
  model_id,
  display_name: null,
  kind: "system" as const,
  bases: [base],
  regions: 4,
  created_at: null,
});
const ireland: BedrockCatalog = {
  region: "eu-west-1",
  as_of: "2026-11-22T10:00:00.000Z",
  bases: [],
  profiles: [
    profile("eu.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"),
    profile("global.amazon.nova-2-lite-v1:0", "amazon.nova-2-lite-v1:0"),
  ],
};

const valid: Facts = {
  agent: { agent_name: "a", version: "v1.0", unified: true, tools: ["search"], parameters: null },
  target: {
    pk: "bedrock#eu.amazon.nova-pro-v1:0",
    provider: "bedrock",
    provider_id: "bedrock",
    model_id: "eu.amazon.nova-pro-v1:0",
    supports_tools: true,
    capabilities_proved: null,
  },
  keyStatus: "verified",
  keyEntry: "text",
  keyName: null,
  runtimeProviders: ["anthropic", "openai", "google", "bedrock", "amazon"],
  bedrockCatalog: ireland,
  modelFindings: { blocking: [], warnings: [] },
  runtime: {
    pk: "bedrock#eu.amazon.nova-pro-v1:0",
    provider_id: "bedrock",
    model_id: "eu.amazon.nova-pro-v1:0",
    display_name: "Nova Pro",
    runtime_evidence: [],
  },
  callable: [],
  run: {
    source: "assumed",
    unreadable: { kind: "deleted", why: "", statement: null },
  },
};

const codes = (facts: Partial<Facts>) =>
  blockingFindings({ ...valid, ...facts }).map((finding) => finding.code);
const onModel = (model_id: string) => codes({ target: { ...valid.target, model_id } });

test("nothing blocks a valid switch", () => expect(codes({})).toEqual([]));

test("an unverified key doesn't block", () => {
  expect(codes({ keyStatus: "stored" })).toEqual([]);
});

test.each(["missing", "rejected", "expired"] as const)("a key that is %s blocks", (keyStatus) => {
  expect(codes({ keyStatus })).toEqual([`key_${keyStatus}`]);
});

test("a key with a line end blocks, whatever is noted of it", () => {
  expect(codes({ keyEntry: "unsendable" })).toEqual(["key_rejected"]);
});

test("a provider outside the runtime's map blocks unified agents only", () => {
  const target = { ...valid.target, provider: "xai", provider_id: "xai", model_id: "grok-2" };
  expect(codes({ target })).toEqual(["agent_provider_unmapped"]);
  expect(codes({ target, agent: { ...valid.agent, unified: false } })).toEqual([]);
});

test("a model without tools blocks an agent with tools, unless its support is unknown", () => {
  const without = (supports_tools: boolean | null) => ({ ...valid.target, supports_tools });
  expect(codes({ target: without(false) })).toEqual(["agent_tools_unsupported"]);
  expect(codes({ target: without(null) })).toEqual([]);
  expect(codes({ target: without(false), agent: { ...valid.agent, tools: [] } })).toEqual([]);
  const off = { ...valid.agent, tools: [{ name: "search", enabled: false }] };
  expect(codes({ target: without(false), agent: off })).toEqual([]);
});

test.each([
  ["eu.amazon.nova-pro-v1:0", true],
  ["global.amazon.nova-2-lite-v1:0", true],
  // Not listed, not blocking: only a wrong region is.
  ["eu.amazon.nova-9-v1:0", true],
  ["amazon.nova-pro-v1:0", true],
  ["arn:aws:bedrock:eu-west-1:1:application-inference-profile/x", true],
  ["us.amazon.nova-pro-v1:0", false],
  ["apac.amazon.nova-pro-v1:0", false],
  ["jp.anthropic.claude-sonnet-4-5-20250929-v1:0", false],
  ["us-gov.anthropic.claude-3-haiku-20240307-v1:0", false],
  ["arn:aws:bedrock:us-east-1:1:application-inference-profile/x", false],
])("from eu-west-1 %s is let through: %s", (model_id, callable) => {
  expect(onModel(model_id)).toEqual(callable ? [] : ["bedrock_region_mismatch"]);
});

test("a geography that the region lists doesn't block", () => {
  const virginia = {
    ...ireland,
    region: "us-east-1",
    profiles: [profile("us.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0")],
  };
  const on = (model_id: string) =>
    codes({ target: { ...valid.target, model_id }, bedrockCatalog: virginia });
  expect(on("us.amazon.nova-pro-v1:0")).toEqual([]);
  expect(on("eu.amazon.nova-pro-v1:0")).toEqual(["bedrock_region_mismatch"]);
});

test("without the region's list no profile blocks", () => {
  const target = { ...valid.target, model_id: "us.amazon.nova-pro-v1:0" };
  expect(codes({ target, bedrockCatalog: null })).toEqual([]);
});

test("reports every problem with evidence and a fix", () => {
  const target = { ...valid.target, provider: "aws", model_id: "us.x", supports_tools: false };
  const findings = blockingFindings({ ...valid, target, keyStatus: "missing" });
  expect(findings).toHaveLength(4);
  for (const finding of findings) {
    expect(finding).toMatchObject({ severity: "error", subject: { id: expect.any(String) } });
    for (const text of [finding.title, finding.evidence, finding.fix]) {
      expect(text.length).toBeGreaterThan(10);
    }
  }
});

test("a finding that blocks a model blocks every switch to it", () => {
  const finding = {
    code: "model_test_failed",
    severity: "error",
    subject: { kind: "model", id: "openai#gone" },
    title: "",
    evidence: "",
    fix: "",
  } as const;
  expect(codes({ modelFindings: { blocking: [finding], warnings: [] } })).toEqual([
    "model_test_failed",
  ]);
});
