import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSeedFile } from "../../../scripts/populate/seed-file";

const folder = mkdtempSync(join(tmpdir(), "seed-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

function seedOf(content: unknown) {
  const path = join(folder, "seed.json");
  writeFileSync(path, JSON.stringify(content));
  return readSeedFile(path);
}
const model = { pk: "openai#a", provider: "openai", model_id: "a" };

test("rows are stored unchanged, even with invalid attributes that no index needs", async () => {
  const { models } = await seedOf({
    LLMModels: [{ ...model, input_price: "2.5", is_active: "x" }],
  });
  expect(models).toMatchObject([{ input_price: { S: "2.5" }, is_active: { S: "x" } }]);
});

test.each([
  [{ LLMModels: [model, { ...model, is_active: true }] }, "is_active of row 2 of LLMModels"],
  [{ LLMModels: [{ ...model, provider: 5 }] }, "provider of row 1 of LLMModels"],
  [
    { AgentRegistry: [{ agent_name: "a", version: "v1.0", llm_provider: null }] },
    "llm_provider of row 1 of AgentRegistry",
  ],
  [{ LLMModels: [{ provider: "openai" }] }, "pk of row 1 of LLMModels"],
])("a value that an index cannot take is named with its row: %j", async (content, place) => {
  await expect(seedOf(content)).rejects.toThrow(`${place}: must be text`);
});

test("tools are stored as they are, and a definition may be text or an object", async () => {
  const { tools, machines } = await seedOf({
    ToolRegistry: [{ tool_name: "t", input_schema: 5, human_approval_required: true }],
    StateMachines: [
      { name: "a", definition: { StartAt: "A" } },
      { name: "b", definition: "{}" },
    ],
  });
  expect(tools).toMatchObject([{ input_schema: { N: "5" } }]);
  expect(machines).toEqual([
    { name: "a", definition: '{"StartAt":"A"}' },
    { name: "b", definition: "{}" },
  ]);
});
