import { describe, expect, it, vi } from "vitest";
import { readEnvironment } from "@/lib/env";

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
