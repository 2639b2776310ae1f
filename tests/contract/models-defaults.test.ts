import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modelRow, tables, unique } from "./console";
import { modelFixtures } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { defaultsOf, createModel } = modelFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("the default of a provider", () => {
  test("a new default unsets the former one, in rows of every name of the provider", async () => {
    const first = await createModel({ is_default: true }, "bedrock");
    expect((await defaultsOf("bedrock")).map((row) => row.pk)).toEqual([first.pk]);
    const second = await createModel({ is_default: true }, "amazon");
    expect((await defaultsOf("bedrock")).map((row) => row.pk)).toEqual([second.pk]);
    await app.admin.patch(first.path, { is_default: true });
    expect((await defaultsOf("bedrock")).map((row) => row.pk)).toEqual([first.pk]);
    expect((await app.aws.model(second.pk))?.is_default).toEqual({ BOOL: false });
  });

  test("defective rows lose the flag as well", async () => {
    const faulty = unique("faulty-default");
    const odd = `deepseek#${faulty}#x`;
    await app.aws.put(
      tables.models,
      modelRow("deepseek", faulty, { max_tokens: { S: "?" }, is_default: { BOOL: true } }),
    );
    await app.aws.put(tables.models, {
      ...modelRow("deepseek", `${faulty}#x`),
      is_default: { BOOL: true },
    });
    await createModel({ is_default: true }, "deepseek");
    expect((await app.aws.model(`deepseek#${faulty}`))?.is_default).toEqual({ BOOL: false });
    expect((await app.aws.model(odd))?.is_default).toEqual({ BOOL: false });
  });

  test("with two stored defaults, choosing one again clears the other", async () => {
    const [one, two] = [await createModel({}, "anthropic"), await createModel({}, "anthropic")];
    for (const { pk } of [one, two]) {
      await app.aws.set(tables.models, { pk: { S: pk } }, "is_default", { BOOL: true });
    }
    expect((await app.admin.patch(one.path, { is_default: true })).status).toBe(200);
    expect((await defaultsOf("anthropic")).map((row) => row.pk)).toEqual([one.pk]);
  });

  test("activating a row with a leftover flag makes no second default", async () => {
    const old = await createModel({ is_default: true }, "xai");
    const sleeping = await createModel({ is_active: false }, "xai");
    await app.aws.set(tables.models, { pk: { S: sleeping.pk } }, "is_default", { BOOL: true });
    expect((await app.admin.patch(sleeping.path, { is_active: true })).status).toBe(200);
    const rows = [await app.aws.model(old.pk), await app.aws.model(sleeping.pk)];
    expect(rows.filter((row) => row?.is_default?.BOOL)).toHaveLength(1);
  });

  test("a deactivated model loses the default", async () => {
    const model = await createModel({ is_default: true }, "google");
    const answer = await app.admin.patch(model.path, { is_active: false });
    expect(answer.body).toMatchObject({ is_active: false, is_default: false });
  });

  test("an inactive model becomes the default only if it is activated in the same change", async () => {
    const model = await createModel({ is_active: false }, "google");
    const refused = await app.admin.patch(model.path, { is_default: true });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([expect.objectContaining({ path: "is_default" })]);
    const accepted = await app.admin.patch(model.path, { is_default: true, is_active: true });
    expect(accepted.body).toMatchObject({ is_active: true, is_default: true });
  });

  test("eight people choosing eight defaults at once leave exactly one", async () => {
    const models = await Promise.all(Array.from({ length: 8 }, () => createModel({}, "deepseek")));
    const answers = await Promise.all(
      models.map((model) => app.admin.patch(model.path, { is_default: true })),
    );
    const defaults = (await defaultsOf("deepseek")).map((row) => row.pk);
    expect(defaults).toHaveLength(1);
    for (const { status, text } of answers) expect([200, 409], text).toContain(status);
    const acknowledged = models.filter((_, index) => answers[index]?.status === 200);
    expect(acknowledged.map((model) => model.pk)).toContain(defaults[0]);
  });

  test("eight people creating a default at once leave exactly one", async () => {
    await Promise.all(
      Array.from({ length: 8 }, () =>
        app.admin.post("/api/models", {
          provider: "xai",
          model_id: unique("first"),
          is_default: true,
        }),
      ),
    );
    expect(await defaultsOf("xai")).toHaveLength(1);
  });

  test("choosing a default while it is deactivated never leaves an inactive default", async () => {
    for (let round = 0; round < 15; round += 1) {
      const model = await createModel({}, "xai");
      await Promise.all([
        app.admin.patch(model.path, { is_default: true }),
        app.admin.patch(model.path, { is_active: false }),
      ]);
      const stored = await app.aws.model(model.pk);
      expect([stored?.is_active?.S, stored?.is_default?.BOOL]).not.toEqual(["false", true]);
    }
  });
});
