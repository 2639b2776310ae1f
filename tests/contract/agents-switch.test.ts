import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentFixtures } from "./agent-fixtures";
import { agentPath, type Item, type Json, olderCaller, tables, unique } from "./console";
import { S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putModel, putAgent, switchTo, newestEvent } = agentFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("a switch", () => {
  test("writes only provider, model and updated_at", async () => {
    const model = await putModel("anthropic");
    const foreign = { owner: S("search"), budget: { N: "12345678901234567890123456789012345678" } };
    const name = await putAgent("openai", "gpt-4o", { ...foreign, tools: S('[ "odd  spacing" ]') });
    const before = await app.aws.agent(name);
    expect((await switchTo(name, { llm_provider: "anthropic", llm_model: model })).status).toBe(
      200,
    );
    const after = await app.aws.agent(name);
    expect(after).toEqual({
      ...before,
      llm_provider: S("anthropic"),
      llm_model: S(model),
      updated_at: after?.updated_at,
    });
    expect(after?.updated_at).not.toEqual(before?.updated_at);
  });

  test("by an alias stores the row's provider name", async () => {
    const model = await putModel("google");
    const name = await putAgent("openai", "gpt-4o");
    const { body } = await switchTo(name, { llm_provider: "gemini", llm_model: model });
    expect(body).toMatchObject({ llm_provider: "google", llm_model: model });
  });

  test("to an amazon row keeps amazon", async () => {
    const model = await putModel("amazon");
    const name = await putAgent("openai", "gpt-4o");
    const { body } = await switchTo(name, { llm_provider: "bedrock", llm_model: model });
    expect(body).toMatchObject({ llm_provider: "amazon", resolves_to: `amazon#${model}` });
  });

  test("by model alone stays with the provider, and repairs a family name", async () => {
    const model = await putModel("google");
    const name = await putAgent("gemini", "gemini-1.5-pro-002");
    const { body } = await switchTo(name, { llm_model: model });
    expect(body).toMatchObject({ llm_provider: "google", llm_model: model });
  });

  test("records who, when, before and after in the same transaction", async () => {
    const model = await putModel("openai");
    const name = await putAgent("openai", "gpt-4o");
    await switchTo(name, { llm_model: model });
    expect(await newestEvent(name)).toMatchObject({
      actor: "admin",
      action: "agent.update",
      outcome: "done",
      entity: { kind: "agent", id: `${name}/v1.0` },
      before: { llm_model: S("gpt-4o") },
      after: { llm_model: S(model) },
      reason: null,
    });
  });

  test("to the current model writes no row and no event", async () => {
    const model = await putModel("openai");
    const name = await putAgent("openai", model);
    const before = await app.aws.agent(name);
    const answer = await switchTo(name, { llm_provider: "openai", llm_model: model });
    expect(answer.status).toBe(200);
    expect(await app.aws.agent(name)).toEqual(before);
    expect(await newestEvent(name)).toBeUndefined();
  });

  test("a prompt changes alone, whatever the model is", async () => {
    const name = await putAgent("nobody", "nothing");
    const answer = await switchTo(name, { system_prompt: "Be brief." });
    expect(answer.body).toMatchObject({ system_prompt: "Be brief.", llm_provider: "nobody" });
    const before = { system_prompt: S("You help.") };
    expect(await newestEvent(name)).toMatchObject({
      before,
      after: { system_prompt: S("Be brief.") },
    });
  });

  test("a prompt of a faulty agent can be set where there was none", async () => {
    const name = unique("bare");
    await app.aws.put(tables.agents, { agent_name: S(name), version: S("v1.0") });
    const answer = await switchTo(name, { system_prompt: "Hello." });
    expect(answer.body).toMatchObject({ system_prompt: "Hello." });
  });

  test("two long prompts are saved or refused with a message", async () => {
    const name = await putAgent("openai", "gpt-4o", { system_prompt: S("ü".repeat(100_000)) });
    const answer = await switchTo(name, { system_prompt: "ö".repeat(120_000) });
    expect([200, 413]).toContain(answer.status);
    const stored = (await app.aws.agent(name))?.system_prompt?.S?.[0];
    expect(stored).toBe(answer.status === 200 ? "ö" : "ü");
  });
});

describe("older agents", () => {
  test("change to a model of the same provider and keep the stored name of it", async () => {
    const model = await putModel("anthropic");
    const name = await putAgent("claude", "claude-3-opus-20240229", olderCaller);
    const answer = await switchTo(name, { llm_model: model });
    expect(answer.body).toMatchObject({ llm_provider: "claude", llm_model: model });
    expect((await app.aws.agent(name))?.llm_provider).toEqual(S("claude"));
  });

  test("an alias of the same provider isn't a change", async () => {
    const model = await putModel("anthropic");
    const name = await putAgent("claude", "claude-3-opus-20240229", olderCaller);
    const answer = await switchTo(name, { llm_provider: "anthropic", llm_model: model });
    expect(answer).toMatchObject({
      status: 200,
      body: { llm_provider: "claude", llm_model: model },
    });
  });

  test("are not blocked by the runtime's map, which they do not use", async () => {
    const model = await putModel("xai");
    const name = await putAgent("grok", "grok-2-1212", olderCaller);
    expect((await switchTo(name, { llm_model: model })).status).toBe(200);
  });
});

describe("other writers", () => {
  test("an UpdateItem from outside is seen at once, and makes an If-Match stale", async () => {
    const model = await putModel("openai");
    const name = await putAgent("openai", "gpt-4o");
    const seen = (await app.viewer.get(agentPath(name))).body.etag;
    await app.aws.set(tables.agents, app.aws.agentKey(name), "llm_model", S("gpt-4o-mini"));
    expect((await app.viewer.get(agentPath(name))).body.llm_model).toBe("gpt-4o-mini");
    const headers = { "if-match": `"${seen}"` };
    const refused = await switchTo(name, { llm_model: model }, headers);
    expect(refused).toMatchObject({
      status: 412,
      body: { code: "stale", current: { agent_name: name, llm_model: "gpt-4o-mini" } },
    });
    expect((await app.aws.agent(name))?.llm_model).toEqual(S("gpt-4o-mini"));
  });

  test("changes of model and prompt at the same time both survive", async () => {
    const model = await putModel("openai");
    const name = await putAgent("openai", "gpt-4o");
    const answers = await Promise.all([
      switchTo(name, { llm_model: model }),
      switchTo(name, { system_prompt: "Mine." }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    const { body } = await app.viewer.get(agentPath(name));
    expect(body).toMatchObject({ llm_model: model, system_prompt: "Mine." });
  });

  test("switches at the same time: each loser gets 409 with the agent, each winner's event is there", async () => {
    const models = await Promise.all(Array.from({ length: 6 }, () => putModel("openai")));
    const name = await putAgent("openai", "gpt-4o");
    const answers = await Promise.all(models.map((llm_model) => switchTo(name, { llm_model })));
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject({
        status: 409,
        body: { code: "conflict", current: { agent_name: name } },
      });
    }
    const { body } = await app.viewer.get(`/api/activity?entity=agent:${name}/v1.0`);
    const written = (body.events as Json[]).map((event) => (event.after as Item).llm_model?.S);
    const acknowledged = models.filter((_, index) => answers[index]?.status === 200);
    expect(written.sort()).toEqual(acknowledged.sort());
    expect(acknowledged).toContain((await app.aws.agent(name))?.llm_model?.S);
  });

  test("a deactivation racing a switch never leaves an acknowledged switch to an inactive model", async () => {
    for (let round = 0; round < 10; round += 1) {
      const model = await putModel("openai");
      const name = await putAgent("openai", "gpt-4o");
      const [deactivated, switched] = await Promise.all([
        app.admin.patch(`/api/models/openai/${model}`, { is_active: false }),
        switchTo(name, { llm_model: model }),
      ]);
      expect([200, 409]).toContain(deactivated.status);
      expect([200, 409, 422]).toContain(switched.status);
      const named = (await app.aws.agent(name))?.llm_model?.S;
      expect(named === model).toBe(switched.status === 200);
    }
  });
});
