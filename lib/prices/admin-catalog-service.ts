import "server-only";
import { randomUUID } from "node:crypto";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { createYielder } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import { errorName, log } from "@/lib/log";
import {
  type AdminCatalog,
  createChunk,
  deleteAdminCatalog,
  deleteChunks,
  findAdminCatalog,
  saveAdminCatalog,
} from "./admin-catalog-repository";
import { invalidateCatalog } from "./catalog-repository";
import { type CatalogFile, readCatalogFile } from "./rules/catalog-file";
import type { CatalogModel } from "./rules/catalog-model";

export type { AdminCatalog } from "./admin-catalog-repository";

/** The catalog that an admin imported; null if there is none. */
export async function readAdminCatalog(): Promise<AdminCatalog | null> {
  return findAdminCatalog();
}

/**
 * Parses a catalog in small steps, so that a large file doesn't block other requests.
 * @throws AppError `malformed`, `invalid`, `too_large`
 */
export async function parseCatalog(text: string, asOf: string): Promise<CatalogFile> {
  const yieldIfDue = createYielder();
  const steps = readCatalogFile(text, asOf);
  let step = steps.next();
  while (!step.done) {
    await yieldIfDue();
    step = steps.next();
  }
  return step.value;
}

/** @throws AppError `invalid` for a file with fewer than half as many models as the previous one */
export function assertNotHalved({ models }: CatalogFile, before: AdminCatalog | null): void {
  if (!before || models.length * 2 >= before.models) return;
  throw new AppError(
    "invalid",
    `The file has ${models.length} models, fewer than half of the ${before.models} of the catalog before it, which stays. If that is right, remove the catalog first.`,
  );
}

/** DynamoDB allows 400 kB per item and 4 MB per transaction; a character has up to three bytes. */
const chunkCharacters = 120_000;
const chunkConcurrency = 8;

/** Replaces the admin's catalog. @throws AppError `conflict` */
export async function saveCatalog(
  actor: Actor,
  { format, models }: CatalogFile,
  asOf: string,
  before: AdminCatalog | null,
): Promise<AdminCatalog> {
  const version = randomUUID();
  const chunks = await toChunks(models);
  const items = chunks.map((text, index) => createChunk(version, index, text));
  for (let at = 0; at < items.length; at += chunkConcurrency) {
    await transact(items.slice(at, at + chunkConcurrency));
  }
  const catalog: AdminCatalog = {
    version,
    format,
    as_of: asOf,
    models: models.length,
    chunks: chunks.length,
    brought_at: new Date().toISOString(),
    brought_by: actor.name,
  };
  const event = await changeEvent(actor, {
    action: "catalog.update",
    entity,
    before: before && attributesOf(before),
    after: attributesOf(catalog),
  });
  await transact([saveAdminCatalog(catalog, before), event]).catch(async (error: unknown) => {
    await removeChunks(catalog);
    throw error;
  });
  invalidateCatalog();
  if (before) await removeChunks(before);
  return catalog;
}

/** @throws AppError `not_found`, `conflict` */
export async function removeCatalog(actor: Actor): Promise<void> {
  const before = await findAdminCatalog();
  if (!before) throw new AppError("not_found", "No price catalog was brought in.");
  const event = await changeEvent(actor, {
    action: "catalog.delete",
    entity,
    before: attributesOf(before),
    after: null,
  });
  await transact([deleteAdminCatalog(before), event]);
  invalidateCatalog();
  await removeChunks(before);
}

const entity = { kind: "catalog", id: "prices" } as const;

function attributesOf({ format, as_of, models }: AdminCatalog) {
  return { format: { S: format }, as_of: { S: as_of }, models: { N: String(models) } };
}

async function toChunks(models: readonly CatalogModel[]): Promise<string[]> {
  const yieldIfDue = createYielder();
  const chunks: string[] = [];
  let [current, size]: [string[], number] = [[], 0];
  for (const model of models) {
    await yieldIfDue();
    const text = JSON.stringify(model);
    if (size + text.length > chunkCharacters && current.length > 0) {
      chunks.push(`[${current.join(",")}]`);
      [current, size] = [[], 0];
    }
    current.push(text);
    size += text.length + 1;
  }
  return [...chunks, `[${current.join(",")}]`];
}

/** Failures are only logged: the chunks of an unused catalog merely take space. */
async function removeChunks(catalog: AdminCatalog): Promise<void> {
  const items: WriteItem[] = deleteChunks(catalog);
  try {
    for (let at = 0; at < items.length; at += 100) await transact(items.slice(at, at + 100));
  } catch (error) {
    log("warn", "Parts of a former price catalog were left", { name: errorName(error) });
  }
}
