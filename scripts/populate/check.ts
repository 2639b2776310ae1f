import {
  type DynamoDBClient,
  paginateScan,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import type { RawItem } from "@/lib/aws/attributes";
import { formatCount, formatPriceUsd } from "@/lib/format";
import { type ModelRow, parseModelRow } from "@/lib/models/row";
import { isDefective } from "@/lib/models/rules/soundness";
import { priceNames } from "@/lib/models/schema";
import { type Catalog, loadAccountCatalog } from "@/lib/prices/catalog-repository";
import { isSamePrice } from "@/lib/prices/rules/price-guard";
import type { ProviderId } from "@/lib/providers/schema";
import { PopulateError } from "./models";

type CheckModels = {
  dynamodb: DynamoDBClient;
  table: string;
  /** Limits the check to one provider. */
  provider?: ProviderId;
  now: Date;
};

/** A row and how it differs from the catalogs. */
export type CheckedRow = { pk: string; differences: string[] };

/**
 * Compares the rows of LLMModels with the catalogs that the account's console uses. Writes nothing.
 * @returns the catalogs, how many rows there are, how many no catalog lists, and those that differ, by `pk`
 * @throws PopulateError if the table doesn't exist
 */
export async function checkModels({ dynamodb, table, provider, now }: CheckModels): Promise<{
  layers: Catalog["layers"];
  rows: number;
  unlisted: number;
  differing: CheckedRow[];
}> {
  const catalog = await loadAccountCatalog();
  const parsed = (await scanRows(dynamodb, table)).map((raw) => parseModelRow(raw, catalog));
  const rows = parsed.filter(
    (row) => !provider || isDefective(row) || row.provider_id === provider,
  );
  const differing = rows
    .map((row) => ({
      pk: row.pk,
      differences: isDefective(row) ? row.reasons : differencesOf(row, catalog, now),
    }))
    .filter(({ differences }) => differences.length > 0)
    .sort((a, b) => (a.pk < b.pk ? -1 : 1));
  const unlisted = rows.filter((row) => !isDefective(row) && !isListed(row, catalog, now)).length;
  return { layers: catalog.layers, rows: rows.length, unlisted, differing };
}

async function scanRows(client: DynamoDBClient, TableName: string): Promise<RawItem[]> {
  const rows: RawItem[] = [];
  try {
    for await (const { Items = [] } of paginateScan(
      { client },
      { TableName, ConsistentRead: true },
    )) {
      rows.push(...Items);
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new PopulateError(
      `Table "${TableName}" does not exist in this account and region: name the environment with --env, or set LLM_MODELS_TABLE.`,
    );
  }
  return rows;
}

function isListed({ provider, model_id }: ModelRow, catalog: Catalog, now: Date): boolean {
  const price = catalog.price(provider, model_id, now);
  return price !== null && price.match !== "family";
}

function differencesOf(row: ModelRow, catalog: Catalog, now: Date): string[] {
  return [...priceDifferences(row, catalog, now), ...factDifferences(row, catalog, now)];
}

function priceDifferences(row: ModelRow, catalog: Catalog, now: Date): string[] {
  const listed = catalog.price(row.provider, row.model_id, now);
  if (!listed || listed.match === "family") return [];
  return priceNames.flatMap((name) => {
    const [ours, theirs] = [row[name], listed[name]];
    if (theirs === null || (ours !== null && isSamePrice(ours, theirs))) return [];
    const price = ours === null ? "none" : formatPriceUsd(ours, "1M");
    return [
      `${name} is ${price}, catalog ${formatPriceUsd(theirs, "1M")} per 1M (${listed.as_of})`,
    ];
  });
}

function factDifferences(row: ModelRow, catalog: Catalog, now: Date): string[] {
  const context_window = catalog.price(row.provider, row.model_id, now)?.context_window ?? null;
  const lifecycle = catalog.lifecycle(row.provider, row.model_id);
  const retiresOn = lifecycle?.retires_on ?? null;
  const isRetired =
    lifecycle?.lifecycle === "retired" ||
    (retiresOn !== null && Date.parse(retiresOn) <= now.getTime());
  const differences: string[] = [];
  if (context_window !== null && row.max_tokens !== context_window) {
    const ours = row.max_tokens === null ? "unknown" : formatCount(row.max_tokens);
    differences.push(`max_tokens is ${ours}, catalog ${formatCount(context_window)}`);
  }
  if (retiresOn !== null && row.retires_on !== retiresOn) {
    differences.push(`retires_on is ${row.retires_on ?? "unknown"}, catalog ${retiresOn}`);
  }
  if (isRetired && row.is_active) differences.push("it is active, but retired by the catalog");
  return differences;
}
