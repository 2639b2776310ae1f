import "server-only";
import {
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import type { RawItem } from "./attributes";
import { dynamodb } from "./clients";

/** Every row of a table (or only the named attributes of it), by a consistent paged Scan. */
export async function scanAll(table: string, attributes?: string[]): Promise<RawItem[]> {
  const items: RawItem[] = [];
  const pages = paginateScan(
    { client: dynamodb() },
    {
      TableName: table,
      ConsistentRead: true,
      ...(attributes && {
        ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
        ExpressionAttributeNames: Object.fromEntries(
          attributes.map((name, index) => [`#a${index}`, name]),
        ),
      }),
    },
  );
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
}

/** Every row that a query finds, paged to the end. */
export async function queryAll(input: QueryCommandInput): Promise<RawItem[]> {
  const items: RawItem[] = [];
  for await (const page of paginateQuery({ client: dynamodb() }, input)) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

/** A read of a table that need not be there: without it, there is nothing noted yet. */
export async function orWithoutTable<T, Fallback>(
  read: Promise<T>,
  fallback: Fallback,
): Promise<T | Fallback> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return fallback;
    throw error;
  }
}
