import { rm } from "node:fs/promises";
import {
  BedrockClient,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
  paginateListInferenceProfiles,
  ResourceNotFoundException,
  ValidationException,
} from "@aws-sdk/client-bedrock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

let dataDir: string;
let endpoint: EmbeddedAws;
let client: BedrockClient;

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  client = new BedrockClient(connectionTo(endpoint));
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

async function foundationModels(filter = {}) {
  const { modelSummaries = [] } = await client.send(new ListFoundationModelsCommand(filter));
  return modelSummaries;
}

async function profileIds(filter: { typeEquals?: "SYSTEM_DEFINED" | "APPLICATION" } = {}) {
  const command = new ListInferenceProfilesCommand(filter);
  const { inferenceProfileSummaries = [] } = await client.send(command);
  return inferenceProfileSummaries.map(({ inferenceProfileId }) => inferenceProfileId);
}

describe("inference profiles", () => {
  test("profiles list the models of the regions that they route to", async () => {
    const identifier = "eu.amazon.nova-lite-v1:0";
    const command = new GetInferenceProfileCommand({ inferenceProfileIdentifier: identifier });
    const profile = await client.send(command);
    expect(profile).toMatchObject({
      inferenceProfileId: identifier,
      inferenceProfileArn: `arn:aws:bedrock:eu-west-1:000000000000:inference-profile/${identifier}`,
      status: "ACTIVE",
      type: "SYSTEM_DEFINED",
      createdAt: expect.any(Date),
    });
    expect(profile.models?.map(({ modelArn }) => modelArn)).toContain(
      "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0",
    );
  });

  test("the region has only eu. and global. profiles, and the account's own", async () => {
    const system = await profileIds({ typeEquals: "SYSTEM_DEFINED" });
    expect(system.filter((id) => !/^(eu|global)\./.test(id ?? ""))).toEqual([]);
    expect(system).toContain("global.anthropic.claude-sonnet-5-5");
    expect(system).not.toContain("eu.anthropic.claude-sonnet-5-5");
    const application = await profileIds({ typeEquals: "APPLICATION" });
    expect(application.length).toBeGreaterThan(0);
    expect(await profileIds()).toEqual([...system, ...application]);
  });

  test("pages add up to the complete list", async () => {
    const pages: number[] = [];
    const ids: unknown[] = [];
    for await (const page of paginateListInferenceProfiles({ client, pageSize: 7 }, {})) {
      pages.push(page.inferenceProfileSummaries?.length ?? 0);
      ids.push(...(page.inferenceProfileSummaries ?? []).map((each) => each.inferenceProfileId));
    }
    expect(pages.length).toBeGreaterThan(2);
    expect(Math.max(...pages)).toBe(7);
    expect(ids).toEqual(await profileIds());
  });

  test("a profile is found by its ARN; an unknown profile is not found", async () => {
    const arn =
      "arn:aws:bedrock:eu-west-1:000000000000:inference-profile/global.amazon.nova-2-lite-v1:0";
    const get = (inferenceProfileIdentifier: string) =>
      client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier }));
    const found = await get(arn);
    expect(found.inferenceProfileId).toBe("global.amazon.nova-2-lite-v1:0");
    await expect(get("us.amazon.nova-lite-v1:0")).rejects.toThrow(ResourceNotFoundException);
  });

  test.each([
    [{ maxResults: 1001 }, /maxResults.*less than or equal to 1000/],
    [{ typeEquals: "OTHER" as "APPLICATION" }, /'type'.*\[SYSTEM_DEFINED, APPLICATION\]/],
    [{ nextToken: "made-up" }, /next token is invalid/],
  ])("%o is rejected with AWS's message", async (input, message) => {
    const call = client.send(new ListInferenceProfilesCommand(input));
    await expect(call).rejects.toThrow(ValidationException);
    await expect(client.send(new ListInferenceProfilesCommand(input))).rejects.toThrow(message);
  });
});

describe("foundation models", () => {
  test("models report their inference types and lifecycle", async () => {
    const models = await foundationModels();
    const byId = new Map(models.map((model) => [model.modelId, model]));
    expect(byId.get("amazon.nova-lite-v1:0")).toMatchObject({
      modelArn: "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
      providerName: "Amazon",
      inputModalities: expect.arrayContaining(["TEXT", "IMAGE"]),
      outputModalities: ["TEXT"],
      responseStreamingSupported: true,
      inferenceTypesSupported: ["INFERENCE_PROFILE"],
      modelLifecycle: { status: "ACTIVE" },
    });
    expect(byId.get("anthropic.claude-3-haiku-20240307-v1:0")).toMatchObject({
      inferenceTypesSupported: ["ON_DEMAND"],
      modelLifecycle: { status: "LEGACY" },
    });
  });

  test("every base model that needs a profile has one", async () => {
    const ids = await profileIds();
    const stranded = (await foundationModels())
      .filter((model) => model.inferenceTypesSupported?.includes("INFERENCE_PROFILE" as never))
      .filter(({ modelId }) => !ids.some((id) => id?.endsWith(`.${modelId}`)));
    expect(stranded).toEqual([]);
  });

  test("filters narrow the list", async () => {
    const providers = (await foundationModels({ byProvider: "anthropic" })).map(
      ({ providerName }) => providerName,
    );
    expect(new Set(providers)).toEqual(new Set(["Anthropic"]));
    const embeddings = await foundationModels({ byOutputModality: "EMBEDDING" });
    expect(embeddings.map(({ modelId }) => modelId)).toContain("amazon.titan-embed-text-v2:0");
    const tunable = await foundationModels({
      byInferenceType: "PROVISIONED",
      byCustomizationType: "FINE_TUNING",
    });
    expect(tunable).toMatchObject([{ inferenceTypesSupported: ["PROVISIONED"] }]);
  });

  test("a model is found by its id; an unknown id is not found", async () => {
    const get = (modelIdentifier: string) =>
      client.send(new GetFoundationModelCommand({ modelIdentifier }));
    const { modelDetails } = await get("amazon.nova-micro-v1:0");
    expect(modelDetails?.modelName).toBe("Nova Micro");
    await expect(get("amazon.nova-none-v1:0")).rejects.toThrow(ResourceNotFoundException);
  });
});

test("a bearer token is accepted like any other credential", async () => {
  const withToken = new BedrockClient({
    endpoint: endpoint.url,
    region: "eu-west-1",
    token: { token: "sandbox-bedrock" },
    authSchemePreference: ["httpBearerAuth"],
  });
  const { inferenceProfileSummaries } = await withToken.send(new ListInferenceProfilesCommand({}));
  withToken.destroy();
  expect(inferenceProfileSummaries?.length).toBeGreaterThan(0);
});
