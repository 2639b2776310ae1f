import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { EditForm } from "@/components/models/edit/edit-form";
import type { PriceChangePreview } from "@/lib/price-sync/schema";
import { expectAccessible, show } from "../render";
import { model } from "./model";

const ofFamily = { by_family_usd: 12.5 };
const preview: PriceChangePreview = {
  pk: model.pk,
  prices_from: "2026-11-10T12:00:00.000Z",
  prices: [{ name: "input_price", from: 2.5, to: 5 }],
  days: [{ day: "2026-11-10", before_usd: 1, after_usd: 1.5 }],
  months: [{ month: "2026-11", before_usd: 17.57, after_usd: 24.78, before_unconfirmed: ofFamily }],
  total: { before_usd: 17.57, after_usd: 24.78, before_unconfirmed: ofFamily },
  counted_from: "2026-11-01T00:00:00.000Z",
  as_of: "2026-11-28T12:00:00.000Z",
  stale_because: null,
};

type SentRequest = { search: string; body: unknown };
let requests: SentRequest[];

const json = (body: unknown) =>
  new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });

beforeEach(() => {
  requests = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(new URL(String(input), window.location.href), init);
    const { search } = new URL(request.url);
    if (request.method !== "PATCH") return json({ models: [], defective: [] });
    requests.push({ search, body: await request.json() });
    return json(search.includes("dry_run=true") ? preview : { ...model, input_price: 5 });
  });
});
afterEach(() => vi.unstubAllGlobals());

const nothing = () => undefined;

function showForm() {
  return show(
    <EditForm model={model} unit="1M" onUnitChange={nothing} onTyped={nothing} onDone={nothing} />,
  );
}

test("a backdated price is saved after a preview of the costs", async () => {
  const screen = await showForm();
  await userEvent.fill(screen.getByRole("textbox", { name: "Input", exact: true }), "5,00");
  await screen.getByRole("radio", { name: "Another time" }).click();
  await screen.getByRole("button", { name: "Save changes" }).click();
  await expect.element(screen.getByText("Choose a day")).toBeVisible();
  expect(requests).toEqual([]);

  await userEvent.fill(screen.getByLabelText(/^Day \(UTC\)/), "2026-11-10");
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Hour (UTC)" }), "12:00");
  await screen.getByRole("button", { name: "Save changes" }).click();
  const months = screen.getByRole("table", { name: "Costs by month" });
  await expect
    .element(months.getByRole("row", { name: /November 2026/ }))
    .toHaveTextContent("November 2026$17.57by family$24.78+$7.21");
  await expect
    .element(screen.getByText(/\$12\.50 of the costs before is at a price by family\./))
    .toBeVisible();
  await expectAccessible();
  const body = { input_price: 5, prices_from: "2026-11-10T12:00:00Z" };
  expect(requests).toEqual([{ search: "?dry_run=true", body }]);
  await screen.getByRole("button", { name: "Save prices" }).click();
  await expect.poll(() => requests.slice(1)).toEqual([{ search: "", body }]);
});

test("an ambiguous number is rejected at its field, and a price per token raises a question", async () => {
  const screen = await showForm();
  const input = screen.getByRole("textbox", { name: "Input", exact: true });
  await userEvent.fill(input, "1,000");
  await screen.getByRole("button", { name: "Save changes" }).click();
  await expect
    .element(screen.getByText("1,000 could be 1000 or 1. Type one of these."))
    .toBeVisible();
  await userEvent.fill(input, "1.5e-07");
  await screen.getByRole("button", { name: "Save changes" }).click();
  await expect.element(screen.getByText("Per 1M tokens or per token?")).toBeVisible();
  await screen.getByRole("radio", { name: /per token$/ }).click();
  await screen.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(() => requests.at(-1)?.body).toEqual({ input_price: 0.15 });
});
