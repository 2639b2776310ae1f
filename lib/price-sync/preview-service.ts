import "server-only";
import { monthRange } from "@/lib/budgets/rules/progress";
import { CostAccumulator } from "@/lib/costs/rules/spend";
import { invalidField } from "@/lib/errors";
import {
  changedRow,
  initialPrices,
  observePrices,
  readPriceNotes,
  readValidRow,
} from "@/lib/models/reference-service";
import { pricesFromTime } from "@/lib/models/rules/prices-from";
import { type ModelKey, type ModelUpdate, priceNames } from "@/lib/models/schema";
import { assertFresh } from "@/lib/models/service";
import {
  type PriceHistory,
  type PriceRecord,
  priceHistory,
} from "@/lib/prices/rules/price-history";
import { unconfirmedOf } from "@/lib/prices/rules/unconfirmed-cost";
import { readPricedUsage } from "@/lib/usage/priced-usage-service";
import { dayMs, type PricedSeries } from "@/lib/usage/rules/priced-series";
import { addSlot } from "@/lib/usage/rules/report";
import { retentionDays, type UsageWindow, usageWindow } from "@/lib/usage/rules/window";
import type { PriceChangePreview } from "./schema";

/**
 * How a change of prices would change the model's costs, by day and month; nothing is written.
 * @throws AppError `not_found`, `model_defective`, `stale`, `invalid` without a price,
 *   `aws_unavailable`
 */
export async function previewPriceChange(
  key: ModelKey,
  { prices_from, override_reason, ...changes }: ModelUpdate,
  etag: string | null,
): Promise<PriceChangePreview> {
  const listed = await readValidRow(key);
  await assertFresh(key, listed, etag);
  const { row, records } = await observePrices(listed, await readPriceNotes(listed.pk));
  const names = priceNames.filter((name) => changes[name] !== undefined);
  if (names.length === 0) throw invalidField("prices_from", "A preview needs a price.");
  const now = Date.now();
  const from = prices_from === undefined ? now : pricesFromTime(prices_from);
  const next = Object.fromEntries(names.map((name) => [name, changes[name] ?? null]));
  const change: PriceRecord = {
    in_force_from: new Date(from).toISOString(),
    recorded_at: new Date(now).toISOString(),
    prices: next,
    ...(prices_from !== undefined && { origin: "repriced" as const }),
  };
  const history = records.length > 0 ? records : [initialPrices(row)];
  const present = await changedRow(row, changes);
  const after = priceHistory([...history, change], { ...present, updated_at: null });

  const usage = await readPricedUsage(windowFrom(from, now), undefined, [from]);
  return {
    pk: row.pk,
    prices_from: new Date(from).toISOString(),
    prices: names.map((name) => ({ name, from: row[name], to: changes[name] ?? null })),
    ...costChanges(usage.series, row.pk, after),
    counted_from: new Date(usage.window.start).toISOString(),
    as_of: new Date(usage.startedAt).toISOString(),
    stale_because: usage.staleBecause,
  };
}

/**
 * Starts at the beginning of the month, so that full months are compared, if CloudWatch still has
 * the data.
 */
function windowFrom(from: number, now: number): UsageWindow {
  const oldest = now - (retentionDays - 1) * dayMs;
  const { start } = monthRange(Math.min(Math.max(from, oldest), now));
  return usageWindow({ from: new Date(Math.max(start, oldest)).toISOString() }, now);
}

type Sides = { before: CostAccumulator; after: CostAccumulator };
const newSides = (): Sides => ({ before: new CostAccumulator(), after: new CostAccumulator() });

/** The model's costs at present prices and at other prices. */
function costChanges(series: PricedSeries[], pk: string, after: PriceHistory) {
  const total = newSides();
  const [days, months] = [new Map<string, Sides>(), new Map<string, Sides>()];
  for (const entry of series) {
    for (const slot of entry.slots) {
      const model = entry.models.modelAt(slot.pricedAt);
      if (model.pk !== pk) continue;
      const day = new Date(slot.at).toISOString().slice(0, 10);
      const changed = { ...entry.models, modelAt: () => ({ ...model, history: after }) };
      for (const sides of [total, sidesOf(days, day), sidesOf(months, day.slice(0, 7))]) {
        addSlot(sides.before, entry, slot);
        addSlot(sides.after, { ...entry, models: changed }, slot);
      }
    }
  }
  const { too_low } = total.after.figures();
  return {
    days: [...days]
      .map(([day, sides]) => ({ day, ...toCosts(sides) }))
      .filter(({ before_usd, after_usd }) => before_usd !== after_usd)
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
    months: [...months]
      .map(([month, sides]) => ({ month, ...toCosts(sides) }))
      .sort((a, b) => (a.month < b.month ? -1 : 1)),
    total: toCosts(total),
    ...(too_low && { too_low }),
  };
}

function sidesOf(all: Map<string, Sides>, key: string): Sides {
  const sides = all.get(key) ?? newSides();
  all.set(key, sides);
  return sides;
}

function toCosts({ before, after }: Sides) {
  const [then, now] = [before.figures(), after.figures()];
  const [before_unconfirmed, after_unconfirmed] = [unconfirmedOf(then), unconfirmedOf(now)];
  return {
    before_usd: then.cost_usd,
    after_usd: now.cost_usd,
    ...(Object.keys(before_unconfirmed).length > 0 && { before_unconfirmed }),
    ...(Object.keys(after_unconfirmed).length > 0 && { after_unconfirmed }),
  };
}
