import "server-only";
import { managementTable } from "@/lib/aws/management-table";
import { AppError } from "@/lib/errors";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIdOf, providerIds } from "@/lib/providers/schema";
import { type AdminCatalog, findAdminCatalog, readAdminModels } from "./admin-catalog-repository";
import type { CatalogModel } from "./rules/catalog-model";
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
import { readTable } from "./rules/table-catalog";

export type { CatalogPrice } from "./rules/layers";

/** Lookups take a provider ID or an alias, and a day, which is today (UTC) by default. */
export type Catalog = {
  /** The prices in force; null if no catalog has any. */
  price: (provider: string, modelId: string, at?: Date) => CatalogPrice | null;
  lifecycle: (provider: string, modelId: string) => CatalogLifecycle | null;
  /** The next price change that a catalog announces. */
  coming: (provider: string, modelId: string, at?: Date) => ComingPrices | null;
  layers: readonly CatalogLayer[];
};

/** The day on which @pydantic/genai-prices 0.1.8 was published on npm. */
const npmRelease = "2026-09-23";

/** Model IDs come from users, so the memo needs a limit. */
const memoLimit = 20_000;

let loading: Promise<Catalog> | undefined;

/** The catalogs that ship with the console, loaded when first needed: 830 kB. */
export function loadBuiltInCatalog(): Promise<Catalog> {
  loading ??= npmLayer().then((npm) => catalogOf([tableLayer(), npm]));
  return loading;
}

/** How long this copy may miss another copy's change of the admin's catalog, in milliseconds. */
const adminCacheMs = 5_000;

type Loaded = { table: string; version: string | null; catalog: Catalog; checkedAt: number };
let loaded: Loaded | undefined;
let checking: Promise<Catalog> | undefined;

/** All catalogs: those that ship with the console and the admin's. */
export function loadCatalog(): Promise<Catalog> {
  const isCurrent =
    loaded?.table === managementTable() && Date.now() - loaded.checkedAt < adminCacheMs;
  if (loaded && isCurrent) return Promise.resolve(loaded.catalog);
  checking ??= readAll().finally(() => {
    checking = undefined;
  });
  return checking;
}

/** Makes the next lookup read the admin's catalog again, after this copy has changed it. */
export function invalidateCatalog(): void {
  loaded = undefined;
  checking = undefined;
}

/**
 * As `loadCatalog`, for a script, which should fail rather than miss the admin's catalog.
 * @throws AppError `conflict` if the catalog was replaced during the read; AWS's errors
 */
export async function loadAccountCatalog(): Promise<Catalog> {
  const catalog = await withAdmin(await loadBuiltInCatalog(), await findAdminCatalog());
  if (catalog) return catalog;
  throw new AppError("conflict", "The price catalog was replaced while it was read. Try again.");
}

/** If our table is missing or can't be read, the last known catalogs stay in use. */
async function readAll(): Promise<Catalog> {
  const table = managementTable();
  const before = loaded?.table === table ? loaded : undefined;
  const builtIn = await loadBuiltInCatalog();
  try {
    const admin = await findAdminCatalog();
    const version = admin?.version ?? null;
    const isSame = before !== undefined && before.version === version;
    const catalog = isSame ? before.catalog : await withAdmin(builtIn, admin);
    loaded = catalog && { table, version, catalog, checkedAt: Date.now() };
    return catalog ?? before?.catalog ?? builtIn;
  } catch {
    const catalog = before?.catalog ?? builtIn;
    loaded = { table, version: before?.version ?? null, catalog, checkedAt: Date.now() };
    return catalog;
  }
}

/** Undefined if the admin's catalog was replaced during the read. */
async function withAdmin(
  builtIn: Catalog,
  admin: AdminCatalog | null,
): Promise<Catalog | undefined> {
  if (!admin) return builtIn;
  const models = await readAdminModels(admin);
  return models ? catalogWith(builtIn, admin, models) : undefined;
}

/** The catalogs that ship with the console, together with these models of an admin's catalog. */
export function catalogWith(
  { layers }: Catalog,
  { as_of, format }: Pick<AdminCatalog, "as_of" | "format">,
  models: readonly CatalogModel[],
): Catalog {
  const others = layers.filter(({ name }) => name !== "admin");
  return catalogOf([buildLayer("admin", as_of, models, format === "genai-prices"), ...others]);
}

/** One price of the catalogs that ship with the console. */
export async function catalogPrice(
  provider: string,
  modelId: string,
  at?: Date,
): Promise<CatalogPrice | null> {
  return (await loadBuiltInCatalog()).price(provider, modelId, at);
}

async function npmLayer(): Promise<CatalogLayer> {
  const { findProvider } = await import("@pydantic/genai-prices");
  const models = providerIds.flatMap((id) => {
    const { catalog_id } = providerDetails[id];
    const provider = catalog_id === null ? undefined : findProvider({ providerId: catalog_id });
    return (provider?.models ?? []).flatMap((model) => readGenaiModel(id, model, npmRelease) ?? []);
  });
  return buildLayer("npm", npmRelease, models);
}

function tableLayer(): CatalogLayer {
  const { as_of, models } = readTable();
  return buildLayer("table", as_of, models);
}

function catalogOf(layers: readonly CatalogLayer[]): Catalog {
  const memo = new Map<string, CatalogPrice | null>();
  return {
    layers,
    price(provider, modelId, at = new Date()) {
      const day = dayOf(at);
      const key = `${day}#${provider}#${modelId}`;
      const cached = memo.get(key);
      if (cached !== undefined) return cached;
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
