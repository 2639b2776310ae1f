import type { Finding } from "@/lib/findings/schema";
import { formatDay, formatPriceUsd, pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import { type Check, type CheckedModel, openModelAction, usersByModel } from "./snapshot";

const dayMs = 86_400_000;

/** How many days ahead a price change is announced. */
const comingDays = 45;
const names = { input_price: "input", output_price: "output" } as const;

export const priceChangeComing: Check = (snapshot) => {
  const users = usersByModel(snapshot);
  return snapshot.models.flatMap((model): Finding[] => {
    const count = users.get(model.pk)?.length ?? 0;
    const { coming } = model;
    if (!coming || (count === 0 && !model.is_active)) return [];
    const days = Math.ceil((Date.parse(coming.from) - snapshot.now) / dayMs);
    const changes = changesOf(coming);
    if (days > comingDays || changes.length === 0) return [];
    const isDearer = changes.some(({ now, next }) => now === null || next > now);
    const sentences = changes.map(({ name, now, next }) => `${name} ${usd(now)} → ${usd(next)}`);
    const source = coming.source ? `, ${coming.source}` : "";
    return [
      {
        code: "price_change_coming",
        severity: count > 0 && isDearer ? "warning" : "info",
        subject: { kind: "model", id: model.pk },
        title: `The price of ${model.display_name} changes in ${pluralize(days, "day")}`,
        evidence: `From ${formatDay(coming.from)}: ${sentences.join(", ")} per 1M tokens (catalog of ${formatDay(coming.as_of)}${source}). ${pluralize(count, "agent uses", "agents use")} it.`,
        fix: "Take the catalog's price on that day, or switch its agents before.",
        action: openModelAction(model, "See its prices"),
      },
    ];
  });
};

function changesOf({ now, prices }: NonNullable<CheckedModel["coming"]>) {
  const all = ["input_price", "output_price"] as const;
  return all.flatMap((name) => {
    const next = prices[name];
    return next === null || next === now[name] ? [] : [{ name: names[name], now: now[name], next }];
  });
}

const usd = (price: number | null) => (price === null ? "unknown" : formatPriceUsd(price, "1M"));

/** The age in days at which even the newest catalog counts as old. */
const oldDays = 30;

export const catalogOld: Check = ({ now, catalogs }) => {
  const newest = catalogs
    .map(({ as_of }) => as_of)
    .toSorted()
    .at(-1);
  if (newest === undefined) return [];
  const days = Math.floor((now - Date.parse(newest)) / dayMs);
  if (days < oldDays) return [];
  return [
    {
      code: "catalog_old",
      severity: "warning",
      subject: { kind: "catalog", id: "prices" },
      title: `The newest price catalog is ${pluralize(days, "day")} old`,
      evidence: `It is of ${formatDay(newest)}. Providers change prices and retire models every few weeks.`,
      fix: "Upload a newer catalog, set PRICE_CATALOG (to genai-prices, for example), or update the console.",
      action: {
        label: "Update the catalog",
        href: pages.costs({ tab: "prices", view: "catalog" }),
      },
    },
  ];
};
