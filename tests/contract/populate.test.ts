import { DescribeTableCommand, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { knownModels } from "@/lib/models/rules/known-models";
import { populateModels } from "../../scripts/populate/models";
import { createTables } from "../../scripts/populate/tables";
import { type EmbeddedStore, openEmbeddedStore } from "../support/embedded-store";

const now = new Date("2026-11-22T12:00:00.000Z");
let store: EmbeddedStore;
let environment: ReturnType<EmbeddedStore["newEnvironment"]>;

beforeAll(async () => {
  store = await openEmbeddedStore();
});

afterAll(() => store.close());

beforeEach(() => {
  environment = store.newEnvironment();
});

async function model(pk: string) {
  const TableName = environment.tables.models;
  const command = new GetItemCommand({ TableName, Key: { pk: { S: pk } } });
  return (await store.dynamodb.send(command)).Item;
}

const populate = (more: Partial<Parameters<typeof populateModels>[0]> = {}) =>
  populateModels({
    dynamodb: store.dynamodb,
    table: environment.tables.models,
    dryRun: false,
    now,
    ...more,
  });

/** The providers of the known models. */
const populated = new Set(knownModels.map(({ provider }) => provider));

describe("createTables", () => {
  it("creates the three tables with their indexes, and only missing ones", async () => {
    expect(
      (await createTables({ dynamodb: store.dynamodb, envName: environment.envName })).sort(),
    ).toEqual(Object.values(environment.tables).sort());
    expect(await createTables({ dynamodb: store.dynamodb, envName: environment.envName })).toEqual(
      [],
    );
    const indexes = await Promise.all(
      Object.values(environment.tables).map(async (TableName) => {
        const { Table } = await store.dynamodb.send(new DescribeTableCommand({ TableName }));
        return Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName).sort();
      }),
    );
    expect(indexes).toEqual([
      ["provider-index"],
      ["AgentsByEnvironment", "AgentsByLLM", "AgentsByStatus"],
      ["by-day"],
    ]);
  });
});

describe("populateModels", () => {
  beforeEach(async () => {
    await createTables({ dynamodb: store.dynamodb, envName: environment.envName });
  });

  it("fills an empty table with typed rows and the catalog's prices", async () => {
    const { created, skipped, unpriced } = await populate();
    expect(created.length).toBe(knownModels.length);
    expect(skipped).toEqual([]);
    expect(unpriced).toContain("bedrock#meta.llama3-1-405b-instruct-v1:0");
    expect(await model("bedrock#eu.amazon.nova-pro-v1:0")).toEqual({
      pk: { S: "bedrock#eu.amazon.nova-pro-v1:0" },
      provider: { S: "bedrock" },
      model_id: { S: "eu.amazon.nova-pro-v1:0" },
      display_name: { S: "Amazon Nova Pro (EU)" },
      purpose: { S: "for agents with tools, images and documents" },
      input_price: { N: "0.8" },
      output_price: { N: "3.2" },
      cache_read_price: { N: "0.2" },
      cache_read_price_source: { S: "catalog" },
      input_price_source: { S: "catalog" },
      output_price_source: { S: "catalog" },
      max_tokens: { N: "300000" },
      supports_tools: { BOOL: true },
      supports_vision: { BOOL: true },
      is_active: { S: "true" },
      is_default: { BOOL: true },
      created_at: { S: "2026-11-22T12:00:00.000Z" },
      updated_at: { S: "2026-11-22T12:00:00.000Z" },
    });
  });

  it("omits unknown values instead of writing null or 0", async () => {
    await populate({ provider: "bedrock" });
    const row = await model("bedrock#meta.llama3-1-405b-instruct-v1:0");
    expect(Object.keys(row ?? {}).sort()).toEqual([
      "created_at",
      "display_name",
      "is_active",
      "is_default",
      "lifecycle",
      "model_id",
      "pk",
      "provider",
      "purpose",
      "retires_on",
      "updated_at",
    ]);
  });

  it("gives each provider one default in the index that agents' tools use", async () => {
    await populate();
    for (const provider of populated) {
      const { Items = [] } = await store.dynamodb.send(
        new QueryCommand({
          TableName: environment.tables.models,
          IndexName: "provider-index",
          KeyConditionExpression: "#provider = :provider AND is_active = :yes",
          ExpressionAttributeNames: { "#provider": "provider" },
          ExpressionAttributeValues: { ":provider": { S: provider }, ":yes": { S: "true" } },
        }),
      );
      expect(Items.filter((item) => item.is_default?.BOOL).length, provider).toBe(1);
    }
  });

  it("creates only missing rows: a second run changes nothing", async () => {
    await store.put(environment.tables.models, {
      pk: { S: "openai#gpt-4o" },
      input_price: { N: "99" },
      team: { S: "maps" },
    });
    await populate();
    const before = await store.scan(environment.tables.models);
    const again = await populate({ now: new Date("2027-01-01T00:00:00Z") });
    expect(again).toMatchObject({ created: [], unpriced: [] });
    expect(again.skipped.length).toBe(knownModels.length);
    expect(await store.scan(environment.tables.models)).toEqual(before);
    expect(await model("openai#gpt-4o")).toEqual({
      pk: { S: "openai#gpt-4o" },
      input_price: { N: "99" },
      team: { S: "maps" },
    });
  });

  it("adds no second default, even if the first is stored under an alias", async () => {
    await store.put(environment.tables.models, {
      pk: { S: "amazon#eu.amazon.nova-lite-v1:0" },
      is_default: { BOOL: true },
    });
    await populate();
    const defaults = (await store.scan(environment.tables.models)).filter(
      (item) => item.is_default?.BOOL,
    );
    const ofBedrock = defaults.filter((item) => /^(amazon|bedrock)#/.test(item.pk?.S ?? ""));
    expect(ofBedrock.map((item) => item.pk?.S)).toEqual(["amazon#eu.amazon.nova-lite-v1:0"]);
    expect(defaults.length).toBe(populated.size);
  });

  it("writes nothing in a dry run and reports what it would create", async () => {
    const { created } = await populate({ dryRun: true, provider: "xai" });
    expect(created).toContain("xai#grok-2-1212");
    expect(created.every((pk) => pk.startsWith("xai#"))).toBe(true);
    expect(await store.scan(environment.tables.models)).toEqual([]);
  });

  it("rejects a table that does not exist by name", async () => {
    await expect(populate({ table: "LLMModels-nowhere" })).rejects.toThrow(
      /"LLMModels-nowhere" does not exist/,
    );
  });
});
