import { describe, expect, test } from "vitest";
import { catalogOld, priceChangeComing } from "@/lib/checks/rules/catalog-checks";
import type { CheckedModel } from "@/lib/checks/rules/snapshot";
import { noPrices } from "@/lib/prices/rules/catalog-model";
import { makeAgent, makeModel, makeSnapshot } from "./snapshot";

// The snapshot is of 2026-11-22.
const coming = (from: string, input: number): CheckedModel["coming"] => ({
  from,
  now: { ...noPrices, input_price: 2.5, output_price: 10 },
  prices: { ...noPrices, input_price: input, output_price: 10 },
  layer: "table",
  as_of: "2026-11-20",
  source: "https://openai.com/api/pricing",
});

describe("a change of prices that is announced", () => {
  const find = (changes: Partial<CheckedModel>, agents = [makeAgent()]) =>
    priceChangeComing(makeSnapshot({ agents, models: [makeModel(changes)] }));

  test("is a warning when a model in use gets dearer", () => {
    const [finding] = find({ coming: coming("2026-12-15", 3) });
    expect(finding).toMatchObject({
      code: "price_change_coming",
      severity: "warning",
      subject: { kind: "model", id: "openai#gpt-4o" },
      title: "The price of GPT-4o changes in 23 days",
    });
    expect(finding?.evidence).toBe(
      "From 15 Dec 2026: input $2.50 → $3.00 per 1M tokens (catalog of 20 Nov 2026, https://openai.com/api/pricing). 1 agent uses it.",
    );
  });

  test("is a note when it gets cheaper, or nobody uses it", () => {
    expect(find({ coming: coming("2026-12-15", 2) })).toMatchObject([{ severity: "info" }]);
    expect(find({ coming: coming("2026-12-15", 3) }, [])).toMatchObject([{ severity: "info" }]);
  });

  test("is said 45 days ahead, and not for an unused model that isn't offered", () => {
    expect(find({ coming: coming("2027-01-06", 3) })).toHaveLength(1);
    expect(find({ coming: coming("2027-01-07", 3) })).toEqual([]);
    expect(find({ coming: coming("2026-12-15", 3), is_active: false }, [])).toEqual([]);
  });

  test("is none if the prices stay", () => {
    expect(find({ coming: coming("2026-12-15", 2.5) })).toEqual([]);
  });
});

describe("catalogs are old", () => {
  const find = (...days: string[]) =>
    catalogOld(makeSnapshot({ catalogs: days.map((as_of) => ({ name: "npm", as_of })) }));

  test("when the newest is of 30 days ago", () => {
    expect(find("2026-09-23", "2026-10-23")).toMatchObject([
      {
        code: "catalog_old",
        subject: { kind: "catalog", id: "prices" },
        title: "The newest price catalog is 30 days old",
      },
    ]);
    expect(find("2026-09-23", "2026-10-24")).toEqual([]);
  });
});
