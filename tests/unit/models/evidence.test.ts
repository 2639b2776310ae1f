import { describe, expect, test } from "vitest";
import {
  findModelEvidence,
  findSimilarIds,
  type ModelEvidence,
  toCandidates,
} from "@/lib/models/rules/evidence";

const now = Date.parse("2026-11-28T12:00:00Z");
const listing: ModelEvidence["listing"] = {
  as_of: "2026-11-27T08:00:00.000Z",
  models: ["gpt-4o", "gpt-4o-mini", "gpt-5.2", "text-embedding-3-small"].map((model_id) => ({
    model_id,
    lifecycle: null,
    retires_on: null,
  })),
};
const model = (changes: Partial<ModelEvidence> = {}): ModelEvidence => ({
  pk: "openai#gpt-4o",
  provider_id: "openai",
  model_id: "gpt-4o",
  display_name: "GPT-4o",
  lifecycle: null,
  retires_on: null,
  last_test: null,
  last_proof: null,
  listing: null,
  ...changes,
});
const seen = (outcome: string, at = "2026-11-28T10:00:00.000Z") => ({ outcome, at, by: "ann" });
const probed = (outcome: string, at?: string) => ({
  ...seen(outcome, at),
  source: "probe" as const,
});
const codes = (changes: Partial<ModelEvidence>) => {
  const { blocking, warnings } = findModelEvidence(model(changes), now);
  return { blocking: blocking.map(({ code }) => code), warnings: warnings.map(({ code }) => code) };
};
const nothing = { blocking: [], warnings: [] };
const failed = { blocking: ["model_test_failed"], warnings: [] };

describe("a test that failed for good", () => {
  test.each(["unknown_model", "no_access", "needs_inference_profile", "wrong_region"])(
    "%s blocks, in a test and in a probe",
    (code) => {
      expect(codes({ last_test: seen(code) })).toEqual(failed);
      expect(codes({ last_proof: probed(code) })).toEqual(failed);
    },
  );

  test.each([
    "ok",
    "rate_limited",
    "timeout",
    "overloaded",
    "unreachable",
    "quota_exhausted",
    "bad_key",
    "key_missing",
    "bad_request",
    "provider_error",
  ])("%s doesn't block", (code) => {
    expect(codes({ last_test: seen(code) })).toEqual(nothing);
  });

  test("the latest proof counts, whether test or probe", () => {
    const earlier = "2026-11-28T09:00:00.000Z";
    expect(codes({ last_test: seen("unknown_model", earlier), last_proof: probed("ok") })).toEqual(
      nothing,
    );
    expect(codes({ last_test: seen("ok", earlier), last_proof: probed("unknown_model") })).toEqual(
      failed,
    );
  });

  test("a transient failure doesn't hide an earlier proof", () => {
    const last_proof = probed("unknown_model", "2026-11-28T09:00:00.000Z");
    expect(codes({ last_test: seen("timeout"), last_proof })).toEqual(failed);
  });

  test("it says who saw it and when, and lists similar models", () => {
    const dead = model({
      model_id: "gpt-4oo",
      display_name: "GPT-4oo",
      last_test: seen("unknown_model"),
      listing,
    });
    const [finding] = findModelEvidence(dead, now).blocking;
    expect(finding).toMatchObject({ severity: "error", subject: { id: "openai#gpt-4o" } });
    expect(finding?.evidence).toContain("by ann at");
    expect(finding?.fix).toContain("gpt-4o, gpt-4o-mini");
  });
});

describe("a retired model", () => {
  test.each([
    [{ lifecycle: "retired" as const }],
    [{ retires_on: "2026-11-28" }],
    [
      {
        listing: {
          as_of: "2026-11-27T08:00:00.000Z",
          models: [{ model_id: "gpt-4o", lifecycle: "retired" as const, retires_on: null }],
        },
      },
    ],
    [
      {
        listing: {
          as_of: "2026-11-27T08:00:00.000Z",
          models: [{ model_id: "gpt-4o", lifecycle: null, retires_on: "2026-11-01" }],
        },
      },
    ],
  ])("blocks: %j", (changes) => {
    expect(codes(changes)).toEqual({ blocking: ["model_retired"], warnings: [] });
  });

  test("a future date or a legacy model doesn't block", () => {
    expect(codes({ retires_on: "2026-11-29", lifecycle: "legacy" })).toEqual(nothing);
  });
});

describe("a model that the provider doesn't list", () => {
  const unlisted = { model_id: "gpt-4oo", listing };

  test("is a warning with the day of the list and the nearest IDs", () => {
    const { blocking, warnings } = findModelEvidence(model(unlisted), now);
    expect(blocking).toEqual([]);
    expect(warnings).toMatchObject([{ code: "model_not_listed", severity: "warning" }]);
    expect(warnings[0]?.evidence).toContain("27 Nov 2026");
    expect(warnings[0]?.fix).toContain("gpt-4o, gpt-4o-mini");
  });

  test("is a warning only if the list is newer than the last successful test", () => {
    expect(codes({ ...unlisted, last_test: seen("ok") })).toEqual(nothing);
    const last_test = seen("ok", "2026-11-26T10:00:00.000Z");
    expect(codes({ ...unlisted, last_test }).warnings).toEqual(["model_not_listed"]);
  });

  test("nothing is said without a list, with an empty one, or about Bedrock", () => {
    expect(codes({ ...unlisted, listing: null })).toEqual(nothing);
    expect(codes({ ...unlisted, listing: { ...listing, models: [] } })).toEqual(nothing);
    expect(codes({ ...unlisted, provider_id: "bedrock" })).toEqual(nothing);
  });
});

test.each([
  ["gpt4o", ["gpt-4o", "gpt-4o-mini"]],
  ["GPT-4o", ["gpt-4o", "gpt-4o-mini"]],
  ["claude-sonnet-4.5", ["claude-sonnet-4-5", "claude-opus-4-5"]],
  ["llama-3", []],
])("the IDs most like %s", (id, expected) => {
  const ids = [
    "gpt-4o",
    "gpt-4o-mini",
    "claude-sonnet-4-5",
    "claude-opus-4-5",
    "gpt-4o-audio-preview",
  ];
  expect(findSimilarIds(id, toCandidates(ids))).toEqual(expected);
});
