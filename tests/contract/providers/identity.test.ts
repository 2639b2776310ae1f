import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listModels } from "@/lib/providers/list-models";
import { providerIds } from "@/lib/providers/schema";
import { verifyKey } from "@/lib/providers/verify-key";
import { ask, askReplay, canary, connectionTo } from "@/tests/contract/providers/ask";
import { answers } from "@/tests/support/provider-answers";
import { startReplay } from "@/tests/support/replay-server";

const DECOY = "decoy-from-the-environment";

/** Everything that one of the SDKs would take from its environment. */
const decoys = [
  "OPENAI_API_KEY",
  "OPENAI_ADMIN_KEY",
  "OPENAI_ORG_ID",
  "OPENAI_PROJECT_ID",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_PROFILE",
  "GOOGLE_API_KEY",
  "GEMINI_API_KEY",
  "GOOGLE_CLOUD_PROJECT",
  "GOOGLE_CLOUD_LOCATION",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_PROFILE",
];

beforeEach(() => {
  for (const name of decoys) vi.stubEnv(name, DECOY);
  for (const name of ["OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS"]) {
    vi.stubEnv(name, `x-custom: ${DECOY}\nauthorization: Bearer ${DECOY}\nx-api-key: ${DECOY}`);
  }
  for (const name of ["OPENAI", "ANTHROPIC", "GOOGLE_GEMINI", "GOOGLE_VERTEX", "AWS_BEDROCK"]) {
    vi.stubEnv(`${name}_BASE_URL`, "http://127.0.0.1:1/decoy");
  }
  for (const name of ["GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"]) {
    vi.stubEnv(name, "true");
  }
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:1/decoy");
  vi.stubEnv("AWS_AUTH_SCHEME_PREFERENCE", "sigv4");
  vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
  vi.stubEnv("AWS_REGION", "us-east-1");
});

afterEach(() => vi.unstubAllEnvs());

const expected = {
  openai: { path: "/v1/chat/completions", header: ["authorization", `Bearer ${canary}`] },
  anthropic: { path: "/v1/messages", header: ["x-api-key", canary] },
  google: {
    path: "/v1beta/models/model-1:streamGenerateContent?alt=sse",
    wholePath: "/v1beta/models/model-1:generateContent",
    header: ["x-goog-api-key", canary],
  },
  bedrock: {
    path: "/model/model-1/converse-stream",
    wholePath: "/model/model-1/converse",
    header: ["authorization", `Bearer ${canary}`],
  },
  xai: { path: "/v1/chat/completions", header: ["authorization", `Bearer ${canary}`] },
  deepseek: { path: "/chat/completions", header: ["authorization", `Bearer ${canary}`] },
} as const;

describe.each(providerIds)("a call of %s", (provider) => {
  it.each([true, false])(
    "shows the stored key only, at the documented address (stream: %s)",
    async (stream) => {
      const replay = stream ? answers[provider].streamed : answers[provider].whole;
      const { requests } = await askReplay(replay, { provider, call: { stream } });
      expect(requests).toHaveLength(1);
      const request = requests[0];
      const { path, header, ...other } = expected[provider];
      expect(request?.method).toBe("POST");
      expect(request?.path).toBe(!stream && "wholePath" in other ? other.wholePath : path);
      expect(request?.headers[header[0]]).toBe(header[1]);
      expect(JSON.stringify(request)).not.toContain(DECOY);
      expect(request?.path).not.toContain("canary");
      const carriers = Object.entries(request?.headers ?? {}).filter(([, value]) =>
        String(value).includes("canary"),
      );
      expect(carriers).toHaveLength(1);
    },
  );

  it("sends the same identity when it lists models or verifies a key", async () => {
    const list = { data: [], models: [], has_more: false };
    const headers = { "content-type": "application/json" };
    const server = await startReplay(
      provider === "bedrock" ? answers.bedrock.whole : { headers, body: [JSON.stringify(list)] },
    );
    const { signal } = new AbortController();
    const connection = connectionTo(server, { provider });
    await verifyKey(provider, canary, signal, { connection });
    if (provider !== "bedrock") await listModels(provider, canary, signal, connection);
    await server.stop();
    const [name, value] = expected[provider].header;
    for (const request of server.requests) expect(request.headers[name]).toBe(value);
    expect(JSON.stringify(server.requests)).not.toContain(DECOY);
  });

  it("is never retried", async () => {
    const headers = { "content-type": "application/json", "x-should-retry": "true" };
    const server = await startReplay({ status: 503, headers, body: ["{}"] });
    await expect(ask(server, { provider }).next()).rejects.toMatchObject({ code: "overloaded" });
    expect(server.requests).toHaveLength(1);
    await server.stop();
  });
});
