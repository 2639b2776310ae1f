import { afterEach, expect, test, vi } from "vitest";
import { ImportPreview } from "@/components/models/import/import-preview";
import type { ImportResult } from "@/lib/models/rules/transfer-schema";
import { expectAccessible, show } from "../render";

afterEach(() => vi.restoreAllMocks());

const listed = {
  price: 2.5,
  layer: "npm",
  as_of: "2026-09-23",
  match: "exact",
  region_may_differ: false,
} as const;

const result: ImportResult = {
  created: [
    {
      row: 1,
      pk: "bedrock#ca.amazon.nova-lite-v1:0",
      prices: [
        {
          name: "input_price",
          from: null,
          to: 0.06,
          source: "catalog",
          catalog: { ...listed, price: 0.06, match: "family", region_may_differ: true },
        },
      ],
    },
    {
      row: 2,
      pk: "openai#gpt-9",
      prices: [{ name: "output_price", from: null, to: 8, source: "admin", catalog: null }],
    },
  ],
  updated: [
    {
      row: 3,
      pk: "openai#gpt-4o",
      changes: {
        input_price: { from: 2, to: 3 },
        purpose: { from: null, to: "fast" },
      },
      prices: [{ name: "input_price", from: 2, to: 3, source: "admin", catalog: listed }],
    },
  ],
  unchanged: [],
  rejected: [],
  operation_id: null,
};

test("each price says who set it, which catalog lists it and how, and what it replaces", async () => {
  const asked = vi.spyOn(window, "fetch").mockImplementation(async () =>
    Response.json({
      pk: "openai#gpt-4o",
      since: { input_price: "2026-10-03T09:00:00.000Z" },
      sources: { input_price: "admin" },
      catalog: { match: "none", layer: null, as_of: null, windows: [] },
      history: [],
    }),
  );
  const screen = await show(<ImportPreview result={result} />);
  const rows = screen.getByRole("listitem");
  await expect
    .element(rows.nth(0))
    .toHaveTextContent("Row 3openai#gpt-4oInput price: $2.00 →becomes $3.00");
  await expect
    .element(rows.nth(0))
    .toHaveTextContent(
      "from the file, an admin's · the npm catalog of 23 Sep 2026 lists this ID (at $2.50)",
    );
  await expect.element(rows.nth(0)).toHaveTextContent("Purpose");
  await expect
    .element(rows.nth(1))
    .toHaveTextContent(
      "the catalog's · the npm catalog of 23 Sep 2026 lists the base model: base price; this region may differ (the same price)",
    );
  await expect.element(rows.nth(2)).toHaveTextContent("no catalog has this price");
  await expectAccessible();
  expect(asked).not.toHaveBeenCalled();
  await screen.getByText("The present price").click();
  await expect
    .element(rows.nth(0))
    .toHaveTextContent("Set by an admin, here since 3 Oct 2026. No catalog lists this model.");
});
