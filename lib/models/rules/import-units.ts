import type { ModelRow } from "@/lib/models/row";
import type { ImportOptions, ImportSuspect } from "@/lib/models/rules/transfer-schema";
import { modelPk, type PriceName, priceNames } from "@/lib/models/schema";
import type { Catalog } from "@/lib/prices/catalog-repository";
import { perMillion, perTokenToMillion } from "@/lib/prices/rules/price";
import { unitSuspect, usualPrice } from "@/lib/prices/rules/price-guard";
import { providerIdOf } from "@/lib/providers/schema";
import type { InputRow } from "./transfer";

type Values = Record<string, unknown>;

/** The rows of a file, with prices converted to USD per 1M tokens. */
export function toPricePerMillion(
  input: InputRow[],
  unit: NonNullable<ImportOptions["price_unit"]>,
  stored: ModelRow[],
  catalog: Catalog,
): InputRow[] {
  if (unit === "1M") return input;
  if (unit === "1K") return input.map((row) => withPrices(row, (_, price) => perMillion(price)));
  if (unit === "token") {
    return input.map((row) => withPrices(row, (_, price) => perTokenToMillion(price)));
  }
  const suspects = findUnitSuspects(input, stored, catalog);
  const meant = new Map(suspects.map(({ row, name, meant }) => [`${row} ${name}`, meant]));
  return input.map((row) =>
    withPrices(row, (name, price) => meant.get(`${row.row} ${name}`) ?? price),
  );
}

/** New prices that seem to be per 1K or per token, compared with catalog, former and sibling prices. */
export function findUnitSuspects(
  input: InputRow[],
  stored: ModelRow[],
  catalog: Catalog,
): ImportSuspect[] {
  const rows = new Map(stored.map((row) => [row.pk, row]));
  const typical = usualPrices(stored);
  return input.flatMap(({ row, values }) => {
    if (!isObject(values)) return [];
    const { provider, model_id } = values;
    if (typeof provider !== "string" || typeof model_id !== "string") return [];
    const pk = modelPk({ provider, model_id });
    const storedRow = rows.get(pk);
    const listed = catalog.price(provider, model_id);
    return priceNames.flatMap((name): ImportSuspect[] => {
      const price = values[name];
      if (typeof price !== "number" || storedRow?.[name] === price) return [];
      const suspect = unitSuspect(price, {
        catalog: listed?.[name] ?? null,
        usual: typical(provider, name),
        stored: storedRow?.[name] ?? null,
      });
      return suspect ? [{ ...suspect, row, pk, name }] : [];
    });
  });
}

/** Typical prices by provider, computed once each. */
function usualPrices(stored: ModelRow[]) {
  const cache = new Map<string, number | null>();
  return (provider: string, name: PriceName): number | null => {
    const id = providerIdOf(provider) ?? provider;
    const key = `${name} ${id}`;
    const price = cache.get(key);
    if (price !== undefined) return price;
    const prices = stored.filter((row) => row.provider_id === id).map((row) => row[name]);
    const typical = usualPrice(prices);
    cache.set(key, typical);
    return typical;
  };
}

function withPrices(
  { row, values }: InputRow,
  priceOf: (name: PriceName, price: number) => number,
): InputRow {
  if (!isObject(values)) return { row, values };
  const prices = priceNames.flatMap((name) => {
    const price = values[name];
    return typeof price === "number" ? [[name, priceOf(name, price)] as const] : [];
  });
  return { row, values: { ...values, ...Object.fromEntries(prices) } };
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
