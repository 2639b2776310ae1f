import * as z from "zod/mini";
import { type CompletionFailure, CompletionRequest } from "@/lib/completions/schema";
import { CallPriceNotes } from "@/lib/costs/schema";
import { completionCodes } from "@/lib/providers/rules/codes";
import { maxModels } from "./rules/limits";

const { system, max_tokens, temperature, tools, stream } = CompletionRequest.shape;

const text = z.string({ error: "Must be text" });
const number = z.number({ error: "Must be a number" });
const count = z.nullable(number);
const Pk = text.check(z.regex(/^[^#]+#[^#]+$/, "Write provider#model_id"), z.maxLength(600));

const settings = {
  prompt: text.check(z.minLength(1, "Type a prompt")),
  system,
  max_tokens,
  temperature,
  tools,
  stream,
};

/** The settings of a run, validated like those of the completions API. */
export const PlaygroundSettings = z.strictObject(settings);
export type PlaygroundSettings = z.infer<typeof PlaygroundSettings>;

/** The inputs of a run. Of an image, only name and type are stored. */
export const PlaygroundInputs = z.strictObject({
  models: z
    .array(Pk, { error: "Choose a model" })
    .check(z.minLength(1, "Choose a model"), z.maxLength(maxModels, `At most ${maxModels} models`)),
  ...settings,
  image: z.optional(z.strictObject({ name: text.check(z.maxLength(255)), type: text })),
});
export type PlaygroundInputs = z.infer<typeof PlaygroundInputs>;

const ToolCall = z.strictObject({ id: text, name: text, arguments: z.unknown() });

const Usage = z.strictObject({
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: z.optional(number),
  cache_write_tokens: z.optional(number),
  cache_write_1h_tokens: z.optional(number),
  reasoning_tokens: z.optional(number),
});

const Done = z.strictObject({
  usage: Usage,
  cost_usd: count,
  ...CallPriceNotes.shape,
  first_token_ms: count,
  latency_ms: number,
  stop_reason: text,
  simulated: z.boolean({ error: "Must be true or false" }),
});

const helpPages = [
  "keys",
  "models",
  "prices",
  "limits",
  "errors",
  "status",
] as const satisfies readonly CompletionFailure["help"][];

const Failure = z.strictObject({
  code: z.enum(completionCodes, { error: "There is no such code" }),
  cause: text,
  fix: text,
  help: z.optional(z.enum(helpPages)),
  provider_status: count,
  provider_message: z.nullable(text),
  simulated: z.optional(z.boolean({ error: "Must be true or false" })),
});

const PastResult = z.strictObject({
  pk: Pk,
  state: z.enum(["done", "stopped", "failed", "refused"], { error: "There is no such state" }),
  text,
  tool_calls: z.array(ToolCall),
  done: z.nullable(Done),
  failure: z.nullable(Failure),
});
export type PastResult = z.infer<typeof PastResult>;

export const PastRunDraft = z.strictObject({
  inputs: PlaygroundInputs,
  results: z
    .array(PastResult, { error: "Must be a list" })
    .check(z.minLength(1, "At least one result"), z.maxLength(maxModels)),
});
export type PastRunDraft = z.infer<typeof PastRunDraft>;

/** An entry in the list of past runs. */
export const PastRunSummary = z.strictObject({
  run_id: z.string(),
  at: z.string(),
  models: z.array(z.string()),
  /** The first characters of the prompt. */
  prompt_start: z.string(),
  failed: z.number(),
});
export type PastRunSummary = z.infer<typeof PastRunSummary>;

export const PastRun = z.strictObject({
  ...PastRunDraft.shape,
  run_id: z.string(),
  at: z.string(),
  /** Whether a prompt, an answer or the tools were truncated. */
  shortened: z.boolean(),
});
export type PastRun = z.infer<typeof PastRun>;

export const PastRunList = z.strictObject({
  runs: z.array(PastRunSummary),
  /** False if the table that stores them doesn't exist. */
  kept: z.boolean(),
});
export type PastRunList = z.infer<typeof PastRunList>;
