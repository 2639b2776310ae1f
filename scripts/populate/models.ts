import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import {
  booleanAttribute,
  numberAttribute,
  type RawItem,
  stringAttribute,
} from "@/lib/aws/attributes";
import { type KnownModel, knownModels } from "@/lib/models/rules/known-models";
import { modelPk, priceNames } from "@/lib/models/schema";
import {
  type Catalog,
  type CatalogPrice,
  loadBuiltInCatalog,
} from "@/lib/prices/catalog-repository";
import { perThousand } from "@/lib/prices/rules/price";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";

/** Stops a population. Its message is for the user. */
export class PopulateError extends Error {}

/** The `pk` of rows; `unpriced` is the part of `created` without an input or output price. */
type PopulateResult = { created: string[]; skipped: string[]; unpriced: string[] };

export type ProviderReport = PopulateResult & { provider: ProviderId; default: string | null };

type PopulateModels = {
  dynamodb: DynamoDBClient;
  table: string;
  /** Limits the population to one provider. */
  provider?: ProviderId;
  /** Reports what would be created, without writing. */
  dryRun: boolean;
  now: Date;
  onProvider?: (report: ProviderReport) => void;
};

type Existing = { pks: Set<string>; defaults: Set<ProviderId> };

/**
 * Creates the known models that LLMModels lacks, with the catalog's prices on the day of `now`. Never
 * changes a row, and never adds a second default for a provider id.
 * @throws PopulateError if the table doesn't exist
 */
export async function populateModels(options: PopulateModels): Promise<PopulateResult> {
  const { dynamodb, table, provider, onProvider } = options;
  const [catalog, existing] = await Promise.all([
    loadBuiltInCatalog(),
    readExisting(dynamodb, table),
  ]);
  const reports: ProviderReport[] = [];
  for (const id of provider ? [provider] : providerIds) {
    const report = await populateProvider(id, existing, catalog, options);
    onProvider?.(report);
    reports.push(report);
  }
  return {
    created: reports.flatMap((report) => report.created),
    skipped: reports.flatMap((report) => report.skipped),
    unpriced: reports.flatMap((report) => report.unpriced),
  };
}

async function populateProvider(
  provider: ProviderId,
  existing: Existing,
  catalog: Catalog,
  { dynamodb, table, dryRun, now }: PopulateModels,
): Promise<ProviderReport> {
  const models = knownModels.filter((model) => model.provider === provider);
  const outcomes = await Promise.all(
    models.map(async (model) => {
      const pk = modelPk(model);
      const isDefault =
        model.is_default && !isRetired(model, now) && !existing.defaults.has(provider);
      const price = ownPrice(catalog.price(provider, model.model_id, now));
      const isPriced = price?.input_price != null && price.output_price !== null;
      const row = modelRow(model, price, isDefault, now);
      const isNew =
        !existing.pks.has(pk) && (dryRun || (await createMissing(dynamodb, table, row)));
      return { pk, isNew, isDefault, isPriced };
    }),
  );
  const created = outcomes.filter(({ isNew }) => isNew);
  return {
    provider,
    default: created.find(({ isDefault }) => isDefault)?.pk ?? null,
    created: created.map(({ pk }) => pk),
    skipped: outcomes.filter(({ isNew }) => !isNew).map(({ pk }) => pk),
    unpriced: created.filter(({ isPriced }) => !isPriced).map(({ pk }) => pk),
  };
}

/**
 * The price of exactly this model. A family's price is another model's, which an admin must
 * confirm.
 */
function ownPrice(price: CatalogPrice | null): CatalogPrice | null {
  return price?.match === "family" ? null : price;
}

/** All keys, and the provider ids (or their aliases) with a default, from one consistent Scan. */
async function readExisting(dynamodb: DynamoDBClient, table: string): Promise<Existing> {
  const existing: Existing = { pks: new Set(), defaults: new Set() };
  const pages = paginateScan(
    { client: dynamodb },
    {
      TableName: table,
      ConsistentRead: true,
      ProjectionExpression: "#pk, #is_default",
      ExpressionAttributeNames: { "#pk": "pk", "#is_default": "is_default" },
    },
  );
  try {
    for await (const { Items = [] } of pages) for (const item of Items) addItem(item, existing);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new PopulateError(
      `Table "${table}" does not exist in this account and region: name the environment with --env, set LLM_MODELS_TABLE, or create the table first.`,
    );
  }
  return existing;
}

function addItem(item: RawItem, existing: Existing): void {
  const pk = item.pk?.S;
  if (pk === undefined) return;
  existing.pks.add(pk);
  const provider = providerIdOf(pk.split("#")[0] ?? "");
  if (provider && item.is_default?.BOOL) existing.defaults.add(provider);
}

/** @throws PopulateError for values that the console rejects too */
function writesLegacyPrices(): boolean {
  const value = process.env.WRITE_LEGACY_PRICES || "false";
  if (value === "true" || value === "false") return value === "true";
  throw new PopulateError(`WRITE_LEGACY_PRICES is "${value}", but must be true or false.`);
}

/** For the older admin screen, in USD per 1K tokens; only if WRITE_LEGACY_PRICES is set. */
function legacyPrices(price: CatalogPrice | null): RawItem {
  if (!writesLegacyPrices()) return {};
  const perThousandOf = (value: number | null | undefined) => value && perThousand(value);
  return {
    ...number("input_price_per_1k", perThousandOf(price?.input_price)),
    ...number("output_price_per_1k", perThousandOf(price?.output_price)),
  };
}

function modelRow(
  model: KnownModel,
  price: CatalogPrice | null,
  isDefault: boolean,
  now: Date,
): RawItem {
  const at = now.toISOString();
  return {
    pk: stringAttribute(modelPk(model)),
    provider: stringAttribute(model.provider),
    model_id: stringAttribute(model.model_id),
    display_name: stringAttribute(model.display_name),
    purpose: stringAttribute(model.purpose),
    ...number("input_price", price?.input_price),
    ...number("output_price", price?.output_price),
    ...number("cache_read_price", price?.cache_read_price),
    ...number("cache_write_price", price?.cache_write_price),
    ...legacyPrices(price),
    ...sourcesOf(price),
    ...number("max_tokens", model.max_tokens ?? price?.context_window),
    ...number("max_output_tokens", model.max_output_tokens),
    ...(model.supports_tools !== null && {
      supports_tools: booleanAttribute(model.supports_tools),
    }),
    ...(model.supports_vision !== null && {
      supports_vision: booleanAttribute(model.supports_vision),
    }),
    // A string, unlike the other flags, because it is an index key.
    is_active: stringAttribute(String(!isRetired(model, now))),
    is_default: booleanAttribute(isDefault),
    ...(model.lifecycle !== null && { lifecycle: stringAttribute(model.lifecycle) }),
    ...(model.retires_on !== null && { retires_on: stringAttribute(model.retires_on) }),
    created_at: stringAttribute(at),
    updated_at: stringAttribute(at),
  };
}

function isRetired({ lifecycle, retires_on }: KnownModel, now: Date): boolean {
  return (
    lifecycle === "retired" || (retires_on !== null && Date.parse(retires_on) <= now.getTime())
  );
}

/** All prices of a new row come from the catalog. */
function sourcesOf(price: CatalogPrice | null): RawItem {
  const priced = priceNames.filter((name) => price?.[name] != null);
  return Object.fromEntries(priced.map((name) => [`${name}_source`, stringAttribute("catalog")]));
}

/** Omits the attribute if the value is null. */
function number(name: string, value: number | null | undefined): RawItem {
  return value === null || value === undefined ? {} : { [name]: numberAttribute(value) };
}

/** @returns false if the row already exists */
async function createMissing(dynamodb: DynamoDBClient, table: string, Item: RawItem) {
  const isMissing = "attribute_not_exists(pk)";
  try {
    await dynamodb.send(
      new PutItemCommand({ TableName: table, Item, ConditionExpression: isMissing }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
