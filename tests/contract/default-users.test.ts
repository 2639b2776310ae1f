import { afterAll, beforeAll, expect, test } from "vitest";
import type { ModelRecord } from "@/lib/models/schema";
import { unifiedMachine } from "../support/sample-machines";
import { type Agreement, startAgreement, text } from "./agreement";
import { agentPath, agentRow, type Item, modelPath, modelRow, tables, unique } from "./console";

let agreement: Agreement;

beforeAll(async () => {
  agreement = await startAgreement();
});

afterAll(() => agreement?.stop());

/** An agent whose row names neither provider nor model. */
async function unnamed(defaultModel: string, more: Item = {}): Promise<string> {
  const name = unique("agent");
  const arn = await agreement.deploy(name, unifiedMachine({ name, defaultModel }));
  const { llm_provider: _provider, llm_model: _model, ...row } = agentRow(name, "", "");
  await agreement.putAgent({ ...row, state_machine_arn: text(arn), tools: text("[]"), ...more });
  return name;
}

async function putModel(): Promise<string> {
  const model = unique("claude");
  await agreement.app.aws.put(tables.models, modelRow("anthropic", model));
  return model;
}

const read = async (model: string) =>
  (await agreement.app.viewer.get(modelPath("anthropic", model))).body as unknown as ModelRecord; // By docs/contract.md.

test("an agent that names no model uses the one compiled into its machine", async () => {
  const [model, other] = [await putModel(), await putModel()];
  const name = await unnamed(model);
  const user = { agent_name: name, version: "v1.0", by_default: true };
  expect((await read(model)).used_by).toEqual([user]);
  expect((await read(other)).used_by).toEqual([]);
  const { models } = (await agreement.app.viewer.get("/api/models")).body as {
    models: ModelRecord[];
  };
  expect(models.find(({ model_id }) => model_id === model)?.used_by).toEqual([user]);
  const { admin } = agreement.app;
  const refused = await admin.delete(modelPath("anthropic", model));
  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({ code: "model_in_use", agents: [user] });
  expect(refused.body.detail).toContain(`${name} v1.0 via its machine's default`);
  const replacement = encodeURIComponent(`anthropic#${other}`);
  const reason = "override_reason=The+sample+key+is+enough";
  const path = `${modelPath("anthropic", model)}?replacement=${replacement}&${reason}`;
  expect((await admin.delete(path)).body).toMatchObject({ status: "done" });
  const agent = (await agreement.app.viewer.get(agentPath(name))).body;
  expect(agent).toMatchObject({ llm_provider: "anthropic", llm_model: other });
});

test("only a missing part comes from the machine", async () => {
  const model = await putModel();
  const name = await unnamed("another", { llm_model: text(model) });
  expect((await read(model)).used_by).toMatchObject([{ agent_name: name }]);
});

test("where the machine can't be read, the users are said to be incomplete", async () => {
  const model = await putModel();
  const before = (await read(model)).users_unknown ?? 0;
  const gone = "arn:aws:states:eu-west-1:000000000000:stateMachine:gone";
  await unnamed(model, { state_machine_arn: text(gone) });
  expect(await read(model)).toMatchObject({ used_by: [], users_unknown: before + 1 });
});
