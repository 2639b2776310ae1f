import { createServer, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { BedrockCatalogResult } from "@/lib/discovery/schema";
import { readBedrockCatalog } from "@/lib/providers/bedrock-catalog";
import { listen } from "@/tests/support/listen";

/** Of 250 profiles: more than two of the pages that this control plane gives. */
const profiles = Array.from({ length: 250 }, (_, index) => ({
  inferenceProfileName: `Profile ${index}`,
  inferenceProfileId: `eu.acme.model-${index}-v1:0`,
  inferenceProfileArn: `arn:aws:bedrock:eu-west-1:1:inference-profile/eu.acme.model-${index}-v1:0`,
  models: ["eu-west-1", "il-central-1"].map((region) => ({
    modelArn: `arn:aws:bedrock:${region}::foundation-model/acme.model-${index}-v1:0`,
  })),
  status: "ACTIVE",
  type: "SYSTEM_DEFINED",
}));
const ownArn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456";
const own = { ...profiles[0], inferenceProfileId: "abc123def456", inferenceProfileArn: ownArn };
const application = { ...own, type: "APPLICATION" };

const summary = (modelId: string, types: string[], output = "TEXT") => ({
  modelId,
  modelName: modelId,
  modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${modelId}`,
  inputModalities: ["TEXT", "IMAGE"],
  outputModalities: [output],
  inferenceTypesSupported: types,
  modelLifecycle: { status: "LEGACY", endOfLifeTime: "2027-03-01T00:00:00Z" },
});
const models = [
  summary("acme.model-0-v1:0", ["INFERENCE_PROFILE"]),
  summary("acme.small-v1:0", ["ON_DEMAND"]),
  summary("acme.small-v1:0:48k", ["PROVISIONED"]),
  summary("acme.embed-v1", ["ON_DEMAND"], "EMBEDDING"),
];

const behaviour = { answer: "all" as "all" | "denied" | "nothing" | "silent" };
const requested: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requested.push(request);
  if (behaviour.answer === "silent") return;
  const url = new URL(request.url ?? "", "http://localhost");
  const send = (status: number, body: unknown, headers = {}) =>
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));
  if (behaviour.answer === "denied") {
    const message = "User: arn:aws:iam::1:role/console is not authorized to perform: bedrock:List";
    return send(403, { message }, { "x-amzn-errortype": "AccessDeniedException" });
  }
  if (behaviour.answer === "nothing") return send(200, { status: "running" });
  if (url.pathname === "/foundation-models") return send(200, { modelSummaries: models });
  if (url.searchParams.get("type") === "APPLICATION") {
    return send(200, { inferenceProfileSummaries: [application] });
  }
  const start = Number(url.searchParams.get("nextToken") ?? 0);
  const page = profiles.slice(start, start + 100);
  const nextToken = start + 100 < profiles.length ? String(start + 100) : undefined;
  return send(200, { inferenceProfileSummaries: page, nextToken });
});

const before = { ...process.env };
const waiting = () => AbortSignal.timeout(15_000);

beforeAll(async () => {
  const port = await listen(server);
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL_BEDROCK: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    // The key of models is no identity of the console.
    AWS_BEARER_TOKEN_BEDROCK: "bedrock-api-key-decoy",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
  });
});

beforeEach(() => {
  requested.length = 0;
  behaviour.answer = "all";
});

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  server.closeAllConnections();
  server.close();
});

function catalogOf(reading: BedrockCatalogResult) {
  if (reading.state !== "read") throw new Error(`${reading.state}: ${reading.cause}`);
  return reading.catalog;
}

// Each test reads a region of its own, which no other file reads: the catalog is cached by region.
describe("what Bedrock offers in a region", () => {
  test("is read to the last page, with how each model is called", async () => {
    const catalog = catalogOf(await readBedrockCatalog("sa-east-1", waiting()));
    expect(catalog.region).toBe("sa-east-1");
    expect(catalog.profiles).toHaveLength(251);
    expect(catalog.profiles.find(({ kind }) => kind === "application")?.model_id).toBe(ownArn);
    expect(catalog.profiles[249]).toMatchObject({
      model_id: "eu.acme.model-249-v1:0",
      kind: "system",
      bases: ["acme.model-249-v1:0"],
      regions: 2,
    });
    expect(catalog.bases.map(({ runs, writes_text }) => [runs, writes_text])).toEqual([
      ["profile", true],
      ["on_demand", true],
      ["provisioned", true],
      ["on_demand", false],
    ]);
    expect(catalog.bases[0]).toMatchObject({
      supports_vision: true,
      lifecycle: "legacy",
      retires_on: "2027-03-01",
    });
  });

  test("is asked as the server itself, never with a bearer token of the environment", async () => {
    await readBedrockCatalog("sa-west-1", waiting());
    const identities = requested.map(({ headers }) => headers.authorization ?? "");
    expect(identities.length).toBeGreaterThan(3);
    for (const identity of identities) {
      expect(identity).toMatch(/^AWS4-HMAC-SHA256 Credential=local\/\d+\/sa-west-1\/bedrock\//);
    }
  });

  test("is read once for everyone who asks meanwhile and soon after", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => readBedrockCatalog("il-central-1", waiting())),
    );
    all.push(await readBedrockCatalog("il-central-1", waiting(), { retryFailure: true }));
    expect(new Set(all).size).toBe(1);
    expect(requested.filter(({ url }) => url?.startsWith("/foundation-models"))).toHaveLength(1);
  });

  test("without the permission is reported with the actions to add, and read a minute later", async () => {
    behaviour.answer = "denied";
    const denied = await readBedrockCatalog("me-south-1", waiting());
    expect(denied).toMatchObject({ state: "not_allowed" });
    expect(JSON.stringify(denied)).toContain("bedrock:ListInferenceProfiles");
    expect(JSON.stringify(denied)).toContain("bedrock:ListFoundationModels");
    expect(JSON.stringify(denied)).not.toContain("role/console");
    behaviour.answer = "all";
    expect(await readBedrockCatalog("me-south-1", waiting())).toBe(denied);
    const { length: from } = requested;
    const early = await readBedrockCatalog("me-south-1", waiting(), { retryFailure: true });
    expect([early.state, requested.length]).toEqual(["not_allowed", from]);
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
    const again = await readBedrockCatalog("me-south-1", waiting(), { retryFailure: true });
    expect(again.state).toBe("read");
    vi.useRealTimers();
  });

  test("is not believed to be nothing when something else answers in its place", async () => {
    behaviour.answer = "nothing";
    const reading = await readBedrockCatalog("me-central-1", waiting());
    expect(reading).toMatchObject({
      state: "unreadable",
      cause: expect.stringContaining("no models"),
    });
  });

  test("does not hold anyone longer than they wait", async () => {
    behaviour.answer = "silent";
    const reading = await readBedrockCatalog("af-south-1", AbortSignal.timeout(200));
    expect(reading).toMatchObject({
      state: "unreadable",
      cause: expect.stringContaining("in time"),
    });
    // The shared request goes on, so this wasn't its own deadline.
    expect(requested.filter(({ socket }) => socket.destroyed)).toEqual([]);
  });
});
