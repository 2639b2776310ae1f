import type { JsonObject } from "../embedded/json";

export const simulatedProviders = [
  "openai",
  "anthropic",
  "google",
  "bedrock",
  "xai",
  "deepseek",
] as const;
export type ProviderId = (typeof simulatedProviders)[number];

/** Whether the simulator supports this provider; keys of others must not start with `sandbox-`. */
export function isSimulated(provider: string): provider is ProviderId {
  return simulatedProviders.some((id) => id === provider);
}

/** The providers with OpenAI's chat completions protocol. */
export type ChatProvider = Extract<ProviderId, "openai" | "xai" | "deepseek">;

export interface Tool {
  name: string;
  schema: unknown;
}

/** A completion request of any provider, reduced to the parts that determine a simulated answer. */
export interface Prompt {
  model: string;
  /** Text of the last user message, which may have a fail marker or request a tool. */
  lastUser: string;
  system: string;
  /** Text that counts as input tokens. */
  inputText: string;
  messages: number;
  /** Descriptions of the input's images. */
  images: string[];
  tools: Tool[];
  toolChoice: "auto" | "none" | "required" | { name: string };
  /** The tools' results, if the last message has any. */
  toolResult: string | null;
  /** Limit of output tokens, including reasoning; null if the request has none. */
  maxTokens: number | null;
  /** Whether the request marks a part of its input for the prompt cache. */
  cacheMarked: boolean;
  stream: boolean;
  includeUsage: boolean;
}

export interface ToolCall {
  id: string;
  name: string;
  input: JsonObject;
}

export interface Reply {
  /** 24 hexadecimal digits, the same for the same prompt. */
  id: string;
  chunks: string[];
  toolCall: ToolCall | null;
  stop: "end" | "length" | "tool" | "filtered";
  /** Tokens. `input` includes `cached`; `output` excludes `reasoning`. */
  usage: { input: number; cached: number; output: number; reasoning: number };
}

export interface Frame {
  data: string | Uint8Array;
  /** Has generated tokens, so that the writer waits before it. */
  paced: boolean;
}

export type Operation =
  | { kind: "complete"; model: string; stream: boolean; sse: boolean }
  /** A list of models, or one of them; may throw RequestFault. */
  | { kind: "read"; answer: () => unknown };

export interface HttpReply {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** Thrown while a request is parsed; becomes the failure with this code and message. */
export class RequestFault extends Error {
  constructor(
    readonly code: string,
    message = "",
    readonly model = "",
  ) {
    super(message);
  }
}

/** A provider's own rejection of a parameter. */
export class RefusedParameter extends Error {
  constructor(readonly reply: HttpReply) {
    super("The provider refuses a parameter.");
  }
}

export interface Protocol {
  /** The requested operation; null if the provider has no such path. `path` has no prefix. */
  operation(method: string, path: string, query: URLSearchParams): Operation | null;
  read(body: JsonObject, operation: Operation & { kind: "complete" }): Prompt;
  whole(prompt: Prompt, reply: Reply): unknown;
  frames(prompt: Prompt, reply: Reply, sse: boolean): Iterable<Frame>;
  streamType(sse: boolean): string;
  /** An error in a stream that has started. */
  errorFrame(body: unknown): string | Uint8Array;
  /** Headers that the provider sends with every reply. */
  headers(id: string): Record<string, string>;
}
