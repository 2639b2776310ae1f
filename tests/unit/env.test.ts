import { describe, expect, it } from "vitest";
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
});
