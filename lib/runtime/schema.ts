import * as z from "zod/mini";

/** Request and answer formats of the runtime's caller. */
export const transformers = ["openai_v1", "anthropic_v1", "gemini_v1", "bedrock_v1"] as const;
export type Transformer = (typeof transformers)[number];

/** A provider's entry in the state machine's provider map. */
export const ProviderConfig = z.object({
  provider_id: z.string(),
  model_id: z.string(),
  /** The complete URL, with the model's ID inserted unencoded. */
  endpoint: z.string(),
  auth_header_name: z.string(),
  auth_header_prefix: z.optional(z.nullable(z.string())),
  secret_path: z.string(),
  secret_key_name: z.string(),
  request_transformer: z.string(),
  response_transformer: z.string(),
  /** Timeout of the call in seconds; 30 if absent. */
  timeout: z.optional(z.int().check(z.gte(0))),
  custom_headers: z.optional(z.nullable(z.record(z.string(), z.string()))),
});
export type ProviderConfig = z.infer<typeof ProviderConfig>;

export const CallerBlock = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: z.unknown(),
  }),
  z.object({ type: z.literal("tool_result"), tool_use_id: z.string(), content: z.string() }),
  z.object({
    type: z.literal("image"),
    source: z.object({ type: z.string(), media_type: z.string(), data: z.string() }),
  }),
]);
export type CallerBlock = z.infer<typeof CallerBlock>;

/** The caller ignores all other members, including `tool_calls`. */
export const CallerMessage = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(CallerBlock)]),
});
export type CallerMessage = z.infer<typeof CallerMessage>;

export const CallerTool = z.object({
  name: z.string(),
  description: z.string(),
  /** Required. Anything but an object counts as a schema without properties. */
  input_schema: z.unknown().check(z.refine((schema) => schema !== undefined)),
});
export type CallerTool = z.infer<typeof CallerTool>;

const maxU32 = 2 ** 32 - 1;

/** The input of the Lambda function behind the state "Call Unified LLM". */
export const CallerPayload = z.object({
  provider_config: ProviderConfig,
  /** The system message first. */
  messages: z.array(CallerMessage),
  tools: z.optional(z.nullable(z.array(CallerTool))),
  temperature: z.optional(z.nullable(z.number())),
  max_tokens: z.optional(z.nullable(z.int().check(z.gte(0), z.lte(maxU32)))),
  top_p: z.optional(z.nullable(z.number())),
  stream: z.optional(z.nullable(z.boolean())),
});
export type CallerPayload = z.infer<typeof CallerPayload>;

/** How a run fails: Step Functions' error, and the state in which it fails. */
export const RunFailure = z.strictObject({
  error: z.string(),
  cause: z.string(),
  /** The state's name in the machine; null if unknown. */
  state: z.nullable(z.string()),
});
export type RunFailure = z.infer<typeof RunFailure>;

/** Whether a fact was read from a machine's definition, or assumed from the configuration. */
export const runtimeSources = ["definition", "assumed"] as const;

/** The caller's request, without the key. */
export const CallerRequest = z.strictObject({
  method: z.literal("POST"),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.record(z.string(), z.unknown()),
  /** The body as it is sent, byte for byte. */
  body_text: z.string(),
});
export type CallerRequest = z.infer<typeof CallerRequest>;

/** An entry of a machine's provider map. */
export const MappedProvider = z.strictObject({
  /** The provider name that an agent's row must have. */
  provider: z.string(),
  /** The URL, with `{id}` in place of the model's ID. */
  endpoint: z.string(),
  secret_path: z.nullable(z.string()),
  secret_key_name: z.nullable(z.string()),
  transformer: z.nullable(z.string()),
  timeout_seconds: z.nullable(z.number()),
});
export type MappedProvider = z.infer<typeof MappedProvider>;

/** What a machine's definition fixes for every run, except the provider map. */
export const MachineOutline = z.strictObject({
  /** `other`: whether it calls a model can't be known without running it. */
  shape: z.enum(["unified", "older", "other"]),
  /** The tables that it reads before it calls a model. */
  tables: z.array(z.string()),
  /** The row of AgentRegistry that it reads. */
  agent_name: z.nullable(z.string()),
  version: z.nullable(z.string()),
  /** Whether it reads LLMModels. */
  reads_models: z.boolean(),
  /** The defaults for a row without a provider or a model. */
  default_provider: z.nullable(z.string()),
  default_model: z.nullable(z.string()),
  secret_path: z.nullable(z.string()),
  temperature: z.nullable(z.number()),
  max_tokens: z.nullable(z.number()),
  timeout_seconds: z.nullable(z.number()),
  /** The tools that it can route. */
  tools: z.array(z.string()),
});
export type MachineOutline = z.infer<typeof MachineOutline>;

export const ProviderMap = z.strictObject({
  providers: z.array(MappedProvider),
  bedrock_region: z.nullable(z.string()),
});
export type ProviderMap = z.infer<typeof ProviderMap>;
