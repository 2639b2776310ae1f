import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { CatalogView } from "@/components/costs/catalog-view";
import type { PriceCatalog, PriceCatalogPreview } from "@/lib/price-sync/schema";
import { expectAccessible, show } from "../render";

const catalog: PriceCatalog = {
  layers: [
    { layer: "table", as_of: "2026-11-28", age_days: 1, models: 80 },
    { layer: "npm", as_of: "2026-09-23", age_days: 67, models: 900 },
  ],
  coverage: { models: 65, exact: 58, dated: 3, family: 3, none: 1 },
  admin: null,
  remote: null,
};
const preview: PriceCatalogPreview = {
  ...catalog,
  format: "litellm",
  models: 2_900,
  skipped: 2,
  coverage: { models: 65, exact: 60, dated: 3, family: 1, none: 1 },
  coverage_before: catalog.coverage,
  changes: [
    {
      pk: "openai#gpt-6.2",
      display_name: "GPT-6.2",
      match: { from: "family", to: "exact" },
      region_may_differ: { from: true, to: false },
      prices: [{ name: "input_price", from: null, to: 1.25 }],
      effect: { paid: 12.5, would_be: 4 },
    },
  ],
};

/** Answers each request of the view. @returns "METHOD path" of each */
function serve(answer: PriceCatalog, refusal?: { status: number; detail: string }) {
  const requests: string[] = [];
  vi.spyOn(window, "fetch").mockImplementation(async (input, init) => {
    const method = init?.method ?? "GET";
    requests.push(`${method} ${input}`);
    if (method === "PUT" && refusal) {
      const problem = { type: "about:blank", title: "Invalid", code: "invalid", ...refusal };
      return Response.json(problem, {
        status: refusal.status,
        headers: { "content-type": "application/problem+json" },
      });
    }
    return Response.json(method === "PUT" ? preview : answer);
  });
  return requests;
}
afterEach(() => vi.restoreAllMocks());

const nothing = () => undefined;
const file = new File(["{}"], "model_prices.json", { type: "application/json" });

test("the catalogs' age and coverage are shown, and a viewer can't upload", async () => {
  serve(catalog);
  const screen = await show(<CatalogView canWrite={false} onBack={nothing} />);
  const coverage = "61 of 65 models are listed exactly, 3 by family, and 1 is unknown.";
  await expect.element(screen.getByText(coverage)).toBeVisible();
  const table = screen.getByRole("table", { name: "Price catalogs" });
  await expect
    .element(table.getByRole("row", { name: /npm package.*67 days old 900/ }))
    .toBeVisible();
  expect(screen.getByText("Choose a file").elements()).toEqual([]);
  await expectAccessible();
});

test("a file is compared before it is used", async () => {
  const requests = serve(catalog);
  const screen = await show(<CatalogView canWrite onBack={nothing} />);
  await userEvent.upload(screen.getByLabelText("Choose a file"), file);
  const changes = screen.getByRole("table", { name: "Changes" });
  await expect
    .element(
      changes.getByRole("row", {
        name: /GPT-6\.2 .*this region may differ → exactly .*none → \$1\.25/,
      }),
    )
    .toBeVisible();
  await expectAccessible();
  await screen.getByRole("button", { name: "Use this catalog" }).click();
  await expect.element(screen.getByText("Choose a file")).toBeVisible();
  expect(requests.filter((request) => request.startsWith("PUT"))).toEqual([
    "PUT /api/price-catalog?dry_run=true",
    "PUT /api/price-catalog?dry_run=false",
  ]);
});

test("a refused file says why, and that the catalog before it stays", async () => {
  serve(catalog, { status: 422, detail: "The file has 3 models, fewer than half." });
  const screen = await show(<CatalogView canWrite onBack={nothing} />);
  await userEvent.upload(screen.getByLabelText("Choose a file"), file);
  const note = screen.getByRole("alert");
  await expect.element(note).toHaveTextContent("the catalog before it stays");
  await expect.element(note).toHaveTextContent("fewer than half");
});

test("a catalog from PRICE_CATALOG shows its address, its time and what went wrong", async () => {
  serve({
    ...catalog,
    remote: {
      address: "s3://catalogs/prices.json",
      checked_at: "2026-11-29T12:00:00.000Z",
      failure: "The address answered HTTP 503.",
      failing_since: "2026-11-28T12:00:00.000Z",
    },
  });
  const screen = await show(<CatalogView canWrite onBack={nothing} />);
  await expect
    .element(screen.getByText(/s3:\/\/catalogs\/prices\.json couldn't be taken since/))
    .toBeVisible();
  await expect.element(screen.getByText(/HTTP 503.*last good catalog stays in use/)).toBeVisible();
  expect(screen.getByText("Choose a file").elements()).toEqual([]);
});
