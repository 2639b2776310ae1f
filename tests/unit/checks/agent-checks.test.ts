import { expect, test } from "vitest";
import type { AgentRecord } from "@/lib/agents/schema";
import { findingsOf } from "@/lib/checks/rules/checks";
import { disproved, makeAgent, makeModel, makeSnapshot } from "./snapshot";

const codesFor = (agent: Partial<AgentRecord>, models = [makeModel()]) =>
  findingsOf(makeSnapshot({ agents: [makeAgent(agent)], models })).map(({ code }) => code);

test("a healthy platform has no findings", () => {
  expect(findingsOf(makeSnapshot())).toEqual([]);
});

test("a unified agent whose model has no row fails with the error that its run really has", () => {
  const [finding] = findingsOf(
    makeSnapshot({ agents: [makeAgent({ llm_model: "gpt-9", resolves_to: null })] }),
  );
  expect(finding).toMatchObject({
    code: "agent_model_missing",
    severity: "error",
    subject: { kind: "agent", id: "sql-agent/v1.0" },
    evidence:
      "No row \"openai#gpt-9\" in LLMModels: the next run fails with States.QueryEvaluationError: 'Assign/llm_config' returned nothing.",
  });
});

test.each([{ llm_provider: null, provider_id: null }, { llm_model: "" }])(
  "a unified agent that names half of its model fails the same way: %j",
  (missing) => {
    expect(codesFor({ ...missing, resolves_to: null })).toEqual(["agent_model_missing"]);
    expect(codesFor({ ...missing, resolves_to: null, unified: false, metadata: {} })).toEqual([]);
  },
);

test("a family name misses the row that the console finds", () => {
  expect(codesFor({ llm_provider: "gpt" })).toEqual(["agent_alias_unresolved"]);
});

test("a switch to the row behind an alias is offered only if that works", () => {
  const [works, fails] = [["sql-agent/v1.0"], []].map((ids) => {
    const aliases_that_work = new Set(ids);
    const agents = [makeAgent({ llm_provider: "gpt" })];
    return findingsOf(makeSnapshot({ agents, aliases_that_work }))[0];
  });
  expect(works).toMatchObject({
    action: { body: { llm_provider: "openai", llm_model: "gpt-4o" } },
  });
  expect(fails).toMatchObject({
    fix: "Switch the agent to another model: openai#gpt-4o would fail too.",
    action: { label: "Choose a model" },
  });
});

test("a provider outside the runtime's map is named, whether its row is there or not", () => {
  const grok = makeModel({ provider: "xai", model_id: "grok-2", catalog: null });
  const agent = { llm_provider: "xai", llm_model: "grok-2", provider_id: "xai" } as const;
  expect(codesFor({ ...agent, resolves_to: grok.pk }, [grok])).toEqual(["agent_provider_unmapped"]);
  expect(codesFor({ ...agent, resolves_to: null })).toEqual([
    "agent_model_missing",
    "agent_provider_unmapped",
  ]);
});

test("an older agent's names aren't checked, because it reads no model row", () => {
  const older = { unified: false, metadata: {} };
  expect(codesFor({ ...older, llm_provider: "claude", resolves_to: null })).toEqual([]);
  expect(codesFor({ ...older, llm_provider: "gpt" })).toEqual([]);
});

test("an agent on a deactivated model is named", () => {
  const inactive = makeModel({ is_active: false, is_default: false });
  expect(codesFor({}, [inactive])).toEqual(["agent_model_inactive"]);
});

test("tools without support are found by the row's flag and by a probe", () => {
  expect(codesFor({}, [makeModel({ supports_tools: false })])).toEqual(["agent_tools_unsupported"]);
  const capabilities_proved = disproved("tools");
  expect(codesFor({}, [makeModel({ capabilities_proved })])).toEqual([
    "agent_tools_unsupported",
    "capability_disproved",
  ]);
  const idle = [{ name: "get_schema", enabled: false }];
  expect(codesFor({ tools: idle }, [makeModel({ supports_tools: false })])).toEqual([]);
});

test("an agent that was changed outside is named with who set it", () => {
  const reverted = {
    attributes: ["llm_model"],
    set_at: "2026-11-20T00:00:00Z",
    set_by: "ada",
    noticed_at: null,
    event_id: null,
  } satisfies AgentRecord["reverted"];
  const [finding] = findingsOf(makeSnapshot({ agents: [makeAgent({ reverted })] }));
  expect(finding).toMatchObject({
    code: "agent_reverted",
    severity: "warning",
    evidence: expect.stringContaining("ada"),
  });
});

test("a row with faults is named with each of them", () => {
  const [finding] = findingsOf(
    makeSnapshot({ agents: [makeAgent({ defects: ["metadata is not an object in JSON"] })] }),
  );
  expect(finding).toMatchObject({
    code: "agent_defective",
    evidence: "metadata is not an object in JSON.",
  });
});

test("findings come worst first", () => {
  const agents = [
    makeAgent({ agent_name: "a", defects: ["status is missing"] }),
    makeAgent({ agent_name: "b", resolves_to: null }),
  ];
  const severities = findingsOf(makeSnapshot({ agents })).map(({ severity }) => severity);
  expect(severities).toEqual(["error", "warning"]);
});
