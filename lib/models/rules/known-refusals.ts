import * as z from "zod/mini";
import table from "@/lib/models/known-models.json";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";

/** When a refusal applies to a request of the runtime. */
const conditions = [
  "always",
  "with_tools",
  "without_tools",
  "after_tool_call",
  "duplicate_tools",
  "misnamed_tools",
] as const;

/** A parameter of the runtime's request that a family of models refuses, and the provider's answer. */
const KnownRefusal = z.strictObject({
  provider: z.enum(providerIds),
  /** Prefixes of model IDs. An empty prefix matches every model. */
  families: z.array(z.string()),
  except: z.optional(z.array(z.string())),
  /** Only IDs that contain this text. */
  id_contains: z.optional(z.string()),
  /** A pattern of the tool names that are accepted. */
  tool_names: z.optional(z.string()),
  parameter: z.string(),
  when: z.enum(conditions),
  status: z.int(),
  headers: z.optional(z.record(z.string(), z.string())),
  body: z.record(z.string(), z.unknown()),
  /** The pages on which it was read. */
  source: z.array(z.url()),
  note: z.optional(z.string()),
});
export type KnownRefusal = z.infer<typeof KnownRefusal>;

export const knownRefusals: readonly KnownRefusal[] = z.array(KnownRefusal).parse(table.refusals);

/** The day up to which the refusals were read (YYYY-MM-DD). */
export const refusalsAsOf: string = table.refusals_as_of;

/** The refusals of a model, in the order in which its provider checks them. */
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

/** The parts of a request that refusals depend on. */
type Sent = {
  with_tools: boolean;
  /** Null if unknown: the request of generated machines is assumed. */
  body: Record<string, unknown> | null;
  /** Empty if unknown. */
  tool_names: readonly string[];
};

/** Whether the refusal applies to a request. */
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

/** Whether the refusal depends on the names of an agent's tools, which no test of a model covers. */
export function isOfToolNames({ when }: KnownRefusal): boolean {
  return when === "duplicate_tools" || when === "misnamed_tools";
}

/** Whether the model is known to refuse these tool names, or a duplicate among them. */
export function refusesToolNames(provider: string, modelId: string, names: string[]): boolean {
  const refusals = refusalsOfModel(provider, modelId).filter(isOfToolNames);
  return refusals.some((refusal) => refusedTool(refusal, names) !== null);
}

/** The first tool whose name is refused, and its index; null if all are accepted. */
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

/** The provider's message, quoted. */
export function describeRefusal({ body }: Pick<KnownRefusal, "body">): string {
  const error = body.error ?? body;
  if (typeof error === "string") return error;
  const words = isObject(error) ? error.message : null;
  return typeof words === "string" ? words : JSON.stringify(body);
}
