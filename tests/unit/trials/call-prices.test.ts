import { expect, test } from "vitest";
import { fromCellItem, toCellItem } from "@/lib/trials/row";
import { pendingCell, type StoredCell, type StoredTarget } from "@/lib/trials/rules/stored-cell";
import { summarizeTargets } from "@/lib/trials/rules/summary";

const cell: StoredCell = {
  ...pendingCell(0, 0),
  outcome: "answered",
  stop_reason: "end",
  latency_ms: 900,
  input_tokens: 300_000,
  output_tokens: 10,
  cost_usd: 1.2,
  prices: { price_above_input_tokens: 272_000 },
};
const target: StoredTarget = {
  provider: "openai",
  model_id: "gpt-6.2-sol",
  is_present: true,
  timeout_ms: 60_000,
  monthly: null,
  digest: "",
  is_priced: true,
};

test("a stored cell keeps which prices its cost is at", () => {
  expect(fromCellItem(toCellItem("trial", cell))).toEqual(cell);
  const { prices: _, ...older } = toCellItem("trial", cell);
  expect(fromCellItem(older).prices).toEqual({});
});

test("a model's figures say which prices any of its calls is at", () => {
  const cells = [cell, { ...cell, case: 1, prices: {} }];
  const cases = [0, 1].map((index) => ({ index, recorded_tools: null }));
  expect(summarizeTargets([target], cells, cases)[0]).toMatchObject(cell.prices);
});
