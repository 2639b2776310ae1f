import { describe, expect, test } from "vitest";
import { agentFlags } from "@/components/agents/table/flags";
import type { AgentRecord } from "@/lib/agents/schema";
import { availabilityFrom, availabilityLabel } from "@/lib/models/rules/availability";
import { findModelEvidence, type ModelEvidence } from "@/lib/models/rules/evidence";
import { judgeAvailability } from "@/lib/models/rules/judge-availability";
import type { ModelRecord } from "@/lib/models/schema";
import { model as record } from "../../components/models/model";

const now = Date.parse("2026-11-28T12:00:00Z");
const evidence = (changes: Partial<ModelEvidence> = {}): ModelEvidence => ({
  pk: "openai#gpt-x",
  provider_id: "openai",
  model_id: "gpt-x",
  display_name: "GPT X",
  lifecycle: null,
  retires_on: null,
  last_test: null,
  last_proof: null,
  listing: null,
  ...changes,
});
const listing = (lifecycle: ModelRecord["lifecycle"], retires_on: string | null = null) => ({
  as_of: "2026-11-27T08:00:00.000Z",
  models: [{ model_id: "gpt-x", lifecycle, retires_on }],
});
const test404 = { outcome: "unknown_model", at: "2026-11-28T10:00:00.000Z", by: "ann" };
const labelOf = (
  changes: Partial<ModelEvidence>,
  catalog: Pick<ModelRecord, "lifecycle" | "retires_on"> | null = null,
) => availabilityLabel(judgeAvailability(evidence(changes), catalog, now));

describe("whether a model is offered", () => {
  test.each<[string, Partial<ModelEvidence>]>([
    ["Active", {}],
    ["Active", { lifecycle: "active", listing: listing("active") }],
    ["Legacy", { lifecycle: "legacy" }],
    ["Legacy", { listing: listing("legacy") }],
    ["Retires 14 Jan 2027", { retires_on: "2027-01-14" }],
    ["Retires 14 Jan 2027", { lifecycle: "legacy", listing: listing("legacy", "2027-01-14") }],
    ["Retired 10 Sep 2026", { retires_on: "2026-09-10" }],
    ["Retired", { lifecycle: "retired" }],
    ["Retired", { listing: listing("retired") }],
    ["Not offered here", { last_test: test404 }],
    ["Retired 10 Sep 2026", { retires_on: "2026-09-10", last_test: test404 }],
  ])("has one name: %s", (label, changes) => {
    expect(labelOf(changes)).toBe(label);
  });

  test("is retired by the documentation alone, until a test shows that it answers", () => {
    const documented = { pk: "openai#o1-preview", model_id: "o1-preview" };
    expect(labelOf(documented)).toMatch(/^Retired \d/);
    expect(labelOf({ ...documented, last_test: { ...test404, outcome: "ok" } })).toBe("Active");
  });

  test("takes a coming retirement from the catalog, but not a past one", () => {
    expect(labelOf({}, { lifecycle: null, retires_on: "2027-01-14" })).toBe("Retires 14 Jan 2027");
    expect(labelOf({}, { lifecycle: "retired", retires_on: "2026-01-14" })).toBe("Active");
  });

  test("a provider that still lists a model is late with its date", () => {
    expect(labelOf({ listing: listing("legacy", "2026-09-10") })).toBe("Legacy");
  });

  test("is denied exactly where a finding blocks a switch", () => {
    const cases = [{}, { lifecycle: "retired" as const }, { last_test: test404 }];
    for (const changes of cases) {
      const { state } = judgeAvailability(evidence(changes), null, now);
      const { blocking } = findModelEvidence(evidence(changes), now);
      expect(["retired", "not_offered"].includes(state)).toBe(blocking.length > 0);
    }
  });
});

test("a date never reads as a coming one from its own day on", () => {
  const on = (day: string) =>
    availabilityLabel(availabilityFrom({ lifecycle: null, retires_on: day }, "", now));
  expect(on("2026-11-28")).toBe("Retired 28 Nov 2026");
  expect(on("2026-11-29")).toBe("Retires 29 Nov 2026");
});

test.each([
  ["retired", "2026-09-10", "Retired 10 Sep 2026", "bad"],
  ["not_offered", null, "Not offered here", "bad"],
  ["retiring", "2027-01-14", "Retires 14 Jan 2027", "warn"],
] as const)("an agent on a model that is %s carries its flag", (state, on, label, tone) => {
  const model = { ...record, availability: { state, on, because: "Its row says so." } };
  // The flags read these attributes only.
  const agent = {
    llm_provider: model.provider,
    llm_model: model.model_id,
    resolves_to: model.pk,
    unified: true,
    tools: [],
    defects: [],
  } as unknown as AgentRecord;
  const flags = agentFlags(agent, { model, provider: undefined, mapped: [model.provider] });
  expect(flags).toEqual([expect.objectContaining({ label, tone })]);
});
