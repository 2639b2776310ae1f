import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentRow, type Json, tables, unique } from "./console";
import { modelFixtures } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { createModel } = modelFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("changing", () => {
  test("a stale If-Match is 412 with the record as it is, and changes nothing", async () => {
    const model = await createModel();
    const seen = (await app.viewer.get(model.path)).body.etag as string; // A string by docs/contract.md.
    await app.admin.patch(model.path, { display_name: "Theirs" });
    const refused = await app.admin.patch(
      model.path,
      { display_name: "Mine" },
      { "if-match": `"${seen}"` },
    );
    expect(refused).toMatchObject({
      status: 412,
      body: { code: "stale", current: { pk: model.pk, display_name: "Theirs" } },
    });
    const current = refused.body.current as Json;
    const accepted = await app.admin.patch(
      model.path,
      { display_name: "Mine" },
      { "if-match": `"${current.etag}"` },
    );
    expect(accepted.body.display_name).toBe("Mine");
  });

  test("an attribute that we do not know makes an If-Match stale too", async () => {
    const model = await createModel();
    const seen = (await app.viewer.get(model.path)).body.etag;
    await app.aws.set(tables.models, { pk: { S: model.pk } }, "owner_team", { S: "search" });
    const headers = { "if-match": `"${seen}"` };
    const refused = await app.admin.patch(model.path, { display_name: "Mine" }, headers);
    expect(refused.status).toBe(412);
  });

  test("a delete with a stale If-Match is 412 and deletes nothing", async () => {
    const model = await createModel();
    const seen = (await app.viewer.get(model.path)).body.etag;
    await app.admin.patch(model.path, { display_name: "Theirs" });
    expect((await app.admin.delete(model.path, { "if-match": `"${seen}"` })).status).toBe(412);
    expect(await app.aws.model(model.pk)).toBeDefined();
  });

  test("changes of different fields at the same time both survive", async () => {
    const model = await createModel();
    const changes = [
      { display_name: "Renamed" },
      { input_price: 3 },
      { output_price: 15 },
      { max_tokens: 200_000 },
      { supports_tools: true },
      { purpose: "for tests" },
      { is_active: false },
      { lifecycle: "legacy" },
    ];
    const answers = await Promise.all(changes.map((change) => app.admin.patch(model.path, change)));
    expect(answers.map((answer) => answer.status)).toEqual(changes.map(() => 200));
    const { body } = await app.viewer.get(model.path);
    expect(body).toMatchObject(Object.assign({}, ...changes));
  });

  test("changes of the same field at the same time: those who lose get 409 with the record", async () => {
    const model = await createModel();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        app.admin.patch(model.path, { display_name: `Name ${index}` }),
      ),
    );
    const lost = answers.filter((answer) => answer.status !== 200);
    for (const answer of lost) {
      expect(answer).toMatchObject({
        status: 409,
        body: { code: "conflict", current: { pk: model.pk, etag: expect.any(String) } },
      });
    }
    const acknowledged = answers.filter((answer) => answer.status === 200);
    const names = acknowledged.map((answer) => (answer.body as Json).display_name);
    expect(names).toContain((await app.viewer.get(model.path)).body.display_name);
  });

  test("an update never brings back a row that was deleted", async () => {
    const model = await createModel();
    await app.aws.remove(tables.models, { pk: { S: model.pk } });
    const answer = await app.admin.patch(model.path, { display_name: "Back" });
    expect(answer).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(await app.aws.model(model.pk)).toBeUndefined();
  });

  test("updates that race a deletion leave no row behind", async () => {
    for (let round = 0; round < 10; round += 1) {
      const model = await createModel();
      await Promise.all([
        app.admin.delete(model.path),
        app.admin.patch(model.path, { display_name: "Late" }),
        app.admin.patch(model.path, { input_price: 1 }),
      ]);
      const left = await app.aws.model(model.pk);
      if (left) expect((await app.admin.delete(model.path)).ok).toBe(true);
      expect(await app.aws.model(model.pk)).toBeUndefined();
    }
  });

  test("nothing to change writes nothing: neither updated_at nor an event", async () => {
    const model = await createModel({ display_name: "Same" });
    const before = await app.aws.model(model.pk);
    const answer = await app.admin.patch(model.path, { display_name: "Same" });
    expect(answer.status).toBe(200);
    expect(await app.aws.model(model.pk)).toEqual(before);
  });
});

describe("deleting", () => {
  test("a model that agents use is refused with the agents, aliases included", async () => {
    const model = await createModel({}, "anthropic");
    const agent = unique("user");
    await app.aws.put(tables.agents, agentRow(agent, "claude", model.model_id));
    const refused = await app.admin.delete(model.path);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "model_in_use", agents: [{ agent_name: agent, version: "v1.0" }] },
    });
    expect(refused.body.detail).toContain(agent);
    expect(await app.aws.model(model.pk)).toBeDefined();
    await app.aws.remove(tables.agents, app.aws.agentKey(agent));
    expect((await app.admin.delete(model.path)).ok).toBe(true);
    expect((await app.admin.delete(model.path)).status).toBe(404);
  });

  test("racing a switch to the model never leaves an agent on a deleted row", async () => {
    const home = await createModel();
    const agent = unique("mover");
    await app.aws.put(tables.agents, agentRow(agent, "openai", home.model_id));
    const outcomes: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const target = await createModel();
      const [deleted, switched] = await Promise.all([
        app.admin.delete(target.path),
        app.admin.patch(`/api/agents/${agent}/v1.0`, { llm_model: target.model_id }),
      ]);
      outcomes.push(`${deleted.status} ${switched.status}`);
      const named = (await app.aws.agent(agent))?.llm_model?.S;
      expect(await app.aws.model(`openai#${named}`)).toBeDefined();
      await app.admin.patch(`/api/agents/${agent}/v1.0`, { llm_model: home.model_id });
    }
    for (const outcome of outcomes) expect(outcome).toMatch(/^(20\d (422|409)|409 (200|409))$/);
  });
});
