import { describe, expect, it } from "vitest";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import { refineBedrockFailure, refineByCatalog } from "@/lib/providers/bedrock-refusal";
import { ProviderFailure } from "@/lib/providers/errors";

const ireland: BedrockCatalog = {
  region: "eu-west-1",
  as_of: "2026-11-22T10:00:00.000Z",
  bases: [],
  profiles: ["eu", "global"].map((geography) => ({
    model_id: `${geography}.amazon.nova-pro-v1:0`,
    display_name: null,
    kind: "system",
    bases: ["amazon.nova-pro-v1:0"],
    regions: geography === "eu" ? 4 : 20,
    created_at: null,
  })),
};

const unknown = new ProviderFailure({
  code: "unknown_model",
  cause: "No such model.",
  fix: "Choose another.",
  provider_status: 400,
  provider_message: "The provided model identifier is invalid.",
});

describe("an id that Bedrock calls invalid", () => {
  it("is wrong_region if the region lists no profile of that geography", () => {
    const placed = refineByCatalog(ireland, unknown, "us.amazon.nova-pro-v1:0");
    expect(placed.toJSON()).toEqual({
      ...unknown.toJSON(),
      code: "wrong_region",
      cause:
        "eu-west-1 offers eu. and global. profiles, not us. ones: a call from there would fail.",
      fix: expect.stringContaining("a model that eu-west-1 offers"),
    });
  });

  it("is wrong_region if the ARN names another region", () => {
    const arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2";
    expect(refineByCatalog(ireland, unknown, arn).code).toBe("wrong_region");
  });

  it.each(["eu.amazon.nova-x-v1:0", "amazon.nova-x-v1:0", "nova"])(
    "stays unknown when the region's list is of its geography or of none (%s)",
    (id) => expect(refineByCatalog(ireland, unknown, id)).toBe(unknown),
  );

  it("isn't looked up for other providers and failures", async () => {
    const { signal } = new AbortController();
    expect(await refineBedrockFailure(unknown, "openai", "us.x", signal)).toBe(unknown);
    const busy = new ProviderFailure({ ...unknown.toJSON(), code: "overloaded" });
    expect(await refineBedrockFailure(busy, "bedrock", "us.x", signal)).toBe(busy);
  });
});
