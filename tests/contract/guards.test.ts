import { beforeEach, describe, expect, test } from "vitest";
import { between } from "../support/fault-proxy";
import { actor, type Copy, outcomeOf, type Platform, servicesForFile } from "../support/services";
import { agentRow, modelRow } from "./console";

const services = servicesForFile();
let platform: Platform;
let ann: Copy;
let bob: Copy;

const ids = ["gpt-a", "gpt-b", "gpt-c"] as const;
const keyOf = (model_id: string) => ({ provider: "openai", model_id });
const agent = { agent_name: "sql-agent", version: "v1.0" };

beforeEach(async () => {
  platform = await services.newPlatform({ OPENAI_API_KEY: "sk-openai-Tq7Xw9Zr2Lm4" });
  [ann, bob] = [await platform.copy(), await platform.copy()];
  for (const id of ids) await platform.put(platform.tables.models, modelRow("openai", id));
  await platform.put(platform.tables.agents, agentRow("sql-agent", "openai", "gpt-a"));
});

/** This happens after the next transaction was decided, and before it is carried out. */
function beforeTheTransaction(act: () => Promise<unknown>): void {
  services.proxy.once({ operation: "TransactWriteItems", containing: platform.envName }, act);
}

const makeDefault = (copy: Copy, id: string) =>
  outcomeOf(copy, copy.updateModel(actor(), keyOf(id), { is_default: true }, null));

describe("two first defaults of a provider", () => {
  test("set concurrently: exactly one remains", async () => {
    beforeTheTransaction(() => makeDefault(bob, "gpt-b"));
    expect(await makeDefault(ann, "gpt-a")).toMatchObject({ code: "done" });
    expect(await platform.defaults()).toEqual(["gpt-a"]);
  });

  test("set repeatedly at the same time: exactly one remains", async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, other] = [ids[round % 3] ?? "", ids[(round + 1) % 3] ?? ""];
      const answers = await Promise.all([makeDefault(ann, one), makeDefault(bob, other)]);
      expect(answers.map(({ code }) => code)).toContain("done");
      expect(await platform.defaults()).toHaveLength(1);
    }
  });
});

test("a default that keeps losing races is a conflict with the current record", async () => {
  const guard = { pk: { S: "default#openai" }, sk: { S: "guard" } };
  let touched = 100;
  const stopInjecting = services.proxy.inject(
    { operation: "TransactWriteItems", containing: platform.envName, from: 1 },
    between(() =>
      platform.set(platform.tables.management, guard, "touched", { N: String(touched++) }),
    ),
  );
  const { etag } = await ann.getModel(keyOf("gpt-a"));
  const change = ann.updateModel(actor(), keyOf("gpt-a"), { is_default: true }, etag);
  const answer = await outcomeOf(ann, change);
  stopInjecting();
  expect(answer).toMatchObject({ code: "conflict" });
  expect(answer.message).toContain("Nothing was saved");
  expect(answer.error?.current).toMatchObject({ model_id: "gpt-a", is_default: false, etag });
  expect(await platform.defaults()).toEqual([]);
});

describe("a model that is retired while an agent is switched to it", () => {
  const retire = (copy: Copy) =>
    outcomeOf(copy, copy.retireModel(actor(), keyOf("gpt-b"), {}, null));
  const switchTo = (copy: Copy) =>
    outcomeOf(copy, copy.updateAgent(actor(), agent, { llm_model: "gpt-b" }, null));

  test("keeps the model if the switch comes first", async () => {
    // The first transaction of retiring keeps the plan.
    const stopInjecting = services.proxy.inject(
      { operation: "TransactWriteItems", containing: "LLMModels-", nth: 1 },
      between(async () => {
        stopInjecting();
        expect(await switchTo(bob)).toMatchObject({ code: "done" });
      }),
    );
    expect(await retire(ann)).toMatchObject({ code: "model_in_use" });
    expect(await platform.model("openai#gpt-b")).toBeDefined();
    expect(await platform.events("model:openai#gpt-b")).toEqual([]);
  });

  test("refuses the switch if the model was deleted first", async () => {
    beforeTheTransaction(() => retire(bob));
    expect(await switchTo(ann)).toMatchObject({ code: "model_not_registered" });
    expect(await platform.agent("sql-agent")).toMatchObject({ llm_model: { S: "gpt-a" } });
    expect(await platform.events("agent:sql-agent/v1.0")).toEqual([]);
  });

  test("never leaves an agent on a deleted model", async () => {
    for (let round = 0; round < 8; round += 1) {
      const [retired, switched] = await Promise.all([retire(ann), switchTo(bob)]);
      const isThere = (await platform.model("openai#gpt-b")) !== undefined;
      const isUsed = (await platform.agent("sql-agent"))?.llm_model?.S === "gpt-b";
      expect(isUsed && !isThere).toBe(false);
      expect(retired.code === "done").toBe(!isThere);
      expect(switched.code === "done").toBe(isUsed);
      await platform.put(platform.tables.models, modelRow("openai", "gpt-b"));
      await platform.put(platform.tables.agents, agentRow("sql-agent", "openai", "gpt-a"));
    }
  });
});

describe("two admins who change the same model", () => {
  const change = (
    copy: Copy,
    changes: Parameters<Copy["updateModel"]>[2],
    etag: string | null = null,
  ) => outcomeOf(copy, copy.updateModel(actor(), keyOf("gpt-a"), changes, etag));

  test("in different fields: both survive", async () => {
    beforeTheTransaction(() => change(bob, { max_tokens: 5 }));
    expect(await change(ann, { display_name: "By Ann" })).toMatchObject({ code: "done" });
    expect(await platform.model("openai#gpt-a")).toMatchObject({
      max_tokens: { N: "5" },
      display_name: { S: "By Ann" },
    });
  });

  test("in the same field: the second gets the current record", async () => {
    beforeTheTransaction(() => change(bob, { display_name: "By Bob" }));
    const answer = await change(ann, { display_name: "By Ann" });
    expect(answer).toMatchObject({ code: "conflict" });
    expect(answer.error?.current).toMatchObject({ display_name: "By Bob" });
  });

  test("with If-Match: the second gets the current record, whatever was changed", async () => {
    const { etag } = await ann.getModel(keyOf("gpt-a"));
    beforeTheTransaction(() => change(bob, { max_tokens: 5 }));
    const answer = await change(ann, { display_name: "By Ann" }, etag);
    expect(answer).toMatchObject({ code: "stale" });
    expect(answer.error?.current).toMatchObject({ max_tokens: 5, display_name: "gpt-a" });
  });

  test("and a program changing the row in between: a conflict with the current record", async () => {
    const key = { pk: { S: "openai#gpt-a" } };
    beforeTheTransaction(() =>
      platform.set(platform.tables.models, key, "display_name", { S: "By a script" }),
    );
    const answer = await change(ann, { display_name: "By Ann" });
    expect(answer).toMatchObject({ code: "conflict" });
    expect(answer.error?.current).toMatchObject({ display_name: "By a script" });
  });

  test("and a program deleting the row in between: it stays deleted", async () => {
    const key = { pk: { S: "openai#gpt-a" } };
    beforeTheTransaction(() => platform.remove(platform.tables.models, key));
    expect(await change(ann, { display_name: "By Ann" })).toMatchObject({ code: "not_found" });
    expect(await platform.model("openai#gpt-a")).toBeUndefined();
  });

  test("and retire it meanwhile without an If-Match: a conflict, not a stale one", async () => {
    beforeTheTransaction(() => change(bob, { max_tokens: 6 }));
    await platform.remove(platform.tables.agents, {
      agent_name: { S: "sql-agent" },
      version: { S: "v1.0" },
    });
    const answer = await outcomeOf(ann, ann.retireModel(actor(), keyOf("gpt-a"), {}, null));
    expect(answer).toMatchObject({ code: "conflict" });
    expect(answer.error?.current).toMatchObject({ max_tokens: 6 });
  });
});

test("the outcome of a test isn't recorded for a key replaced meanwhile", async () => {
  const stateOf = async () => {
    const { providers } = await ann.listProviders();
    return providers.find((provider) => provider.id === "openai")?.key;
  };
  await ann.updateKey(actor(), "openai", { api_key: "sk-openai-Ab3Xw9Zr2Lm4" });
  const stopInjecting = services.proxy.inject(
    { operation: "UpdateItem", containing: "key-notes", nth: 1 },
    between(async () => {
      stopInjecting();
      const expires_at = "2999-01-01T00:00:00Z";
      await bob.updateKey(actor("bob"), "openai", {
        api_key: "sk-openai-Cd5Yv8Qs1Kn6",
        expires_at,
      });
    }),
  );
  await ann.recordKeyOutcome("openai", "sk-openai-Ab3Xw9Zr2Lm4", "rejected");
  expect(await stateOf()).toMatchObject({ status: "stored", expires_at: "2999-01-01T00:00:00Z" });
  await ann.recordKeyOutcome("openai", "sk-openai-Cd5Yv8Qs1Kn6", "verified");
  expect(await stateOf()).toMatchObject({ status: "verified", last_four: "1Kn6" });
});
