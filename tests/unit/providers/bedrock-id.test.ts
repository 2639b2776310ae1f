import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { BedrockBase, BedrockCatalog, BedrockProfile } from "@/lib/discovery/schema";
import { judgeBedrockId, profilesOf } from "@/lib/providers/rules/bedrock-id";

function base(model_id: string, runs: BedrockBase["runs"], more: Partial<BedrockBase> = {}) {
  const rest = { display_name: null, supports_vision: null, lifecycle: null };
  return { model_id, runs, writes_text: true, ...rest, ...more };
}

function profile(model_id: string, of: string, regions: number): BedrockProfile {
  return {
    model_id,
    display_name: null,
    kind: model_id.startsWith("arn:") ? "application" : "system",
    bases: [of],
    regions,
    created_at: null,
  };
}

const ownArn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3d4e5f6";
const sonnet = "anthropic.claude-sonnet-4-6";

const ireland: BedrockCatalog = {
  region: "eu-west-1",
  as_of: "2026-11-22T10:00:00.000Z",
  bases: [
    base("amazon.nova-pro-v1:0", "profile"),
    base("amazon.nova-2-lite-v1:0", "profile"),
    base("anthropic.claude-3-haiku-20240307-v1:0", "on_demand"),
    base("amazon.titan-embed-text-v2:0", "on_demand", { writes_text: false }),
    base("anthropic.claude-3-haiku-20240307-v1:0:48k", "provisioned"),
    base("cohere.lonely-v1:0", "profile"),
  ],
  profiles: [
    profile("global.amazon.nova-2-lite-v1:0", "amazon.nova-2-lite-v1:0", 20),
    profile("eu.amazon.nova-2-lite-v1:0", "amazon.nova-2-lite-v1:0", 5),
    profile("eu.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", 4),
    // Its base model is in no list of the region.
    profile(`global.${sonnet}`, sonnet, 20),
    profile(ownArn, "amazon.nova-pro-v1:0", 1),
  ],
};

const judge = (typed: string, catalog: BedrockCatalog | null = ireland) =>
  judgeBedrockId(typed, catalog);

test.each([
  "eu.amazon.nova-pro-v1:0",
  `global.${sonnet}`,
  "anthropic.claude-3-haiku-20240307-v1:0",
])("%s, which the region lists, is fine", (id) => {
  expect(judge(id)).toEqual({ problem: null, checked: true, sentence: null, corrections: [] });
});

describe("a base ID that needs a profile", () => {
  it("is offered the profile of the region's geography first, then the global one", () => {
    expect(judge("amazon.nova-2-lite-v1:0")).toEqual({
      problem: "needs_profile",
      checked: true,
      sentence: expect.stringContaining("only through an inference profile"),
      corrections: ["eu.amazon.nova-2-lite-v1:0", "global.amazon.nova-2-lite-v1:0"],
    });
    expect(judge(sonnet).corrections).toEqual([`global.${sonnet}`]);
  });

  it("without a listed profile has no suggestion", () => {
    expect(judge("cohere.lonely-v1:0")).toMatchObject({
      problem: "needs_profile",
      corrections: [],
      sentence: expect.stringContaining("none is listed"),
    });
  });

  it("isn't offered an application profile, whose costs belong to a team", () => {
    expect(profilesOf("amazon.nova-pro-v1:0", ireland)).toEqual(["eu.amazon.nova-pro-v1:0"]);
  });

  it("in two geographies is offered the narrower one first", () => {
    const tokyo = {
      ...ireland,
      region: "ap-northeast-1",
      profiles: [profile(`apac.${sonnet}`, sonnet, 7), profile(`jp.${sonnet}`, sonnet, 2)],
    };
    expect(judge(sonnet, tokyo).corrections).toEqual([`jp.${sonnet}`, `apac.${sonnet}`]);
  });
});

describe("a profile", () => {
  it("of a geography that the region lacks is explained by those it has", () => {
    expect(judge("us.amazon.nova-pro-v1:0")).toEqual({
      problem: "foreign_geography",
      checked: true,
      sentence: expect.stringContaining("eu-west-1 offers eu. and global. profiles, not us. ones"),
      corrections: ["eu.amazon.nova-pro-v1:0"],
    });
  });

  it("of an unknown geography is recognised by its base model", () => {
    expect(judge("sa.amazon.nova-pro-v1:0")).toMatchObject({
      problem: "foreign_geography",
      corrections: ["eu.amazon.nova-pro-v1:0"],
    });
  });

  it("of an offered geography that is not listed is unknown, and another one is offered", () => {
    expect(judge(`eu.${sonnet}`)).toMatchObject({
      problem: "unknown",
      corrections: [`global.${sonnet}`],
    });
    expect(judge("eu.amazon.nova-9-v1:0")).toMatchObject({ problem: "unknown", corrections: [] });
  });

  it("of a model that runs by its base ID is replaced by that ID", () => {
    expect(judge("us.anthropic.claude-3-haiku-20240307-v1:0").corrections).toEqual([
      "anthropic.claude-3-haiku-20240307-v1:0",
    ]);
  });

  it("is judged by the list, not by the region's name", () => {
    const oregon = { ...ireland, profiles: [profile(`us.${sonnet}`, sonnet, 3)] };
    expect(judge(`us.${sonnet}`, oregon).problem).toBeNull();
    expect(judge("eu.amazon.nova-pro-v1:0", oregon).problem).toBe("foreign_geography");
  });
});

test("an unlisted ID is unknown; similar IDs are suggested from three characters on", () => {
  expect(judge("gpt-4o")).toMatchObject({ problem: "unknown", corrections: [] });
  expect(judge("NOVA-PRO").corrections).toEqual(["eu.amazon.nova-pro-v1:0"]);
  expect(judge("am").corrections).toEqual([]);
});

test("models without text output and provisioned capacity are distinguished", () => {
  expect(judge("amazon.titan-embed-text-v2:0").problem).toBe("no_text");
  expect(judge("anthropic.claude-3-haiku-20240307-v1:0:48k").problem).toBe("provisioned_only");
});

describe("a pasted ARN", () => {
  it("is reduced to its ID, corrected if the ID alone would fail", () => {
    const eu = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0";
    expect(judge(eu)).toMatchObject({
      problem: "pasted_arn",
      corrections: ["eu.amazon.nova-pro-v1:0"],
    });
    const model = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0";
    expect(judge(model)).toMatchObject({
      problem: "needs_profile",
      sentence: expect.stringMatching(/whole ARN.*only through an inference profile/),
      corrections: ["eu.amazon.nova-pro-v1:0"],
    });
  });

  it("of a custom deployment stays whole, unless it belongs to another region", () => {
    expect(judge(ownArn).problem).toBeNull();
    for (const kind of ["provisioned-model", "custom-model", "application-inference-profile"]) {
      const arn = (region: string) => `arn:aws:bedrock:${region}:123456789012:${kind}/x1y2`;
      expect(judge(arn("eu-west-1"))).toMatchObject({ problem: null, corrections: [] });
      expect(judge(arn("us-east-1"))).toMatchObject({ problem: "foreign_region", corrections: [] });
    }
  });

  it("of another service is refused", () => {
    expect(judge("arn:aws:s3:::bucket/key").problem).toBe("unknown");
  });

  it("is suggested for an application profile's ID", () => {
    expect(judge("a1b2c3d4e5f6")).toMatchObject({
      problem: "application_id",
      corrections: [ownArn],
    });
  });

  const id = fc.stringMatching(/^[a-z0-9-]{1,12}\.[a-z0-9.-]{1,30}(:\d{1,2})?(\/[a-z]{1,4})?$/);
  const region = fc.constantFrom("eu-west-1", "us-east-1", "us-gov-west-1", "ap-southeast-2");
  const partition = fc.constantFrom("aws", "aws-cn", "aws-us-gov");
  const account = fc.constantFrom("", "123456789012");
  const pad = fc.constantFrom("", " ", "\n", "\t ");

  it("is reduced to the ID, whatever surrounds it", () => {
    const kind = fc.constantFrom("foundation-model", "inference-profile");
    fc.assert(
      fc.property(
        id,
        region,
        partition,
        account,
        kind,
        pad,
        (name, where, part, who, what, space) => {
          const arn = `${space}arn:${part}:bedrock:${where}:${who}:${what}/${name}${space}`;
          expect(judge(arn, null)).toMatchObject({ problem: "pasted_arn", corrections: [name] });
        },
      ),
    );
  });

  it("that stays whole isn't split", () => {
    const kind = fc.constantFrom(
      "application-inference-profile",
      "provisioned-model",
      "custom-model",
    );
    fc.assert(
      fc.property(id, region, kind, pad, (name, where, what, space) => {
        const arn = `arn:aws:bedrock:${where}:123456789012:${what}/${name}`;
        const { corrections } = judge(space + arn + space);
        expect(corrections.filter((corrected) => corrected !== arn)).toEqual([]);
      }),
    );
  });
});

test("spaces around an ID are reported and removed", () => {
  expect(judge(" eu.amazon.nova-pro-v1:0\n")).toMatchObject({
    problem: "spaces",
    corrections: ["eu.amazon.nova-pro-v1:0"],
  });
  expect(judge("   ")).toMatchObject({ problem: null, checked: false });
});

test("without the region's list only the form is checked", () => {
  expect(judge("us.amazon.nova-pro-v1:0", null)).toMatchObject({ problem: null, checked: false });
  expect(judge(" x ", null)).toMatchObject({ problem: "spaces", checked: false });
});

test("every suggestion is valid itself, and no input throws", () => {
  const parts = fc.constantFrom(
    ...["us.", "eu.", "global.", "arn:aws:bedrock:eu-west-1::foundation-model/", " ", "#", "."],
    ...ireland.bases.map(({ model_id }) => model_id),
  );
  const typed = fc.oneof(
    fc.string(),
    fc.array(parts, { maxLength: 4 }).map((each) => each.join("")),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const { corrections } = judge(text);
      for (const corrected of corrections) {
        expect(judge(corrected).problem, `${text} → ${corrected}`).toBeNull();
      }
    }),
  );
});
