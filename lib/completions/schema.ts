import * as z from "zod/mini";
import { ModelId } from "@/lib/models/schema";

const Message = z.strictObject({
  role: z.enum(["user", "assistant"], { error: "Must be user or assistant" }),
  content: z.string({ error: "Must be text" }),
});
export type Message = z.infer<typeof Message>;

const Tool = z.strictObject({
  name: z.string().check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/, "1 to 64 letters, digits, _ or -")),
  description: z.optional(z.string()),
  /** JSON Schema of the arguments; an object without properties when absent. */
  parameters: z.optional(z.record(z.string(), z.unknown())),
});
export type Tool = z.infer<typeof Tool>;

export const CompletionRequest = z
  .strictObject({
    provider: z.string({ error: "Choose a provider" }).check(z.minLength(1, "Choose a provider")),
    model_id: ModelId,
    prompt: z.optional(z.string({ error: "Must be text" }).check(z.minLength(1, "Type a prompt"))),
    messages: z.optional(z.array(Message).check(z.minLength(1, "At least one message"))),
    system: z.optional(z.string({ error: "Must be text" })),
    max_tokens: z.optional(
      z.int({ error: "Must be a whole number" }).check(z.gt(0, "Must be more than 0")),
    ),
    temperature: z.optional(
      z.number({ error: "Must be a number" }).check(z.gte(0, "0 to 2"), z.lte(2, "0 to 2")),
    ),
    tools: z.optional(z.array(Tool)),
    stream: z._default(z.boolean({ error: "Must be true or false" }), true),
  })
  .check(
    z.refine((body) => (body.prompt === undefined) !== (body.messages === undefined), {
      path: ["prompt"],
      error: "Give either prompt or messages",
    }),
  );
export type CompletionRequest = z.infer<typeof CompletionRequest>;

export const completionCodes = [
  "bad_key",
  "key_missing",
  "key_expired",
  "no_access",
  "unknown_model",
  "needs_inference_profile",
  "wrong_region",
  "quota_exhausted",
  "rate_limited",
  "context_too_long",
  "content_filtered",
  "bad_request",
  "overloaded",
  "timeout",
  "unreachable",
  "provider_error",
] as const;
export type CompletionCode = (typeof completionCodes)[number];

/** Token counts as the provider reports them; input_tokens includes cached ones. */
export type Usage = {
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens?: number;
  cache_write_tokens?: number;
  reasoning_tokens?: number;
};

export type ToolCall = { id: string; name: string; arguments: unknown };

export type CompletionStart = { provider: string; model_id: string; request_id: string };

export type CompletionDone = {
  text: string;
  tool_calls: ToolCall[];
  usage: Usage;
  /** USD; null when the model has no price. */
  cost_usd: number | null;
  first_token_ms: number | null;
  latency_ms: number;
  stop_reason: string;
  simulated: boolean;
};

export type CompletionFailure = {
  code: CompletionCode;
  cause: string;
  fix: string;
  /** Which of the provider's pages helps; the screen finds its address in providers.json. */
  help?: "keys" | "models" | "prices" | "limits";
  provider_status: number | null;
  /** The provider's own words, the key removed. */
  provider_message: string | null;
};

/** What POST /api/completions sends as server-sent events: the event's name and its data. */
export type CompletionEvent =
  | { event: "start"; data: CompletionStart }
  | { event: "delta"; data: { text: string } }
  | { event: "tool_call"; data: ToolCall }
  | { event: "done"; data: CompletionDone }
  | { event: "error"; data: CompletionFailure };
