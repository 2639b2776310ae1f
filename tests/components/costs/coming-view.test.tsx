import { afterEach, expect, test, vi } from "vitest";
import { ComingView } from "@/components/costs/coming-view";
import type { ComingChanges } from "@/lib/price-sync/schema";
import { expectAccessible, show } from "../render";

const coming: ComingChanges = {
  as_of: "2026-11-29T12:00:00.000Z",
  unknown_because: null,
  changes: [
    {
      kind: "prices",
      on: "2026-12-15",
      pk: "openai#gpt-4o",
      display_name: "GPT-4o",
      agents: 2,
      prices: [{ name: "input_price", from: 2.5, to: 2 }],
      month_usd: 118.4,
      then_usd: 101.2,
      layer: "table",
      source: "https://openai.com/api/pricing",
    },
    {
      kind: "retirement",
      on: "2027-01-14",
      pk: "anthropic#claude-3",
      display_name: "Claude 3",
      agents: 0,
      prices: [],
      month_usd: null,
      then_usd: null,
      layer: null,
      source: null,
    },
  ],
};
const serve = (answer: ComingChanges) =>
  vi.spyOn(window, "fetch").mockImplementation(async () => Response.json(answer));
afterEach(() => vi.restoreAllMocks());

test("changes are listed by month with agents and spend, and can be exported", async () => {
  serve(coming);
  const screen = await show(<ComingView onBack={() => undefined} />);
  const december = screen.getByRole("region", { name: "December 2026" });
  await expect.element(december).toHaveTextContent("GPT-4o changes its price");
  await expect.element(december).toHaveTextContent("Input price: $2.50 → $2.00 per 1M");
  await expect.element(december).toHaveTextContent("2 agents$118.40 in 30 days, then $101.20");
  const january = screen.getByRole("region", { name: "January 2027" });
  await expect.element(january).toHaveTextContent("Claude 3 is retired");
  const calendar = screen.getByRole("link", { name: "Export as calendar" });
  await expect.element(calendar).toHaveAttribute("href", "/api/costs/coming/export");
  await expectAccessible();
});

test("says so if nothing is announced", async () => {
  serve({ ...coming, changes: [] });
  const screen = await show(<ComingView onBack={() => undefined} />);
  await expect.element(screen.getByText("No changes are announced")).toBeVisible();
});
