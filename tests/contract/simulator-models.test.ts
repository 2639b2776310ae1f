import { describe, expect, test } from "vitest";
import { knownModels } from "@/lib/models/rules/known-models";
import type { ProviderId } from "../../scripts/simulator/protocol";
import { collect, simulatorForTests } from "./simulator-clients";

const clients = simulatorForTests();
const { openai, anthropic, google } = clients;

/** All ids that a provider lists, read by its own SDK. */
const listIds: Record<Exclude<ProviderId, "bedrock">, () => Promise<string[]>> = {
  openai: () => idsOf("openai"),
  xai: () => idsOf("xai"),
  deepseek: () => idsOf("deepseek"),
  anthropic: async () => (await collect(anthropic().models.list())).map(({ id }) => id),
  google: async () =>
    (await collect(await google().models.list({ config: { pageSize: 3 } }))).map((model) =>
      (model.name ?? "").replace("models/", ""),
    ),
};

async function idsOf(provider: "openai" | "xai" | "deepseek") {
  return (await collect(openai(provider).models.list())).map(({ id }) => id);
}

describe.each(["openai", "anthropic", "google", "xai", "deepseek"] as const)("%s", (provider) => {
  const known = knownModels.filter((model) => model.provider === provider);
  const ids = (models: typeof known) => models.map((model) => model.model_id);

  test("lists its default model, each model once, and no retired model", async () => {
    const listed = await listIds[provider]();
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(
      expect.arrayContaining(ids(known.filter(({ is_default }) => is_default))),
    );
    const retired = ids(known.filter(({ lifecycle }) => lifecycle === "retired"));
    expect(listed.filter((id) => retired.includes(id))).toEqual([]);
    expect(ids(known).filter((id) => !listed.includes(id)).length).toBeGreaterThan(0);
  });
});

test.each(["openai", "anthropic", "google", "xai"] as const)(
  "%s lists models that are not known models",
  async (provider) => {
    const known = knownModels.map(({ model_id }) => model_id);
    const unknown = (await listIds[provider]()).filter((id) => !known.includes(id));
    expect(unknown.length).toBeGreaterThan(1);
  },
);

test("OpenAI reports a model's owner and creation time", async () => {
  const model = await openai("openai").models.retrieve("gpt-4o");
  expect(model).toEqual({ id: "gpt-4o", object: "model", created: 1715299200, owned_by: "system" });
  await expect(openai("openai").models.retrieve("gpt-none")).rejects.toMatchObject({ status: 404 });
});

test("Anthropic pages by id, newest first, and reports limits, lifecycle and vision", async () => {
  const first = await anthropic().models.list({ limit: 3 });
  expect(first).toMatchObject({ has_more: true, last_id: first.data[2]?.id });
  expect(await collect(first)).toHaveLength((await listIds.anthropic()).length);
  const dates = first.data.map((model) => model.created_at);
  expect(dates).toEqual([...dates].sort().reverse());
  expect(first.data[0]).toMatchObject({
    lifecycle: "active",
    max_input_tokens: expect.any(Number),
    capabilities: { image_input: { supported: true } },
  });
  const retired = await collect(anthropic().models.list({ lifecycle: ["retired"] }));
  expect(retired.map(({ id }) => id)).toContain("claude-3-opus-20240229");
  await expect(anthropic().models.list({ limit: 0 })).rejects.toMatchObject({ status: 400 });
});

test("Gemini pages by token and reports limits and methods", async () => {
  const pager = await google().models.list({ config: { pageSize: 4 } });
  expect(pager.page).toHaveLength(4);
  const all = await collect(pager);
  const byName = new Map(all.map((model) => [model.name, model]));
  expect(byName.get("models/gemini-3.8-flash")).toMatchObject({
    inputTokenLimit: 1048576,
    outputTokenLimit: 65536,
    supportedActions: expect.arrayContaining(["generateContent"]),
  });
  expect(byName.get("models/gemini-embedding-001")?.supportedActions).not.toContain(
    "generateContent",
  );
});

test("xAI's language models omit image models and report modalities", async () => {
  const response = await fetch(`${clients.simulator.baseUrls.xai}/language-models`, {
    headers: { authorization: "Bearer sandbox-test" },
  });
  const { models } = await response.json();
  const ids = models.map((model: { id: string }) => model.id);
  expect(await listIds.xai()).toContain("grok-2-image-1212");
  expect(ids).not.toContain("grok-2-image-1212");
  expect(models[0]).toMatchObject({ id: "grok-4.6", input_modalities: ["text", "image"] });
});

describe("a key that fails", () => {
  test.each([
    ["sandbox-wrong-1", [401, 401, 400, 400, 401]],
    ["sandbox-fail-key_expired", [401, 401, 400, 400, 401]],
    ["sandbox-fail-no_access", [403, 403, 403, 403, 401]],
    ["sandbox-fail-overloaded", [503, 529, 503, 503, 503]],
  ])("%s cannot list models", async (key, statuses) => {
    const calls = [
      openai("openai", key).models.list(),
      anthropic(key).models.list(),
      google(key).models.list(),
      openai("xai", key).models.list(),
      openai("deepseek", key).models.list(),
    ];
    const outcomes = await Promise.allSettled(calls);
    const seen = outcomes.map((outcome) => "reason" in outcome && outcome.reason.status);
    expect(seen).toEqual(statuses);
  });
});
