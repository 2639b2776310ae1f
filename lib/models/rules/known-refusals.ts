import * as z from "zod/mini";
import table from "@/lib/models/known-models.json";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";

/** When a request of the runtime meets a refusal. */
const conditions = ["always", "with_tools", "without_tools", "after_tool_call"] as const;

/** A parameter of the runtime's request that a family of models refuses, and what it answers. */
const KnownRefusal = z.strictObject({
  provider: z.enum(providerIds),
  /** Beginnings of model IDs; an empty one matches every model. */
  families: z.array(z.string()),
  except: z.optional(z.array(z.string())),
  parameter: z.string(),
  when: z.enum(conditions),
  status: z.int(),
  headers: z.optional(z.record(z.string(), z.string())),
  body: z.record(z.string(), z.unknown()),
  /** Where it was read. */
  source: z.array(z.url()),
  note: z.optional(z.string()),
});
export type KnownRefusal = z.infer<typeof KnownRefusal>;

export const knownRefusals: readonly KnownRefusal[] = z.array(KnownRefusal).parse(table.refusals);

/** The day up to which the refusals were read (YYYY-MM-DD). */
export const refusalsAsOf: string = table.refusals_as_of;

/** The refusals of a model, the one that its provider checks first at the beginning. */
export function refusalsOfModel(provider: string, modelId: string): KnownRefusal[] {
  const id = providerIdOf(provider);
  if (id === null) return [];
  const own = ownId(id, modelId);
  return knownRefusals.filter(
    (refusal) =>
      refusal.provider === id &&
      refusal.families.some((family) => isOfFamily(own, family)) &&
      !refusal.except?.some((family) => isOfFamily(own, family)),
  );
}

/** Removes the prefix that Bedrock puts before a vendor's own ID. */
function ownId(provider: ProviderId, modelId: string): string {
  if (provider !== "bedrock") return modelId;
  return modelId
    .replace(/^.*\//, "")
    .replace(/^(us-gov|us|eu|apac|global|jp|au|ca)\./, "")
    .replace(/^anthropic\./, "");
}

/** `gpt-5` is the family of `gpt-5`, `gpt-5.4` and `gpt-5-mini`, not of `gpt-50`. */
function isOfFamily(modelId: string, family: string): boolean {
  return modelId.startsWith(family) && (family === "" || !/^\d/.test(modelId.slice(family.length)));
}

/** Names of the parameters that the runtime always sends and a model refuses. */
export function alwaysRefused(provider: string, modelId: string): string[] {
  const always = refusalsOfModel(provider, modelId).filter(({ when }) => when === "always");
  return [...new Set(always.map(({ parameter }) => parameter))];
}

/**
 * Whether a request meets the refusal.
 * @param body what the caller sends; null if it isn't known, and is taken to be what generated machines send
 */
export function meetsRefusal(
  { when, parameter }: KnownRefusal,
  { with_tools, body }: { with_tools: boolean; body: Record<string, unknown> | null },
): boolean {
  if (when === "with_tools" || when === "after_tool_call") return with_tools;
  if (when === "without_tools" && with_tools) return false;
  return body === null || isSent(parameter, body);
}

/** A temperature of 1 is every provider's default, which no model refuses. */
function isSent(parameter: string, body: Record<string, unknown>): boolean {
  const path = parameter === "temperature" && body.inferenceConfig ? "inferenceConfig." : "";
  const value = `${path}${parameter}`
    .split(".")
    .reduce<unknown>((within, name) => (isObject(within) ? within[name] : undefined), body);
  return value !== undefined && !(parameter === "temperature" && value === 1);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** What the provider says, in its own words. */
export function describeRefusal({ body }: Pick<KnownRefusal, "body">): string {
  const error = body.error ?? body;
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null || !("message" in error)) return "";
  return typeof error.message === "string" ? error.message : "";
}
