import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { count, flag, type RawItem, text } from "@/lib/aws/attributes";
import { type KnownModel, knownModels } from "@/lib/models/rules/known-models";
import { modelPk, priceNames } from "@/lib/models/schema";
import { type Catalog, type CatalogPrice, loadCatalog } from "@/lib/prices/catalog-repository";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";

/** A population that cannot go on; its message is one sentence for the person at the terminal. */
export class PopulateError extends Error {}

/** The `pk` of rows; `unpriced` are those of `created` without an input or output price. */
type PopulateResult = { created: string[]; skipped: string[]; unpriced: string[] };

export type ProviderReport = PopulateResult & { provider: ProviderId; default: string | null };

type PopulateModels = {
  dynamodb: DynamoDBClient;
  table: string;
  /** One provider only; all six when absent. */
  provider?: ProviderId;
  /** Says what would be created and writes nothing. */
  dryRun: boolean;
  now: Date;
  onProvider?: (report: ProviderReport) => void;
};

type Existing = { pks: Set<string>; defaults: Set<ProviderId> };

/**
 * Creates the rows of our table of models that LLMModels lacks, with the catalog's prices of the
 * day `now`. Never changes a row, and never adds a default where a provider id has one.
 * @throws PopulateError when the table does not exist.
 */
export async function populateModels(options: PopulateModels): Promise<PopulateResult> {
  const { dynamodb, table, provider, onProvider } = options;
  const [catalog, existing] = await Promise.all([loadCatalog(), readExisting(dynamodb, table)]);
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
      const isDefault = model.is_default && !existing.defaults.has(provider);
      const price = catalog.price(provider, model.model_id, now);
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

/** Every key and which provider ids have a default, aliases included, by one consistent Scan. */
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
    for await (const { Items = [] } of pages) for (const item of Items) note(item, existing);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new PopulateError(
      `Table "${table}" does not exist in this account and region: name the environment with --env, set LLM_MODELS_TABLE, or create the table first.`,
    );
  }
  return existing;
}

function note(item: RawItem, existing: Existing): void {
  const pk = item.pk?.S;
  if (pk === undefined) return;
  existing.pks.add(pk);
  const provider = providerIdOf(pk.split("#")[0] ?? "");
  if (provider && item.is_default?.BOOL) existing.defaults.add(provider);
}

function modelRow(
  model: KnownModel,
  price: CatalogPrice | null,
  isDefault: boolean,
  now: Date,
): RawItem {
  const at = now.toISOString();
  return {
    pk: text(modelPk(model)),
    provider: text(model.provider),
    model_id: text(model.model_id),
    display_name: text(model.display_name),
    purpose: text(model.purpose),
    ...number("input_price", price?.input_price),
    ...number("output_price", price?.output_price),
    ...number("cache_read_price", price?.cache_read_price),
    ...number("cache_write_price", price?.cache_write_price),
    ...sourcesOf(price),
    ...number("max_tokens", model.max_tokens ?? price?.context_window),
    ...number("max_output_tokens", model.max_output_tokens),
    ...(model.supports_tools !== null && { supports_tools: flag(model.supports_tools) }),
    ...(model.supports_vision !== null && { supports_vision: flag(model.supports_vision) }),
    // The index key: a string, unlike the other flags.
    is_active: text("true"),
    is_default: flag(isDefault),
    ...(model.lifecycle !== null && { lifecycle: text(model.lifecycle) }),
    ...(model.retires_on !== null && { retires_on: text(model.retires_on) }),
    created_at: text(at),
    updated_at: text(at),
  };
}

/** Every price of a new row is the catalog's. */
function sourcesOf(price: CatalogPrice | null): RawItem {
  const listed = priceNames.filter((name) => price?.[name] != null);
  return Object.fromEntries(listed.map((name) => [`${name}_source`, text("catalog")]));
}

/** Absent instead of null. */
function number(name: string, value: number | null | undefined): RawItem {
  return value === null || value === undefined ? {} : { [name]: count(value) };
}

/** False when somebody else created the row meanwhile. */
async function createMissing(dynamodb: DynamoDBClient, table: string, Item: RawItem) {
  const notThereYet = "attribute_not_exists(pk)";
  try {
    await dynamodb.send(
      new PutItemCommand({ TableName: table, Item, ConditionExpression: notThereYet }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
