import * as z from "zod/mini";
import { AppError } from "@/lib/errors";
import type { CatalogFormat } from "./catalog-format";
import type { CatalogModel } from "./catalog-model";
import { modelsDevProviders, type ReadModel, readLiteLlm, readModelsDev } from "./foreign-catalogs";
import { type GenaiModel, providerOfGenai, readGenaiModel } from "./genai-catalog";
import { type JsonMember, jsonMembers, skipSpace } from "./json-members";

export type CatalogFile = { format: CatalogFormat; models: CatalogModel[]; invalid: number };

/** The most characters of a model. One with all its facts takes 2 kB. */
const maxModelCharacters = 200_000;
const maxModels = 10_000;
const maxIdLength = 200;

const price = z.number().check(z.gte(0), z.lt(1e6));
const GenaiPrices = z.record(
  z.string(),
  z.union([
    z.number(),
    z.object({ base: price, tiers: z.array(z.object({ start: z.number(), price })) }),
  ]),
);
const GenaiModelSchema = z.object({
  id: z.string(),
  name: z.optional(z.string()),
  context_window: z.optional(z.number()),
  match: z.unknown(),
  prices: z.union([
    z.array(
      z.object({
        constraint: z.optional(
          z.object({
            start_date: z.optional(z.string()),
            start_time: z.optional(z.string()),
            end_time: z.optional(z.string()),
          }),
        ),
        prices: GenaiPrices,
      }),
    ),
    GenaiPrices,
  ]),
});

/**
 * Reads a price catalog in one of its formats, model by model. The caller can pause at each step.
 * @param asOf the day of the file (YYYY-MM-DD)
 * @throws AppError `malformed`, `invalid`, `too_large` with the reason
 */
export function* readCatalogFile(text: string, asOf: string): Generator<null, CatalogFile> {
  const start = skipSpace(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  const first = text.charAt(start);
  if (first === "<") throw malformed("This is an HTML page, not a price catalog.");
  if (first !== "{" && first !== "[") throw malformed("This isn't a JSON file.");
  try {
    const file = yield* first === "["
      ? readGenai(text, start, asOf)
      : readObject(text, start, asOf);
    const all = file.models.length + file.invalid;
    if (file.models.length === 0) {
      throw invalid("The file has no model with a price of the six providers.");
    }
    if (file.invalid * 2 > all) {
      throw invalid(`${file.invalid} of ${all} models have prices that can't be read.`);
    }
    return file;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw malformed(`The file isn't complete JSON: ${error.message}.`);
  }
}

const malformed = (message: string) => new AppError("malformed", message);
const invalid = (message: string) => new AppError("invalid", message);

type Reader = (member: JsonMember) => Generator<null, void>;

/** Reads every member of the container at `start`. @returns where it ends */
function* eachMember(text: string, start: number, read: Reader): Generator<null, number> {
  const members = jsonMembers(text, start);
  let next = members.next();
  while (!next.done) {
    if (next.value === null) yield null;
    else yield* read(next.value);
    next = members.next();
  }
  return next.value;
}

function addTo(file: CatalogFile, model: ReadModel | null): void {
  if (model === "invalid") file.invalid += 1;
  else if (model !== null && model !== "other" && model.prices.length > 0) {
    if (model.ids.some((id) => id.length > maxIdLength)) file.invalid += 1;
    else file.models.push(model);
  }
  if (file.models.length > maxModels) {
    throw new AppError("too_large", `The file has more than ${maxModels} models.`);
  }
}

function parseValue(text: string, { from, to }: JsonMember): unknown {
  if (to - from > maxModelCharacters) throw new SyntaxError("a member is too long for a model");
  return JSON.parse(text.slice(from, to));
}

function assertEnds(text: string, end: number): void {
  if (skipSpace(text, end) < text.length) throw new SyntaxError("something follows its end");
}

/** LiteLLM's file is an object of models, that of models.dev an object of providers. */
function* readObject(text: string, start: number, asOf: string): Generator<null, CatalogFile> {
  const file: CatalogFile = { format: "litellm", models: [], invalid: 0 };
  const end = yield* eachMember(text, start, function* (member) {
    if (text.charAt(member.from) !== "{") return;
    const models = yield* findMember(text, member.from, "models");
    if (models && text.charAt(models.from) === "{") {
      file.format = "models.dev";
      const provider = modelsDevProviders[member.key ?? ""];
      if (!provider) return;
      yield* eachMember(text, models.from, function* (model) {
        yield null;
        const value = parseValue(text, model);
        addTo(file, readModelsDev(provider, model.key ?? "", value, asOf));
      });
    } else {
      addTo(file, readLiteLlm(member.key ?? "", parseValue(text, member), asOf));
      yield null;
    }
  });
  assertEnds(text, end);
  return file;
}

function* findMember(text: string, start: number, name: string) {
  let match: JsonMember | null = null;
  // biome-ignore lint/correctness/useYield: the members are read in steps by `eachMember`
  yield* eachMember(text, start, function* (member) {
    if (member.key === name) match = member;
  });
  return match as JsonMember | null;
}

function* readGenai(text: string, start: number, asOf: string): Generator<null, CatalogFile> {
  const file: CatalogFile = { format: "genai-prices", models: [], invalid: 0 };
  const end = yield* eachMember(text, start, function* (member) {
    if (text.charAt(member.from) !== "{") throw invalid("A provider of the file isn't an object.");
    const id = yield* findMember(text, member.from, "id");
    const models = yield* findMember(text, member.from, "models");
    if (!id || !models || text.charAt(models.from) !== "[") {
      throw invalid("A provider of the file has no id, or no list of models.");
    }
    const provider = providerOfGenai(String(parseValue(text, id)));
    if (!provider) return;
    yield* eachMember(text, models.from, function* (model) {
      yield null;
      const parsed = GenaiModelSchema.safeParse(parseValue(text, model));
      // The schema has checked every member that is read.
      const read = parsed.success
        ? readGenaiModel(provider, parsed.data as GenaiModel, asOf)
        : "invalid";
      addTo(file, read);
    });
  });
  assertEnds(text, end);
  return file;
}
