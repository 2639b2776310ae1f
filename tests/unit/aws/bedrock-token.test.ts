import { devNull } from "node:os";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readBearerToken } from "@/lib/keys/rules/bearer-token";

beforeEach(() => {
  vi.resetModules();
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  vi.stubEnv("NEXTAUTH_SECRET", "thirty-two-characters-of-a-secret");
  vi.stubEnv("AWS_CONFIG_FILE", devNull);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", devNull);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** As a server that has just started with this environment. */
async function sign(region: string, hours: number) {
  const { signBedrockToken } = await import("@/lib/aws/bedrock-token");
  return signBedrockToken(region, hours);
}

test("a token is signed for the region and the hours asked for", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIANOBODY");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "nothing");
  const { token, endsWithSession, sessionEndsAt } = await sign("ap-northeast-1", 3);
  const { kind, region, issued_at, expires_at } = readBearerToken(token);
  expect({ kind, region }).toEqual({ kind: "short_term", region: "ap-northeast-1" });
  expect(Date.parse(expires_at ?? "") - Date.parse(issued_at ?? "")).toBe(3 * 3_600_000);
  expect({ endsWithSession, sessionEndsAt }).toEqual({
    endsWithSession: false,
    sessionEndsAt: null,
  });
});

test("session credentials report their expiry if known", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIANOBODY");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "nothing");
  vi.stubEnv("AWS_SESSION_TOKEN", "a-session");
  expect(await sign("eu-west-1", 12)).toMatchObject({ endsWithSession: true, sessionEndsAt: null });

  vi.resetModules();
  const end = new Date(Date.now() + 2 * 3_600_000).toISOString();
  vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", end);
  expect(await sign("eu-west-1", 12)).toMatchObject({ endsWithSession: true, sessionEndsAt: end });
});

test("a server without credentials is an error that says so", async () => {
  const { explainAwsFailure } = await import("@/lib/aws/failures");
  const failure = await sign("eu-west-1", 1).catch((error: unknown) => error);
  expect(explainAwsFailure(failure)).toMatchObject({
    code: "aws_unavailable",
    message: expect.stringContaining("no AWS credentials"),
  });
});
