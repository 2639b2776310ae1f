import * as z from "zod/mini";
import table from "@/lib/models/known-models.json";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";

/** When a request of the runtime meets a refusal. */
const conditions = [
  "always",
  "with_tools",
  "without_tools",
  "after_tool_call",
  "duplicate_tools",
  "misnamed_tools",
] as const;

/** A parameter of the runtime's request that a family of models refuses, and what it answers. */
const KnownRefusal = z.strictObject({
  provider: z.enum(providerIds),
  /** Beginnings of model IDs; an empty one matches every model. */
  families: z.array(z.string()),
  except: z.optional(z.array(z.string())),
  /** Only IDs with this in them. */
  id_contains: z.optional(z.string()),
  /** The names of tools that are taken. */
  tool_names: z.optional(z.string()),
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
      modelId.includes(refusal.id_contains ?? "") &&
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

/** A request, as far as refusals are about it. */
type Sent = {
  with_tools: boolean;
  /** Null if it isn't known, and is taken to be what generated machines send. */
  body: Record<string, unknown> | null;
  /** Empty if they aren't known. */
  tool_names: readonly string[];
};

/** Whether a request meets the refusal. */
export function meetsRefusal(
  refusal: KnownRefusal,
  { with_tools, body, tool_names }: Sent,
): boolean {
  const { when, parameter, id_contains } = refusal;
  if (isOfToolNames(refusal)) return refusedTool(refusal, tool_names) !== null;
  if (when === "with_tools" || when === "after_tool_call") return with_tools;
  if (when === "without_tools" && with_tools) return false;
  return body === null || id_contains !== undefined || isSent(parameter, body);
}

/** Whether the refusal depends on how an agent's tools are named, which no test of a model shows. */
export function isOfToolNames({ when }: KnownRefusal): boolean {
  return when === "duplicate_tools" || when === "misnamed_tools";
}

/** Whether the model is known to refuse these names of tools, or one that is there twice. */
export function refusesToolNames(provider: string, modelId: string, names: string[]): boolean {
  const refusals = refusalsOfModel(provider, modelId).filter(isOfToolNames);
  return refusals.some((refusal) => refusedTool(refusal, names) !== null);
}

/** The first tool whose name is refused, and its place from 0; null if all are taken. */
export function refusedTool(
  { when, tool_names = "" }: KnownRefusal,
  names: readonly string[],
): { tool: string; index: number } | null {
  const isTaken = new RegExp(tool_names);
  const index = names.findIndex((name, at) =>
    when === "duplicate_tools" ? names.indexOf(name) < at : !isTaken.test(name),
  );
  return index < 0 ? null : { tool: names[index] ?? "", index };
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
  const words = isObject(error) ? error.message : null;
  return typeof words === "string" ? words : JSON.stringify(body);
}
