import type { CatalogMatch, CatalogModel } from "./catalog-model";

/** A geography prefix of a Bedrock inference profile. */
const geography = /^(?:us-gov|us|eu|apac|global|jp|au|ca)\./;
/** Other ARNs identify private deployments, whose prices no catalog has. */
const listedModelArn =
  /^arn:[^:]+:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)\/(.+)$/;
const dateSuffix = /[-@](\d{4})-?(\d{2})-?(\d{2})$/;
const latest = "-latest";
/** Where an ID may be cut to find its family. */
const separators = /[-:@/]/;
/** No ID in any catalog has more parts. */
const maxCuts = 12;

export type FoundModel = {
  model: CatalogModel;
  match: Exclude<CatalogMatch, "none">;
  /** The catalog's ID that matched. */
  matched: string;
  /** Found by its base model, whose price may differ in this geography. */
  isOtherGeography: boolean;
};

type Named = { id: string; model: CatalogModel };

/** An index of the models of one provider in one catalog. */
export type CatalogIndex = { byId: Map<string, Named>; byUndated: Map<string, Named> };

export function indexCatalog(models: readonly CatalogModel[]): CatalogIndex {
  const byId = new Map<string, Named>();
  const byUndated = new Map<string, Named>();
  for (const model of models) {
    for (const id of model.ids) {
      // A model's own ID takes precedence over the same ID among another model's names.
      if (!byId.has(id) || id === model.ids[0]) byId.set(id, { id, model });
    }
  }
  for (const named of byId.values()) {
    const undated = withoutDate(named.id);
    const before = byUndated.get(undated);
    if (!before || rank(named.id) > rank(before.id)) byUndated.set(undated, named);
  }
  return { byId, byUndated };
}

/** The plain ID sorts first, then `-latest`, then the newest date. */
function rank(id: string): string {
  if (id.endsWith(latest)) return "latest";
  const [, year, month, day] = dateSuffix.exec(id) ?? [];
  return year ? `${year}${month}${day}` : "plain";
}

/** The ID without a trailing date (`-20241022`, `-2026-07-09`, `@20241022`) or `-latest`. */
export function withoutDate(id: string): string {
  if (id.endsWith(latest)) return id.slice(0, -latest.length);
  const match = dateSuffix.exec(id);
  if (!match) return id;
  const [suffix, year, month, day] = match;
  return isDay(Number(year), Number(month), Number(day)) ? id.slice(0, -suffix.length) : id;
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 2020 || year > 2099) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** The model ID in a Bedrock ARN; null for an ARN of a private deployment. */
export function listedId(modelId: string): string | null {
  if (!modelId.startsWith("arn:")) return modelId;
  return listedModelArn.exec(modelId)?.[1] ?? null;
}

/**
 * The model of a catalog with exactly this ID, or with the same ID apart from a date or `-latest`;
 * otherwise its family: the base model of a Bedrock geography without an entry of its own, or the
 * longest ID that this one begins with.
 */
export function findInCatalog(
  { byId, byUndated }: CatalogIndex,
  id: string,
  isBedrock: boolean,
): FoundModel | null {
  const own = byId.get(id);
  if (own) return toFound(own, "exact");
  const dated = byUndated.get(withoutDate(id));
  if (dated) return toFound(dated, "dated");
  const base = isBedrock ? id.replace(geography, "") : id;
  if (base !== id) {
    const listed = byId.get(base) ?? byUndated.get(withoutDate(base));
    if (listed) return { ...toFound(listed, "family"), isOtherGeography: true };
  }
  for (const start of beginningsOf(id, base)) {
    const listed = byId.get(start) ?? byUndated.get(start);
    if (listed) return toFound(listed, "family");
  }
  return null;
}

function toFound({ id, model }: Named, match: FoundModel["match"]): FoundModel {
  return { model, match, matched: id, isOtherGeography: false };
}

/** The shortened IDs, cut at their separators from the end. A family contains a number. */
function* beginningsOf(...ids: string[]): Generator<string> {
  for (const id of new Set(ids)) {
    let start = id;
    for (let cut = 0; cut < maxCuts; cut += 1) {
      const at = lastSeparator(start);
      if (at <= 0) break;
      start = start.slice(0, at);
      if (/\d/.test(start)) yield start;
    }
  }
}

function lastSeparator(text: string): number {
  for (let at = text.length - 1; at > 0; at -= 1) {
    if (separators.test(text.charAt(at))) return at;
  }
  return -1;
}
