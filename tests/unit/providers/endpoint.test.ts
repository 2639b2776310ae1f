import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const configured: Record<string, string> = {};

vi.mock("@/lib/providers/registry", () => ({
  connectionTo: (id: string) => ({ baseUrl: configured[id] }),
}));

const defaults = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  google: "https://generativelanguage.googleapis.com",
  bedrock: "https://bedrock-runtime.eu-west-1.amazonaws.com",
  xai: "https://api.x.ai/v1",
  deepseek: "https://api.deepseek.com",
};

beforeEach(() => Object.assign(configured, defaults));
afterEach(() => vi.clearAllMocks());

async function redirect(endpoint: string) {
  const { redirectEndpoint } = await import("@/lib/providers/endpoint");
  const found = redirectEndpoint(endpoint);
  return found && [found.provider, found.url.href];
}

describe("an endpoint of a state machine", () => {
  test.each([
    ["https://api.openai.com/v1/chat/completions", "openai"],
    ["https://api.anthropic.com/v1/messages", "anthropic"],
    ["https://generativelanguage.googleapis.com/v1beta/models/m:generateContent", "google"],
    ["https://bedrock-runtime.us-east-1.amazonaws.com/model/a:0/converse", "bedrock"],
    ["https://api.x.ai/v1/chat/completions", "xai"],
    ["https://api.deepseek.com/chat/completions", "deepseek"],
  ])("%s is called as it is", async (endpoint, provider) => {
    expect(await redirect(endpoint)).toEqual([provider, endpoint]);
  });

  test.each([
    ["https://api.openai.com/v1/chat/completions", "/openai/v1/chat/completions"],
    ["https://api.openai.com/chat/completions", "/openai/chat/completions"],
    ["https://api.anthropic.com/v1/messages", "/anthropic/v1/messages"],
    ["https://api.deepseek.com/chat/completions", "/deepseek/chat/completions"],
    [
      "https://bedrock-runtime.us-east-1.amazonaws.com/model/a:0/converse",
      "/bedrock/model/a:0/converse",
    ],
  ])("%s goes to the configured address", async (endpoint, path) => {
    for (const id of Object.keys(defaults)) {
      configured[id] = `http://127.0.0.1:4010/${id}${/openai|xai/.test(id) ? "/v1" : ""}`;
    }
    expect((await redirect(endpoint))?.[1]).toBe(`http://127.0.0.1:4010${path}`);
    const local = `http://127.0.0.1:4010${path}`;
    if (path.includes("/v1/chat")) expect(await redirect(local)).toEqual(["openai", local]);
  });

  test.each([
    "https://evil.example/v1/chat/completions",
    "https://api.openai.com.evil.example/v1/chat/completions",
    "http://api.openai.com/v1/chat/completions",
    "https://api.openai.com:8443/v1/chat/completions",
    "https://user@api.openai.com/v1/chat/completions",
    "https://evil.example/#https://api.openai.com/v1",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "not an address",
  ])("%s gets no key", async (endpoint) => {
    expect(await redirect(endpoint)).toBeNull();
  });
});
