import "server-only";
import type { RawItem } from "@/lib/aws/attributes";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { CatalogFormat } from "./rules/catalog-format";
import type { CatalogModel } from "./rules/catalog-model";

/** The catalog that an admin imported, without its models. */
export type AdminCatalog = {
  version: string;
  format: CatalogFormat;
  /** The day of the file (YYYY-MM-DD). */
  as_of: string;
  models: number;
  chunks: number;
  brought_at: string;
  brought_by: string;
};

const keyOfCatalog = () => managementKey("price-catalog", "current");
const chunksOf = (version: string) => `price-catalog#${version}`;

const catalogRow = rowCodec({
  version: field.text,
  format: field.trusted<CatalogFormat>(),
  as_of: field.text,
  models: field.number,
  chunks: field.number,
  brought_at: field.text,
  brought_by: field.text,
});
const chunkRow = rowCodec({ models: field.text });

const always = {};
const changedByOthers = () =>
  new AppError("conflict", "Someone else changed the price catalog first. Nothing was saved.");

/** The admin's catalog in use; null if there is none, or the table is missing. */
export async function findAdminCatalog(): Promise<AdminCatalog | null> {
  const item = await findNotedRow(keyOfCatalog());
  return item ? toCatalog(item) : null;
}

function toCatalog(item: RawItem): AdminCatalog | null {
  const catalog = catalogRow.decode(item);
  return catalog.version === "" ? null : catalog;
}

/** @param text models as JSON, smaller than DynamoDB's 400 kB per item */
export function createChunk(version: string, index: number, text: string): WriteItem {
  const key = managementKey(chunksOf(version), String(index).padStart(4, "0"));
  return putItem(
    table(),
    { ...key, ...chunkRow.encode({ models: text }) },
    always,
    changedByOthers,
  );
}

/** Replaces the catalog if it is still `before`. */
export function saveAdminCatalog(catalog: AdminCatalog, before: AdminCatalog | null): WriteItem {
  return putItem(
    table(),
    { ...keyOfCatalog(), ...catalogRow.encode(catalog) },
    stillAsRead(before),
    changedByOthers,
  );
}

export function deleteAdminCatalog(before: AdminCatalog): WriteItem {
  return deleteItem(table(), keyOfCatalog(), stillAsRead(before), changedByOthers);
}

function stillAsRead(before: AdminCatalog | null) {
  if (!before) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": { S: before.version } },
  };
}

/** The writes that delete a version's chunks. */
export function deleteChunks({ version, chunks }: AdminCatalog): WriteItem[] {
  return Array.from({ length: chunks }, (_, index) =>
    deleteItem(
      table(),
      managementKey(chunksOf(version), String(index).padStart(4, "0")),
      always,
      changedByOthers,
    ),
  );
}

/** The models of a version, chunk by chunk; null if the version was replaced during the read. */
export async function readAdminModels({
  version,
  chunks,
}: AdminCatalog): Promise<CatalogModel[] | null> {
  const rows = await listNotedRows(chunksOf(version));
  if (rows.length < chunks) return null;
  return rows.flatMap((row) => {
    const { models } = chunkRow.decode(row);
    // Only this file writes chunks, as JSON of this type.
    return models === "" ? [] : (JSON.parse(models) as CatalogModel[]);
  });
}
