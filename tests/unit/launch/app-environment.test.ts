import { afterEach, expect, test, vi } from "vitest";
import { LocalEnvironment, liveEnvironment } from "@/scripts/launch/app-environment";
import { signInFrom } from "@/scripts/launch/settings";

afterEach(() => void vi.unstubAllEnvs());

const source = () =>
  ({ mode: "production", port: 3100, signIn: signInFrom({ NODE_ENV: "test" }) }) as const;

const baseUrls = {
  openai: "http://127.0.0.1:4010/openai/v1",
  anthropic: "http://127.0.0.1:4010/anthropic",
  google: "http://127.0.0.1:4010/google",
  bedrock: "http://127.0.0.1:4010/bedrock",
  xai: "http://127.0.0.1:4010/xai/v1",
  deepseek: "http://127.0.0.1:4010/deepseek",
};

test("the local app sees the stand-ins and nobody's AWS identity", () => {
  const identity = {
    AWS_PROFILE: "payroll",
    AWS_SESSION_TOKEN: "session",
    AWS_BEARER_TOKEN_BEDROCK: "bearer",
    AWS_ENDPOINT_URL_DYNAMODB: "https://dynamodb.eu-west-1.amazonaws.com",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token",
  };
  for (const [name, value] of Object.entries(identity)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_REGION", "us-east-1");
  const variables = new LocalEnvironment(source()).forApp(
    "http://127.0.0.1:4566",
    baseUrls,
    "default",
  );
  for (const name of Object.keys(identity)) expect(variables).not.toHaveProperty(name);
  expect(variables).toMatchObject({
    AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: baseUrls.bedrock,
    AWS_REGION: "eu-west-1",
    BEDROCK_REGION: "eu-west-1",
    OPENAI_BASE_URL: baseUrls.openai,
    NEXTAUTH_URL: "http://localhost:3100",
    NODE_ENV: "production",
  });
});

test.each([
  ["default", "Local stand-in, sample data"],
  ["none", "Local stand-in"],
  ["/tmp/rows.json", "Local stand-in"],
])("the label says what a folder that was filled with SEED=%s holds", (seed, label) => {
  const environment = new LocalEnvironment(source());
  expect(environment.forApp("http://127.0.0.1:4566", baseUrls, seed).CONSOLE_LABEL).toBe(label);
});

test("other requests go to the providers, or where the shell's base URLs point", () => {
  vi.stubEnv("OPENAI_BASE_URL", "http://gateway.test/v1");
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://bedrock.test");
  expect(new LocalEnvironment(source()).upstreams).toMatchObject({
    openai: "http://gateway.test/v1",
    anthropic: "https://api.anthropic.com",
    bedrock: "http://bedrock.test",
  });
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "");
  expect(new LocalEnvironment(source()).upstreams.bedrock).toBe(
    "https://bedrock-runtime.eu-west-1.amazonaws.com",
  );
});

test("an invalid base URL is refused by name", () => {
  vi.stubEnv("XAI_BASE_URL", "grok");
  expect(() => new LocalEnvironment(source())).toThrow("XAI_BASE_URL: must be an http(s) URL");
});

test("the live app keeps the shell's AWS settings and says that it is live", () => {
  vi.stubEnv("AWS_PROFILE", "platform");
  const variables = liveEnvironment(source(), "eu-central-1");
  expect(variables).toMatchObject({
    AWS_PROFILE: "platform",
    AWS_REGION: "eu-central-1",
    CONSOLE_LABEL: "Live AWS",
  });
});

test("the live app doesn't label another endpoint live AWS", () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
  expect(liveEnvironment(source(), "eu-west-1")).toMatchObject({
    CONSOLE_LABEL: "AWS endpoint http://127.0.0.1:4566",
  });
});
