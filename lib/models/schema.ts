import * as z from "zod/mini";
import { BooleanParam } from "@/lib/boolean-param";
import { CapabilitiesProved } from "@/lib/capabilities/schema";
import { providerIdOf, providerNames } from "@/lib/providers/schema";
import { runtimeOutcomes } from "@/lib/runtime/rules/outcome";
import { RunFailure, transformers } from "@/lib/runtime/schema";

/** USD per 1M tokens; null = not priced. */
const Price = z.nullable(
  z.number({ error: "Must be a number in USD per 1M tokens, or null for not priced" }).check(
    z.gte(0, "A price cannot be negative"),
    // DynamoDB's numbers range from 1e-130 to 1e126.
    z.refine((price) => price <= 0 || (price > 1e-100 && price < 1e100), "Must be a price"),
  ),
);
const TokenCount = z.nullable(
  z
    .int({ error: "Must be a whole number of tokens, or null" })
    .check(z.gt(0, "Must be more than 0, or null when not known")),
);
const Capability = z.nullable(z.boolean({ error: "Must be true, false, or null for not known" }));

export const priceNames = [
  "input_price",
  "output_price",
  "cache_read_price",
  "cache_write_price",
] as const;
export type PriceName = (typeof priceNames)[number];

export const lifecycles = ["active", "legacy", "retired"] as const;

const displayName = z
  .string({ error: "Must be text" })
  .check(
    z.trim(),
    z.minLength(1, "Give the model a name"),
    z.maxLength(200, "At most 200 characters"),
  );

const attributes = {
  input_price: Price,
  output_price: Price,
  cache_read_price: Price,
  cache_write_price: Price,
  max_tokens: TokenCount,
  max_output_tokens: TokenCount,
  supports_tools: Capability,
  supports_vision: Capability,
  is_active: z.boolean({ error: "Must be true or false" }),
  is_default: z.boolean({ error: "Must be true or false" }),
  lifecycle: z.nullable(z.enum(lifecycles, { error: "Must be active, legacy or retired" })),
  retires_on: z.nullable(z.iso.date({ error: "Must be a date such as 2026-12-31" })),
  purpose: z.nullable(
    z.string({ error: "Must be text" }).check(z.maxLength(200, "At most 200 characters")),
  ),
};

export const ModelId = z
  .string({ error: "Type the model ID" })
  .check(
    z.minLength(1, "Type the model ID"),
    z.maxLength(512, "At most 512 characters"),
    z.regex(/^[^#]*$/, "A model ID cannot contain #: agents split the key there"),
    z.regex(/^[\x21-\x7e]*$/, "A model ID has only ASCII letters, digits and signs, and no spaces"),
    z.regex(/^(?!\.{1,2}$)/, "A model ID of dots alone has no address"),
  );

/** `catalog`: the prices come from the catalog; those that differ from it count as the admin's. */
const PriceOrigin = z.optional(z.enum(["catalog", "admin"], { error: "Must be catalog or admin" }));

export const ModelDraft = z.strictObject({
  provider: z.string({ error: "Choose a provider" }).check(z.minLength(1, "Choose a provider")),
  model_id: ModelId,
  display_name: z.optional(displayName),
  ...optional(attributes),
  price_source: PriceOrigin,
});
export type ModelDraft = z.infer<typeof ModelDraft>;

export const ModelChanges = z.strictObject({
  display_name: z.optional(displayName),
  ...optional(attributes),
  price_source: PriceOrigin,
});
export type ModelChanges = z.infer<typeof ModelChanges>;

const OverrideReason = z.optional(
  z.string({ error: "Must be text" }).check(z.trim(), z.minLength(3, "Say why this goes ahead")),
);

/** `override_reason`: why a model that can't be called becomes the default anyway. */
export const ModelCreation = z.strictObject({
  ...ModelDraft.shape,
  override_reason: OverrideReason,
});
export type ModelCreation = z.infer<typeof ModelCreation>;

export const ModelUpdate = z.strictObject({
  ...ModelChanges.shape,
  override_reason: OverrideReason,
  /** Since when the prices hold. May be in the past: usage since then is priced with them. */
  prices_from: z.optional(
    z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
      error: "Must be a day such as 2026-11-01 or a time such as 2026-11-01T12:00:00Z",
    }),
  ),
});
export type ModelUpdate = z.infer<typeof ModelUpdate>;

export const ModelUpdateOptions = z.object({ dry_run: z._default(BooleanParam, false) });

export const ModelFilter = z.object({
  provider: z.optional(z.string()),
  active: z._default(
    z.enum(["all", "true", "false"], { error: "Must be all, true or false" }),
    "all",
  ),
  q: z.optional(z.string()),
});
export type ModelFilter = z.infer<typeof ModelFilter>;

export const RetireOptions = z.object({
  /** The `pk` of the model to which the agents are switched first. */
  replacement: z.optional(z.string().check(z.minLength(3, "Write provider#model_id"))),
  override_reason: OverrideReason,
});
export type RetireOptions = z.infer<typeof RetireOptions>;

export type ModelKey = { provider: string; model_id: string };

export const AgentRef = z.strictObject({
  agent_name: z.string(),
  version: z.string(),
  /** The row names no provider or no model; the state machine's default resolves to this model. */
  by_default: z.optional(z.literal(true)),
});
export type AgentRef = z.infer<typeof AgentRef>;

export const LastTest = z.strictObject({
  at: z.string(),
  /** "ok", "no_answer" if the output limit came before any text, or a completion code. */
  outcome: z.string(),
  latency_ms: z.nullable(z.number()),
  first_token_ms: z.nullable(z.number()),
  by: z.string(),
  simulated: z.boolean(),
});
export type LastTest = z.infer<typeof LastTest>;

/** The last test with the runtime's own request, one per request format, with tools or without. */
export const RuntimeEvidence = z.strictObject({
  transformer: z.enum(transformers),
  with_tools: z.boolean(),
  at: z.string(),
  by: z.string(),
  outcome: z.enum(runtimeOutcomes),
  /** The HTTP status; null if no answer arrived. */
  status: z.nullable(z.number()),
  /** The provider's message if it refused. */
  words: z.nullable(z.string()),
  latency_ms: z.number(),
  /** How long the machine waits, in milliseconds. */
  timeout_ms: z.number(),
  /** How the run would fail; null if it continues. */
  would_fail_with: z.nullable(RunFailure),
  /** Whether the outcome belongs to the turn after a tool result. */
  after_tool_result: z.boolean(),
  simulated: z.boolean(),
});
export type RuntimeEvidence = z.infer<typeof RuntimeEvidence>;

const notes = {
  last_test: z.nullable(LastTest),
  /** Tests with the runtime's own request; empty if there were none. */
  runtime_evidence: z.array(RuntimeEvidence),
  /** Null if it was never probed. */
  capabilities_proved: z.nullable(CapabilitiesProved),
};

/** Whether the runtime can call the model, by tests and documented refusals. */
export type RuntimeCallable = Pick<ModelRecord, "runtime_callable" | "runtime_callable_because">;

/** Results of tests and probes, stored separately from the model's row. */
export type ModelNotes = Pick<ModelRecord, keyof typeof notes>;

export const PriceSource = z.enum(["catalog", "admin"]);
export type PriceSource = z.infer<typeof PriceSource>;

/** Whether the provider offers the model, based on all evidence. */
export const Availability = z.strictObject({
  /** `not_offered`: a test or probe proved that calls to it fail. */
  state: z.enum(["active", "legacy", "retiring", "retired", "not_offered"]),
  /**
   * The day of the retirement (YYYY-MM-DD): in the future while `retiring`, past or null when
   * `retired`.
   */
  on: z.nullable(z.string()),
  /** Why, in a sentence; null while `active`. */
  because: z.nullable(z.string()),
});
export type Availability = z.infer<typeof Availability>;

export const ModelRecord = z.strictObject({
  pk: z.string(),
  provider: z.string(),
  /** The provider ID; unknown names unchanged. */
  provider_id: z.string(),
  model_id: z.string(),
  display_name: z.string(),
  /** USD per 1M tokens, base tier; null = not priced. */
  input_price: z.nullable(z.number()),
  output_price: z.nullable(z.number()),
  cache_read_price: z.nullable(z.number()),
  cache_write_price: z.nullable(z.number()),
  input_price_source: z.nullable(PriceSource),
  output_price_source: z.nullable(PriceSource),
  /** Also null for prices older than this attribute. */
  cache_read_price_source: z.nullable(PriceSource),
  cache_write_price_source: z.nullable(PriceSource),
  /**
   * Prices with the source `catalog` that no catalog lists for exactly this ID; absent if there are
   * none.
   */
  priced_by_family: z.optional(z.array(z.enum(priceNames))),
  /** The prices are the base model's, which may differ in this Bedrock geography; absent otherwise. */
  price_region_may_differ: z.optional(z.literal(true)),
  /** "assumed" until an admin confirms a legacy price whose unit no catalog price could decide. */
  price_unit: z.nullable(z.literal("assumed")),
  /** Context window and output limit in tokens. */
  max_tokens: z.nullable(z.number()),
  max_output_tokens: z.nullable(z.number()),
  supports_tools: z.nullable(z.boolean()),
  supports_vision: z.nullable(z.boolean()),
  is_active: z.boolean(),
  is_default: z.boolean(),
  lifecycle: z.nullable(z.enum(lifecycles)),
  retires_on: z.nullable(z.string()),
  availability: Availability,
  purpose: z.nullable(z.string()),
  created_at: z.nullable(z.string()),
  updated_at: z.nullable(z.string()),
  etag: z.string(),
  used_by: z.array(AgentRef),
  /** True if the table of agents is missing, so that the users are unknown. */
  agents_unknown: z.optional(z.literal(true)),
  /** The number of agents that name no model and whose machine's default is unknown; absent if none. */
  users_unknown: z.optional(z.int()),
  ...notes,
  /**
   * Whether the runtime can call it, according to tests of its request or a documented refusal;
   * null if unknown.
   */
  runtime_callable: z.nullable(z.boolean()),
  /** Why, in a sentence; null if unknown. */
  runtime_callable_because: z.nullable(z.string()),
});
export type ModelRecord = z.infer<typeof ModelRecord>;

export const DefectiveModel = z.strictObject({ pk: z.string(), reasons: z.array(z.string()) });
export type DefectiveModel = z.infer<typeof DefectiveModel>;

export const ModelList = z.strictObject({
  models: z.array(ModelRecord),
  defective: z.array(DefectiveModel),
});
export type ModelList = z.infer<typeof ModelList>;

/** A model's key in LLMModels: `openai#gpt-4o`. */
export function modelPk(key: ModelKey): string {
  return `${key.provider}#${key.model_id}`;
}

/**
 * The keys under which an agent's provider and model may be registered: as stored first, then under
 * the provider's ID and its other names. The runtime looks up only the first one.
 */
export function candidatePks(provider: string, modelId: string): string[] {
  const id = providerIdOf(provider);
  const names = new Set([provider, ...(id ? providerNames(id) : [])]);
  return [...names].map((name) => modelPk({ provider: name, model_id: modelId }));
}

type Optional<Shape extends Record<string, z.ZodMiniType>> = {
  [Name in keyof Shape]: z.ZodMiniOptional<Shape[Name]>;
};

function optional<Shape extends Record<string, z.ZodMiniType>>(shape: Shape): Optional<Shape> {
  const entries = Object.entries(shape).map(([name, type]) => [name, z.optional(type)]);
  // Object.fromEntries loses the names; the entries include every name of the shape.
  return Object.fromEntries(entries) as Optional<Shape>;
}
