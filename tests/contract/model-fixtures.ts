import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { type Item, type Json, modelPath, modelRow, tables, unique } from "./console";
import type { Console } from "./running-console";

export const N = (value: string): AttributeValue => ({ N: value });
export const S = (value: string): AttributeValue => ({ S: value });

export type Row = { pk: string; provider: string; model_id: string; path: string };
type Listed = Json & { pk: string; provider_id: string; is_default: boolean };

/** Models of a test's own, through the API and past it. */
export function modelFixtures(app: () => Console) {
  async function listModels(query = ""): Promise<Listed[]> {
    const { status, body } = await app().viewer.get(`/api/models${query}`);
    expect(status).toBe(200);
    return body.models as Listed[]; // By docs/contract.md.
  }

  const stored = (row: Row) => app().aws.model(row.pk);

  return {
    listModels,
    defaultsOf: async (providerId: string) =>
      (await listModels(`?provider=${providerId}`)).filter((row) => row.is_default),
    /** Made through the API. */
    createModel: async (more: Json = {}, provider = "openai"): Promise<Row> => {
      const model_id = unique("made");
      const answer = await app().admin.post("/api/models", { provider, model_id, ...more });
      expect(answer.status, answer.text).toBe(201);
      const path = modelPath(provider, model_id);
      return { provider, model_id, pk: `${provider}#${model_id}`, path };
    },
    /** A row as another program wrote it; an attribute of undefined is left out. */
    putRow: async (
      more: Record<string, AttributeValue | undefined> = {},
      provider = "openai",
      model_id = unique("row"),
    ): Promise<Row> => {
      const entries = Object.entries({ ...modelRow(provider, model_id), ...more });
      // What is undefined is filtered out here.
      const item = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Item;
      await app().aws.put(tables.models, item);
      const pk = item.pk?.S ?? "";
      const [keyProvider = "", ...id] = pk.split("#");
      return { pk, provider, model_id, path: modelPath(keyProvider, id.join("#")) };
    },
    stored,
    read: async (row: Row) => (await app().viewer.get(row.path)).body,
    /** The record and the row after a change that must be accepted. */
    patched: async (row: Row, changes: Json) => {
      const answer = await app().admin.patch(row.path, changes);
      expect(answer).toMatchObject({ status: 200 });
      return { record: answer.body, row: await stored(row) };
    },
    /** The prices noted for a model, oldest first. */
    priceRecords: async (row: Row) => {
      const items = await app().aws.query(tables.management, `model#${row.pk}`);
      return items.filter((item) => item.sk?.S?.startsWith("price#"));
    },
  };
}
