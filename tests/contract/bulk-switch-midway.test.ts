import { expect, test } from "vitest";
import { between } from "../support/fault-proxy";
import { actor, servicesForFile } from "../support/services";
import { agentRow, modelRow } from "./console";
import { S } from "./model-fixtures";

const services = servicesForFile();

test("250 agents, 10 of which another program changes midway: told by name, resumed and undone", async () => {
  const platform = await services.newPlatform({ ANTHROPIC_API_KEY: "sandbox-anthropic-1" });
  const { tables } = platform;
  const copy = await platform.copy();
  await platform.put(tables.models, modelRow("openai", "gpt-old"));
  await platform.put(tables.models, modelRow("anthropic", "claude-new"));
  const names = Array.from({ length: 250 }, (_, index) => `agent-${index}`);
  await Promise.all(
    names.map((name) => platform.put(tables.agents, agentRow(name, "openai", "gpt-old"))),
  );
  const models = async () => {
    const rows = await platform.scan(tables.agents);
    return new Map(rows.map((row) => [row.agent_name?.S ?? "", row.llm_model?.S]));
  };
  const setModel = (some: string[], model: string) =>
    Promise.all(
      some.map((agent_name) => {
        const key = { agent_name: S(agent_name), version: S("v1.0") };
        return platform.set(tables.agents, key, "llm_model", S(model));
      }),
    );
  const request = {
    from: { provider: "openai", model_id: "gpt-old" },
    to: { provider: "anthropic", model_id: "claude-new" },
  };

  let late: string[] = [];
  const stopInjecting = services.proxy.inject(
    { operation: "TransactWriteItems", containing: platform.envName, nth: 4 },
    between(async ({ body }) => {
      const waiting = [...(await models())].filter(([, model]) => model === "gpt-old");
      late = waiting.flatMap(([name]) => (body.includes(`"${name}"`) ? [] : name)).slice(0, 10);
      await setModel(late, "gpt-elsewhere");
    }),
  );
  const { operation_id, agents } = await copy.switchAgents(actor(), request, false);
  stopInjecting();
  const refused = agents.filter(({ outcome }) => outcome === "refused");
  expect(refused.map(({ agent_name }) => agent_name).toSorted()).toEqual(late.toSorted());
  for (const { agent_name, message } of refused) {
    expect(message).toContain(agent_name);
    expect(message).toContain("changed by someone else");
  }
  expect(agents.filter(({ outcome }) => outcome === "switched")).toHaveLength(240);
  const operation = await copy.getOperation(operation_id ?? "");
  expect(operation).toMatchObject({ status: "partial", done: 240, refused: 10 });
  const midway = await models();
  for (const name of names) {
    expect(midway.get(name)).toBe(late.includes(name) ? "gpt-elsewhere" : "claude-new");
  }

  await setModel(late, "gpt-old");
  const resumed = await copy.resumeOperation(actor("bob"), operation.operation_id);
  expect(resumed).toMatchObject({ status: "done", done: 250, refused: 0 });
  expect(new Set((await models()).values())).toEqual(new Set(["claude-new"]));
  const undo = await copy.undoOperation(actor(), operation.operation_id);
  expect(undo).toMatchObject({ status: "done", done: 250 });
  const rows = await platform.scan(tables.agents);
  for (const row of rows) {
    expect(row).toMatchObject({ llm_provider: S("openai"), llm_model: S("gpt-old") });
  }
});
