import { afterAll, beforeAll, expect, test } from "vitest";
import { agentFixtures } from "./agent-fixtures";
import { type Json, olderCaller } from "./console";
import { S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putModel, putAgent, newestEvent } = agentFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app?.stop());

const sendSwitch = (body: Json, query = "") => app.admin.post(`/api/agents/switch${query}`, body);
type Outcome = { agent_name: string; outcome: string; message: string | null; findings: Json[] };
const outcomesOf = (body: Json) => body.agents as Outcome[]; // By docs/contract.md.
const modelOf = async (name: string) => (await app.aws.agent(name))?.llm_model?.S;

test("a dry run tells of each agent and writes nothing", async () => {
  const [from, to] = [await putModel("openai"), await putModel("anthropic")];
  const agents = await Promise.all([1, 2].map(() => putAgent("openai", from)));
  const before = await Promise.all(agents.map((name) => app.aws.agent(name)));
  const request = {
    from: { provider: "openai", model_id: from },
    to: { provider: "anthropic", model_id: to },
  };
  const { status, body } = await sendSwitch(request, "?dry_run=true");
  expect(status).toBe(200);
  expect(body.operation_id).toBeNull();
  expect(outcomesOf(body).map(({ agent_name, outcome }) => [agent_name, outcome])).toEqual(
    expect.arrayContaining(agents.map((name) => [name, "would_switch"])),
  );
  expect(await Promise.all(agents.map((name) => app.aws.agent(name)))).toEqual(before);
});

test("all agents of a model move as one operation, aliases included, and one undo brings them back", async () => {
  const [from, to] = [await putModel("bedrock"), await putModel("openai")];
  const direct = await putAgent("bedrock", from);
  const alias = await putAgent("amazon", from);
  const stays = await putAgent("openai", "gpt-4o");
  const { body } = await sendSwitch({
    from: { provider: "bedrock", model_id: from },
    to: { provider: "openai", model_id: to },
  });
  expect(outcomesOf(body).map(({ outcome }) => outcome)).toEqual(["switched", "switched"]);
  expect(await Promise.all([direct, alias, stays].map(modelOf))).toEqual([to, to, "gpt-4o"]);
  expect(await newestEvent(direct)).toMatchObject({ operation_id: body.operation_id });
  await app.admin.post(`/api/operations/${body.operation_id}/undo`, {});
  expect(await Promise.all([direct, alias].map(modelOf))).toEqual([from, from]);
  expect((await app.aws.agent(alias))?.llm_provider).toEqual(S("amazon"));
});

test("blocked agents are reported with findings; the others are switched", async () => {
  const from = await putModel("openai");
  const to = await putModel("anthropic", { supports_tools: { BOOL: false } });
  const free = await putAgent("openai", from);
  const withTools = await putAgent("openai", from, { tools: S('["search"]') });
  const older = await putAgent("openai", from, olderCaller);
  const request = {
    from: { provider: "openai", model_id: from },
    to: { provider: "anthropic", model_id: to },
  };
  const { body } = await sendSwitch(request);
  const outcomes = new Map(outcomesOf(body).map((agent) => [agent.agent_name, agent]));
  expect(outcomes.get(free)).toMatchObject({ outcome: "switched" });
  expect(outcomes.get(withTools)).toMatchObject({
    outcome: "refused",
    findings: expect.arrayContaining([
      expect.objectContaining({ code: "agent_tools_unsupported" }),
    ]),
  });
  expect(outcomes.get(older)).toMatchObject({
    outcome: "refused",
    message: expect.stringContaining("older caller"),
  });
  expect(await Promise.all([free, withTools, older].map(modelOf))).toEqual([to, from, from]);

  const forced = await sendSwitch({ ...request, override_reason: "tools are off there" });
  expect(outcomesOf(forced.body).find(({ agent_name }) => agent_name === withTools)).toMatchObject({
    outcome: "switched",
  });
  expect(await newestEvent(withTools)).toMatchObject({ reason: "tools are off there" });
});

test("a selection of several providers moves as one operation", async () => {
  const to = await putModel("google");
  const chosen = [
    await putAgent("openai", "gpt-4o"),
    await putAgent("claude", "claude-3-opus-20240229"),
  ];
  const { body } = await sendSwitch({
    to: { provider: "google", model_id: to },
    agents: chosen.map((agent_name) => ({ agent_name, version: "v1.0" })),
  });
  expect(outcomesOf(body).map(({ outcome }) => outcome)).toEqual(["switched", "switched"]);
  await app.admin.post(`/api/operations/${body.operation_id}/undo`, {});
  expect(await Promise.all(chosen.map(modelOf))).toEqual(["gpt-4o", "claude-3-opus-20240229"]);
});

test("a selection moves alone", async () => {
  const [from, to] = [await putModel("openai"), await putModel("openai")];
  const [chosen, other] = [await putAgent("openai", from), await putAgent("openai", from)];
  const { body } = await sendSwitch({
    from: { provider: "openai" },
    to: { provider: "openai", model_id: to },
    agents: [{ agent_name: chosen, version: "v1.0" }],
  });
  expect(outcomesOf(body)).toHaveLength(1);
  expect(await Promise.all([chosen, other].map(modelOf))).toEqual([to, from]);
});

test("invalid input is refused by field", async () => {
  const to = { provider: "openai", model_id: "none" };
  expect(await sendSwitch({ from: { provider: "openai" }, to })).toMatchObject({
    status: 422,
    body: { code: "model_not_registered", errors: [{ path: "to.model_id" }] },
  });
  expect((await sendSwitch({ from: { provider: "openai" } })).status).toBe(422);
  expect(await sendSwitch({ to: { provider: "openai", model_id: "gpt-4o" } })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "from" }] },
  });
  const asViewer = await app.viewer.post("/api/agents/switch", {
    from: { provider: "openai" },
    to,
  });
  expect(asViewer.status).toBe(403);
});
