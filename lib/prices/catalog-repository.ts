import "server-only";
import * as z from "zod/mini";
import known from "@/lib/models/known-models.json";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIdOf, providerIds } from "@/lib/providers/schema";
import { readGenaiModel } from "./rules/genai-catalog";
import {
  buildLayer,
  type CatalogLayer,
  type CatalogLifecycle,
  type CatalogPrice,
  type ComingPrices,
  comingPrices,
  lifecycleIn,
  priceOnDay,
} from "./rules/layers";
import { readTableRow, TableRow } from "./rules/table-catalog";

export type { CatalogPrice } from "./rules/layers";

/** Every lookup takes a provider ID or an alias, and a day, by default today (UTC). */
export type Catalog = {
  /** The prices in force; null when no catalog has any. */
  price: (provider: string, modelId: string, at?: Date) => CatalogPrice | null;
  lifecycle: (provider: string, modelId: string) => CatalogLifecycle | null;
  /** The next change of prices that a catalog announces. */
  coming: (provider: string, modelId: string, at?: Date) => ComingPrices | null;
  layers: readonly CatalogLayer[];
};

/** The day on which @pydantic/genai-prices 0.1.8 was published on npm. */
const npmRelease = "2026-09-23";

/** Model IDs come from users, so the memo needs a limit. */
const memoLimit = 20_000;

let loading: Promise<Catalog> | undefined;

/** The catalogs that ship with the console, loaded once when first needed: 830 kB. */
export function loadCatalog(): Promise<Catalog> {
  loading ??= npmLayer().then((npm) => catalogOf([tableLayer(), npm]));
  return loading;
}

/** One price. For a list, await `loadCatalog()` once. */
export async function catalogPrice(
  provider: string,
  modelId: string,
  at?: Date,
): Promise<CatalogPrice | null> {
  return (await loadCatalog()).price(provider, modelId, at);
}

async function npmLayer(): Promise<CatalogLayer> {
  const { findProvider } = await import("@pydantic/genai-prices");
  const models = providerIds.flatMap((id) => {
    const { catalog_id } = providerDetails[id];
    const theirs = catalog_id === null ? undefined : findProvider({ providerId: catalog_id });
    return (theirs?.models ?? []).flatMap((model) => readGenaiModel(id, model, npmRelease) ?? []);
  });
  return buildLayer("npm", npmRelease, models);
}

function tableLayer(): CatalogLayer {
  const rows = z.array(TableRow).parse(known.models);
  return buildLayer("table", known.as_of, rows.map(readTableRow));
}

function catalogOf(layers: readonly CatalogLayer[]): Catalog {
  const memo = new Map<string, CatalogPrice | null>();
  return {
    layers,
    price(provider, modelId, at = new Date()) {
      const day = dayOf(at);
      const key = `${day}#${provider}#${modelId}`;
      const remembered = memo.get(key);
      if (remembered !== undefined) return remembered;
      if (memo.size >= memoLimit) memo.clear();
      const id = providerIdOf(provider);
      const price = id === null ? null : priceOnDay(layers, id, modelId, day);
      memo.set(key, price);
      return price;
    },
    lifecycle(provider, modelId) {
      const id = providerIdOf(provider);
      return id === null ? null : lifecycleIn(layers, id, modelId);
    },
    coming(provider, modelId, at = new Date()) {
      const id = providerIdOf(provider);
      return id === null ? null : comingPrices(layers, id, modelId, dayOf(at));
    },
  };
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
