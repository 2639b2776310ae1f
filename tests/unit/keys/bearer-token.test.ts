import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBearerToken, tokenWarnings } from "@/lib/keys/rules/bearer-token";
import {
  accessKeyId,
  presignedQuery,
  rewriteToken,
  shortTermToken,
} from "../../support/bearer-tokens";

/** A token whose presigned query is changed after it was signed. */
async function altered(from: string | RegExp, to: string): Promise<string> {
  const token = rewriteToken(await shortTermToken(), (query) => query.replace(from, to));
  expect(token).not.toBe(await shortTermToken());
  return token;
}

describe("a short-term token of AWS's generator", () => {
  test.each([
    ["eu-west-1", 1],
    ["us-gov-west-1", 5],
    ["ap-southeast-2", 12],
  ])("for %s and %i hours tells its region and its dates", async (region, hours) => {
    const startedAt = Math.floor(Date.now() / 1000) * 1000;
    const token = readBearerToken(await shortTermToken({ region, hours }));
    expect(token).toMatchObject({ kind: "short_term", region, defect: null });
    const issued = Date.parse(token.issued_at ?? "");
    expect(issued).toBeGreaterThanOrEqual(startedAt);
    expect(issued).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(token.expires_at ?? "") - issued).toBe(hours * 3_600_000);
  });

  test("signed by a session is read too", async () => {
    const token = await shortTermToken({
      region: "eu-west-1",
      hours: 2,
      sessionToken: "session+token/with=signs&more",
    });
    expect(readBearerToken(token)).toMatchObject({ kind: "short_term", region: "eu-west-1" });
  });

  test("reveals neither the access key nor the signature nor the session", async () => {
    const token = await shortTermToken({
      region: "eu-west-1",
      hours: 2,
      sessionToken: "the-session-token",
    });
    const parsed = JSON.stringify(readBearerToken(token));
    const signature = new URLSearchParams(presignedQuery(token)).get("X-Amz-Signature") ?? "";
    expect(signature).toHaveLength(64);
    for (const secret of [accessKeyId, signature, "the-session-token"]) {
      expect(parsed).not.toContain(secret);
    }
  });

  test("truncated anywhere is a defect, never another kind", async () => {
    const whole = await shortTermToken({ region: "eu-west-1", hours: 1 });
    const withoutPadding = whole.replace(/=+$/, "").length;
    for (let length = "bedrock-api-key-".length; length < withoutPadding; length += 1) {
      const read = readBearerToken(whole.slice(0, length));
      expect(read).toMatchObject({ kind: null, region: null, expires_at: null });
      expect(read.defect).toMatch(/cut short/);
    }
  });

  test("expires after at most the 12 hours that AWS allows", async () => {
    const token = readBearerToken(await altered("X-Amz-Expires=3600", "X-Amz-Expires=999999"));
    const { issued_at, expires_at } = token;
    expect(Date.parse(expires_at ?? "") - Date.parse(issued_at ?? "")).toBe(12 * 3_600_000);
  });

  test.each([
    ["of another service", "%2Fbedrock%2F", "%2Fs3%2F"],
    ["of a region that is none", "eu-west-1", "nowhere"],
    ["without a date", /X-Amz-Date=\w+/, "X-Amz-Date="],
    ["of a month that is none", /X-Amz-Date=\d{6}/, "X-Amz-Date=202613"],
    ["without an end", "X-Amz-Expires=3600", "X-Amz-Expires=0"],
    ["with an end that is no number", "X-Amz-Expires=3600", "X-Amz-Expires=1e3"],
    ["without a signature", /X-Amz-Signature=\w+/, "X-Amz-Signature="],
  ])("%s is not read", async (_, from, to) => {
    const read = readBearerToken(await altered(from, to));
    expect(read).toMatchObject({ kind: null, region: null, issued_at: null, expires_at: null });
    expect(read.defect).not.toBeNull();
  });
});

describe("other tokens", () => {
  test("in the long-term form are recognised, without dates", () => {
    expect(readBearerToken(`ABSK${btoa("a name and a secret of nobody")}`)).toEqual({
      kind: "long_term",
      region: null,
      issued_at: null,
      expires_at: null,
      defect: null,
    });
  });

  test("in the long-term form with invalid characters get a warning", () => {
    const read = readBearerToken("ABSK-not-base64-at-all");
    expect(read.kind).toBe("long_term");
    expect(read.defect).toMatch(/Copy it again/);
  });

  test.each(["", "bedrock-api-key-", "bedrock-api-key-%%%", "sk-of-another-provider", "sandbox-x"])(
    "%j has no kind, which is a defect",
    (token) => {
      const read = readBearerToken(token);
      expect(read.kind).toBeNull();
      expect(read.defect).not.toBeNull();
    },
  );

  test("never throw, and no part of them is in the result", () => {
    const text = fc.oneof(fc.string(), fc.base64String());
    const prefix = fc.constantFrom("", "bedrock-api-key-", "ABSK");
    fc.assert(
      fc.property(prefix, text, (start, rest) => {
        const parsed = JSON.stringify(readBearerToken(start + rest));
        if (rest.length > 12) expect(parsed).not.toContain(rest);
      }),
    );
  });

  test("never throw, whatever their query contains", () => {
    const names = ["Action", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature"];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom("a/b/eu-west-1/bedrock/aws4_request", "99991231T235959Z", "43200"),
      fc.constant("0".repeat(64)),
    );
    const query = fc.array(fc.tuple(fc.constantFrom(...names), value));
    fc.assert(
      fc.property(query, (pairs) => {
        const token = `bedrock-api-key-${btoa(`x/?${new URLSearchParams(pairs)}`)}`;
        expect(readBearerToken(token)).toHaveProperty("kind");
      }),
    );
  });
});

describe("before a token is saved", () => {
  const now = () => Date.now();

  test("one for the runtime's region has no warning", async () => {
    const token = readBearerToken(await shortTermToken({ region: "eu-west-1", hours: 1 }));
    expect(tokenWarnings(token, "eu-west-1", now())).toEqual([]);
  });

  test("one for another region has a warning with both regions", async () => {
    const token = readBearerToken(await shortTermToken({ region: "us-east-1", hours: 1 }));
    const [warning, ...more] = tokenWarnings(token, "eu-west-1", now());
    expect(warning).toMatch(/us-east-1.*eu-west-1/);
    expect(more).toEqual([]);
  });

  test("an expired one has a warning", async () => {
    const token = readBearerToken(await shortTermToken({ region: "eu-west-1", hours: 1 }));
    expect(tokenWarnings(token, "eu-west-1", now() + 2 * 3_600_000)).toEqual(["It has expired."]);
  });

  test("an unreadable one has a warning", () => {
    const token = readBearerToken("bedrock-api-key-broken!");
    expect(tokenWarnings(token, "eu-west-1", now())).toEqual([token.defect]);
  });
});
