import * as z from "zod/mini";
import { CallCost } from "@/lib/costs/schema";
import { ModelId } from "@/lib/models/schema";
import { completionCodes } from "@/lib/providers/rules/codes";
import { CallerRequest, RunFailure, runtimeSources, transformers } from "@/lib/runtime/schema";

/** The maximum bytes of one image. Models with a lower limit report it themselves. */
const maxImageBytes = 5 * 1024 * 1024;

/** The maximum bytes of a request: two images of maximum size in base64, and the conversation. */
export const maxRequestBytes = 16_000_000;

const imageData = z.string({ error: "Must be base64 text" }).check(
  z.minLength(1, "The image is empty"),
  z.maxLength(Math.ceil(maxImageBytes / 3) * 4, {
    error: "The image is larger than 5 MB. Scale it down or choose another.",
    abort: true,
  }),
  z.regex(/^[A-Za-z0-9+/]*={0,2}$/, {
    error: "Must be base64, without line breaks or a data: prefix",
    abort: true,
  }),
  z.refine((text) => text.length % 4 === 0, "The base64 is cut off: its length must divide by 4"),
);

const TextPart = z.strictObject({
  type: z.literal("text"),
  text: z.string({ error: "Must be text" }),
});

const ImagePart = z.strictObject({
  type: z.literal("image"),
  media_type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"], {
    error: "Must be a PNG, JPEG, GIF or WebP image",
  }),
  data: imageData,
});

const ToolCallPart = z.strictObject({
  type: z.literal("tool_call"),
  id: z.string({ error: "Must be text" }),
  name: z.string({ error: "Must be text" }),
  /** The arguments as the model sent them: an object unless the answer is malformed. */
  arguments: z.unknown(),
  /** The value of `ToolCall.signature`. */
  signature: z.optional(z.string({ error: "Must be text" })),
});

const ToolResultPart = z.strictObject({
  type: z.literal("tool_result"),
  tool_call_id: z.string({ error: "Must be text" }),
  content: z.string({ error: "Must be text" }),
});

const ContentPart = z.discriminatedUnion(
  "type",
  [TextPart, ImagePart, ToolCallPart, ToolResultPart],
  { error: "Must be a part of type text, image, tool_call or tool_result" },
);
export type ContentPart = z.infer<typeof ContentPart>;

export const Message = z
  .strictObject({
    role: z.enum(["user", "assistant"], { error: "Must be user or assistant" }),
    content: z.union(
      [
        z.string({ error: "Must be text" }),
        z.array(ContentPart).check(z.minLength(1, "At least one part")),
      ],
      { error: "Must be text or a list of parts" },
    ),
  })
  .check((checked) => {
    const { role, content } = checked.value;
    if (typeof content === "string") return;
    for (const [index, { type }] of content.entries()) {
      if (type === "text" || (type === "tool_call") === (role === "assistant")) continue;
      const message = `A part of type ${type} belongs to the ${role === "user" ? "assistant" : "user"}`;
      checked.issues.push({
        code: "custom",
        input: type,
        path: ["content", index, "type"],
        message,
      });
    }
  });
export type Message = z.infer<typeof Message>;

const Tool = z.strictObject({
  name: z.string().check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/, "1 to 64 letters, digits, _ or -")),
  description: z.optional(z.string()),
  /** JSON Schema of the arguments; an object without properties when absent. */
  parameters: z.optional(z.record(z.string(), z.unknown())),
});
export type Tool = z.infer<typeof Tool>;

/** `auto` lets the model decide, `required` forces a call, a name forces a call of that tool. */
const ToolChoice = z.union(
  [z.enum(["auto", "required"]), z.strictObject({ name: z.string({ error: "Must be text" }) })],
  { error: 'Must be "auto", "required" or {"name": …}' },
);
export type ToolChoice = z.infer<typeof ToolChoice>;

const Provider = z
  .string({ error: "Choose a provider" })
  .check(z.minLength(1, "Choose a provider"));

const input = {
  prompt: z.optional(z.string({ error: "Must be text" }).check(z.minLength(1, "Type a prompt"))),
  messages: z.optional(z.array(Message).check(z.minLength(1, "At least one message"))),
};

const parameters = {
  system: z.optional(z.string({ error: "Must be text" })),
  max_tokens: z.optional(
    z.int({ error: "Must be a whole number" }).check(z.gt(0, "Must be more than 0")),
  ),
  temperature: z.optional(
    z.number({ error: "Must be a number" }).check(z.gte(0, "0 to 2"), z.lte(2, "0 to 2")),
  ),
  tools: z.optional(z.array(Tool)),
  tool_choice: z.optional(ToolChoice),
  /** Whether the last event contains the exchange with the provider, without keys. */
  raw: z.optional(z.boolean({ error: "Must be true or false" })),
};

const stream = z._default(z.boolean({ error: "Must be true or false" }), true);

type Input = { prompt?: string | undefined; messages?: Message[] | undefined };

const eitherInput = z.refine<Input>(
  ({ prompt, messages }) => (prompt === undefined) !== (messages === undefined),
  { path: ["prompt"], error: "Give either prompt or messages" },
);

type ToolChoosing = { tools?: Tool[] | undefined; tool_choice?: ToolChoice | undefined };

const choiceWithTools = z.refine<ToolChoosing>(
  ({ tools, tool_choice }) => tool_choice === undefined || Boolean(tools?.length),
  { path: ["tool_choice"], error: "There are no tools to choose from" },
);

const choiceOfTool = z.refine<ToolChoosing>(
  ({ tools, tool_choice }) =>
    typeof tool_choice !== "object" ||
    !tools?.length ||
    tools.some(({ name }) => name === tool_choice.name),
  { path: ["tool_choice", "name"], error: "No tool of the request has this name" },
);

export const CompletionRequest = z
  .strictObject({ provider: Provider, model_id: ModelId, ...input, ...parameters, stream })
  .check(eitherInput, choiceWithTools, choiceOfTool);
export type CompletionRequest = z.infer<typeof CompletionRequest>;

/** An agent, identified by its row. */
const AgentRowKey = z.strictObject({
  agent_name: z.string({ error: "Name the agent" }).check(z.minLength(1, "Name the agent")),
  version: z.string({ error: "Name the version" }).check(z.minLength(1, "Name the version")),
});

/** The body of POST /api/completions: a `CompletionRequest`, or an `AgentTest`. */
export const CompletionBody = z
  .strictObject({
    /** Sends what the runtime's caller sends for this agent. Never streamed. */
    as_agent: z.optional(AgentRowKey),
    provider: z.optional(Provider),
    model_id: z.optional(ModelId),
    ...input,
    ...parameters,
    stream,
  })
  .check(eitherInput, choiceWithTools, choiceOfTool, (checked) => {
    const { value, issues } = checked;
    const addIssue = (name: keyof typeof value, message: string) =>
      issues.push({ code: "custom", input: value[name], path: [name], message });
    if (value.as_agent === undefined) {
      if (value.provider === undefined) addIssue("provider", "Choose a provider");
      if (value.model_id === undefined) addIssue("model_id", "Choose a model");
      return;
    }
    for (const name of parameterNames) {
      if (value[name] !== undefined) addIssue(name, "The agent's own is sent. Leave it out.");
    }
    if (value.model_id !== undefined && value.provider === undefined) {
      addIssue("provider", "Choose a provider");
    }
    if (value.provider !== undefined && value.model_id === undefined) {
      addIssue("model_id", "Choose a model");
    }
  });
export type CompletionBody = z.infer<typeof CompletionBody>;

const parameterNames = ["system", "max_tokens", "temperature", "tools", "tool_choice"] as const;

/** A test with the runtime's own request, on the agent's model or on another. */
export type AgentTest = Pick<CompletionBody, "prompt" | "messages" | "provider" | "model_id"> & {
  as_agent: z.infer<typeof AgentRowKey>;
};

export function isAgentTest(body: CompletionBody): body is CompletionBody & AgentTest {
  return body.as_agent !== undefined;
}

/** A body without `as_agent` names provider and model. */
export function modelTestOf(body: CompletionBody): CompletionRequest {
  const { as_agent: _, provider = "", model_id = "", ...rest } = body;
  return { ...rest, provider, model_id };
}

/**
 * Token counts as the provider reports them; input_tokens includes cached ones, output_tokens those of
 * reasoning. Null means "not reported", so that no cost is derived from a zero.
 */
export const Usage = z.strictObject({
  input_tokens: z.nullable(z.number()),
  output_tokens: z.nullable(z.number()),
  cache_read_tokens: z.optional(z.number()),
  cache_write_tokens: z.optional(z.number()),
  /** The part of `cache_write_tokens` that is kept for an hour. */
  cache_write_1h_tokens: z.optional(z.number()),
  reasoning_tokens: z.optional(z.number()),
});
export type Usage = z.infer<typeof Usage>;

export const ToolCall = z.strictObject({
  id: z.string(),
  name: z.string(),
  arguments: z.unknown(),
  /** Opaque; goes back with the call in the next turn (Gemini's thought signature). */
  signature: z.optional(z.string()),
});
export type ToolCall = z.infer<typeof ToolCall>;

const Headers = z.record(z.string(), z.string());

/**
 * The HTTP exchange with the provider as text. Keys, cookies, signatures and account names are
 * removed, image data is shortened, and bodies are cut after 64 kB. A Bedrock stream has one event
 * per line.
 */
export const RawExchange = z.strictObject({
  request: z.strictObject({
    method: z.string(),
    url: z.string(),
    headers: Headers,
    body: z.string(),
  }),
  /** Null if no answer arrived. */
  response: z.nullable(z.strictObject({ status: z.number(), headers: Headers, body: z.string() })),
});
export type RawExchange = z.infer<typeof RawExchange>;

export const CompletionStart = z.strictObject({
  provider: z.string(),
  model_id: z.string(),
  request_id: z.string(),
});
export type CompletionStart = z.infer<typeof CompletionStart>;

export const CompletionDone = z.strictObject({
  text: z.string(),
  tool_calls: z.array(ToolCall),
  usage: Usage,
  ...CallCost.shape,
  first_token_ms: z.nullable(z.number()),
  latency_ms: z.number(),
  stop_reason: z.string(),
  simulated: z.boolean(),
  /** Only if requested. */
  raw: z.optional(RawExchange),
});
export type CompletionDone = z.infer<typeof CompletionDone>;

export const CompletionFailure = z.strictObject({
  code: z.enum(completionCodes),
  cause: z.string(),
  fix: z.string(),
  /** The provider's page that helps. The screen finds its URL in providers.json. */
  help: z.optional(z.enum(["keys", "models", "prices", "limits", "errors", "status"])),
  provider_status: z.nullable(z.number()),
  /** The provider's own message, without the key. */
  provider_message: z.nullable(z.string()),
  /** Seconds after which the provider asks to try again. */
  retry_after: z.optional(z.number()),
  /** True when the simulator answered. */
  simulated: z.optional(z.boolean()),
  /** Only if requested, and something was sent. */
  raw: z.optional(RawExchange),
});
export type CompletionFailure = z.infer<typeof CompletionFailure>;

const Counted = z.strictObject({ input_tokens: z.number(), output_tokens: z.number() });

/** One request of the runtime's caller, and how the run goes on. */
export const RuntimeTurn = z.strictObject({
  request: CallerRequest,
  /** The HTTP status; null if no answer arrived. */
  status: z.nullable(z.number()),
  /** Whether the caller can read the answer. */
  understood: z.boolean(),
  /** How the run would fail; null if it continues. */
  would_fail_with: z.nullable(RunFailure),
  /** What the run's metrics count; null if the answer reports no usage. */
  counted: z.nullable(Counted),
  latency_ms: z.number(),
});
export type RuntimeTurn = z.infer<typeof RuntimeTurn>;

/** The first turn, the verdict on both turns, and the turn after a tool result. */
export const RuntimeTest = z.strictObject({
  source: z.enum(runtimeSources),
  /** The definition's revision; null if it wasn't read. */
  revision: z.nullable(z.string()),
  /** Why the definition wasn't used; null if it was. */
  assumed_because: z.nullable(z.string()),
  transformer: z.enum(transformers),
  ...RuntimeTurn.shape,
  /** Null for an agent without tools, and if the first turn failed. */
  after_tool_result: z.nullable(RuntimeTurn),
});
export type RuntimeTest = z.infer<typeof RuntimeTest>;

/** The answer to a request that does not stream. */
export const Completion = z.strictObject({
  ...CompletionStart.shape,
  ...CompletionDone.shape,
  /** Only for a test as an agent, which returns an answer even if the provider refused. */
  runtime: z.optional(RuntimeTest),
  /** Why the agent can't use the provider's answer; only for a test as an agent. */
  failure: z.optional(z.nullable(CompletionFailure)),
});
export type Completion = z.infer<typeof Completion>;

/** What POST /api/completions sends as server-sent events: the event's name and its data. */
export const CompletionEvent = z.discriminatedUnion("event", [
  z.strictObject({ event: z.literal("start"), data: CompletionStart }),
  z.strictObject({ event: z.literal("delta"), data: z.strictObject({ text: z.string() }) }),
  z.strictObject({ event: z.literal("tool_call"), data: ToolCall }),
  z.strictObject({ event: z.literal("done"), data: CompletionDone }),
  z.strictObject({ event: z.literal("error"), data: CompletionFailure }),
]);
export type CompletionEvent = z.infer<typeof CompletionEvent>;
