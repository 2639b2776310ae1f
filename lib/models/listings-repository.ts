import "server-only";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { dynamodb } from "@/lib/aws/clients";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import type { ProviderId } from "@/lib/providers/schema";
import type { ProviderListing } from "./rules/evidence";
import { lifecycles } from "./schema";

/** The models in each provider's own list when it was last read. */
const listings = "provider-listings";

const listingRow = rowCodec({
  sk: field.text,
  as_of: field.text,
  models: z
    .array(
      z.object({
        model_id: field.text,
        lifecycle: z.enum(lifecycles).nullable().catch(null),
        retires_on: z.string().nullable().catch(null),
      }),
    )
    .catch([]),
});

/** A DynamoDB item holds 400 kB; a gateway may list thousands of models. */
const maxBytes = 300_000;

/** The cached list of one provider; null if it was never read. */
export async function findListing(id: ProviderId): Promise<ProviderListing | null> {
  const item = await findNotedRow(managementKey(listings, id));
  return item && toEntry(item)[1];
}

/** The cached lists of all providers. */
export async function listListings(): Promise<Map<string, ProviderListing>> {
  return new Map((await listNotedRows(listings)).map(toEntry));
}

/** Replaces the cached list. A list that is too long for an item isn't cached. */
export async function saveListing(id: ProviderId, listing: ProviderListing): Promise<void> {
  if (JSON.stringify(listing.models).length > maxBytes) return;
  const values = {
    as_of: listing.as_of,
    models: listing.models.map((model) => ({ retires_on: null, ...model })),
  };
  const Item = { ...managementKey(listings, id), ...listingRow.encode(values) };
  await dynamodb().send(new PutItemCommand({ TableName: table(), Item }));
}

function toEntry(item: Parameters<typeof listingRow.decode>[0]): [string, ProviderListing] {
  const { sk, ...listing } = listingRow.decode(item);
  return [sk, listing];
}
