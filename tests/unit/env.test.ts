import { describe, expect, it, vi } from "vitest";
import { otherEnvironments, readEnvironment } from "@/lib/env";

const complete = {
  AWS_REGION: "eu-west-1",
  NEXTAUTH_URL: "http://localhost:3000",
  NEXTAUTH_SECRET: "a".repeat(32),
} as unknown as NodeJS.ProcessEnv; // NODE_ENV is of no interest here.

describe("the configuration", () => {
  it("derives the tables and the secret from ENV_NAME", () => {
    const values = readEnvironment({ ...complete, ENV_NAME: "dev" });
    expect(values.LLM_MODELS_TABLE).toBe("LLMModels-dev");
    expect(values.LLM_SECRET_ID).toBe("/ai-agent/llm-secrets/dev");
    expect(values.BEDROCK_REGION).toBe("eu-west-1");
  });

  it("lists everything that is wrong in one message, without the values", () => {
    const read = () =>
      readEnvironment({ ...complete, AWS_REGION: "", NEXTAUTH_SECRET: "short", XAI_BASE_URL: "x" });
    expect(read).toThrow(/AWS_REGION: is not set/);
    expect(read).toThrow(/NEXTAUTH_SECRET: must be at least 32/);
    expect(read).toThrow(/XAI_BASE_URL: must be an http/);
    expect(read).not.toThrow(/short/);
  });

  it("reads true, false and empty as booleans, and refuses a typo", () => {
    const read = (value: string) => readEnvironment({ ...complete, WRITE_LEGACY_PRICES: value });
    expect(read("true").WRITE_LEGACY_PRICES).toBe(true);
    expect(read("false").WRITE_LEGACY_PRICES).toBe(false);
    expect(read("").WRITE_LEGACY_PRICES).toBe(false);
    expect(() => read("yes")).toThrow(/WRITE_LEGACY_PRICES: must be true or false/);
  });

  it("lists incompatible settings along with missing ones", () => {
    const { NEXTAUTH_URL: _, ...addressless } = complete;
    const read = () =>
      readEnvironment({ ...addressless, OIDC_ISSUER: "http://idp.example", OIDC_SCOPE: "email" });
    expect(read).toThrow(/NEXTAUTH_URL: is not set/);
    expect(read).toThrow(/OIDC_SCOPE: must contain openid/);
    expect(read).toThrow(/OIDC_ISSUER: must be https/);
    expect(read).toThrow(/OIDC_CLIENT_ID: is not set/);
  });

  it.each(["dev", "DEV_2", "eu.west-1", "0", "-", "x".repeat(239)])(
    "takes %s as an environment's name",
    (ENV_NAME) => {
      const { MODEL_MANAGEMENT_TABLE } = readEnvironment({ ...complete, ENV_NAME });
      expect(MODEL_MANAGEMENT_TABLE).toBe(`ModelManagement-${ENV_NAME}`);
    },
  );

  const account = "eu-west-1:111122223333";
  const secret = `arn:aws:secretsmanager:${account}:secret`;
  it.each([
    ["ENV_NAME", "prod/eu", /ENV_NAME: may have up to 239 letters/],
    ["ENV_NAME", " prod", /ENV_NAME: may have/],
    ["ENV_NAME", "prod\n", /ENV_NAME: may have/],
    ["ENV_NAME", "prüf", /ENV_NAME: may have/],
    ["ENV_NAME", "x".repeat(240), /ENV_NAME: may have/],
    ["LLM_MODELS_TABLE", "LLM Models", /LLM_MODELS_TABLE: must be the name of a table/],
    ["AGENT_REGISTRY_TABLE", "ab", /AGENT_REGISTRY_TABLE: must be the name of a table/],
    ["MODEL_MANAGEMENT_TABLE", "x".repeat(256), /MODEL_MANAGEMENT_TABLE: must be/],
    ["TOOL_REGISTRY_TABLE", "arn:aws:dynamodb:eu-west-1:1:table/x", /TOOL_REGISTRY_TABLE: must be/],
    [
      "LLM_MODELS_TABLE",
      "arn:aws:dynamodb:us-east-1:111122223333:table/LLMModels-prod",
      /LLM_MODELS_TABLE: names something in another region than AWS_REGION/,
    ],
    ["AGENT_REGISTRY_TABLE", "LLMModels-prod", /AGENT_REGISTRY_TABLE: is the same table as LLM_/],
    ["LLM_SECRET_ID", "my secret", /LLM_SECRET_ID: must be the name of a secret/],
    ["LLM_SECRET_ID", "arn:aws:s3:::bucket", /LLM_SECRET_ID: must be the name of a secret/],
    ["LLM_SECRET_ID", secret.replace("eu", "us"), /LLM_SECRET_ID: must be the name of a secret/],
    [
      "LLM_SECRET_ID",
      `${secret.replace("eu", "us")}:x-AbCdEf`,
      /LLM_SECRET_ID: names something in/,
    ],
    ["COMPARE_SECRET_IDS", "a, b c", /COMPARE_SECRET_IDS: each must be the name of a secret/],
    ["COMPARE_SECRET_IDS", "a,/ai-agent/llm-secrets/prod", /COMPARE_SECRET_IDS: has the console's/],
    [
      "COMPARE_SECRET_IDS",
      `${secret}:/ai-agent/llm-secrets/prod-AbCdEf`,
      /COMPARE_SECRET_IDS: has the console's own secret/,
    ],
    ["BEDROCK_REGION", "x.example/", /BEDROCK_REGION: must be a region/],
  ])("refuses %s=%s and says why, without the value", (variable, value, message) => {
    const read = () => readEnvironment({ ...complete, [variable]: value });
    expect(read).toThrow(message);
    if (value.length > 5 && value !== "LLMModels-prod") expect(read).not.toThrow(value);
  });

  it("takes tables of any name, ARNs of its region and other secrets", () => {
    const places = {
      LLM_MODELS_TABLE: "Models",
      AGENT_REGISTRY_TABLE: `arn:aws:dynamodb:${account}:table/Agents.v2`,
      LLM_SECRET_ID: `${secret}:team/keys-AbCdEf`,
      COMPARE_SECRET_IDS: `${secret}:/ai-agent/llm-secrets/dev-AbCdEf,team/other`,
    };
    expect(readEnvironment({ ...complete, ...places })).toMatchObject({
      ...places,
      COMPARE_SECRET_IDS: places.COMPARE_SECRET_IDS.split(","),
    });
  });

  it("knows which tables and secrets are named after another environment", () => {
    const found = otherEnvironments(
      readEnvironment({
        ...complete,
        ENV_NAME: "dev",
        LLM_MODELS_TABLE: "LLMModels-prod",
        AGENT_REGISTRY_TABLE: "AgentRegistry-dev",
        TOOL_REGISTRY_TABLE: "Tools",
        LLM_SECRET_ID: `${secret}:/ai-agent/llm-secrets/prod-AbCdEf`,
      }),
    );
    expect(found).toEqual([
      { variable: "LLM_MODELS_TABLE", environment: "prod" },
      { variable: "LLM_SECRET_ID", environment: "prod" },
    ]);
  });

  it("ends a server that is started without it", async () => {
    vi.resetModules(); // A test before may have read the environment.
    const { envOrExit } = await import("@/lib/env");
    vi.stubEnv("AWS_REGION", "");
    const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(envOrExit).toThrow("exit 1");
    expect(write).toHaveBeenCalledWith(expect.stringContaining("AWS_REGION: is not set"));
    exit.mockRestore();
    write.mockRestore();
    vi.unstubAllEnvs();
  });
});
