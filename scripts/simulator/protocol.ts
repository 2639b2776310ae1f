import type { JsonObject } from "./json";

export const PROVIDERS = ["openai", "anthropic", "google", "bedrock", "xai", "deepseek"] as const;
export type ProviderId = (typeof PROVIDERS)[number];

/** Whether the simulator plays this provider; keys of others must not begin with `sandbox-`. */
export function isSimulated(provider: string): provider is ProviderId {
  return PROVIDERS.some((id) => id === provider);
}

/** Those that speak OpenAI's chat completions. */
export type ChatProvider = Extract<ProviderId, "openai" | "xai" | "deepseek">;

export interface Tool {
  name: string;
  schema: unknown;
}

/** A completion request of any provider, reduced to what a simulated answer depends on. */
export interface Prompt {
  model: string;
  /** Text of the last user message: fail markers and requests for a tool are looked for here. */
  lastUser: string;
  system: string;
  /** Everything that the provider would count as input. */
  inputText: string;
  messages: number;
  /** What can be said of each image of the input. */
  images: string[];
  tools: Tool[];
  toolChoice: "auto" | "none" | "required" | { name: string };
  /** What the tools answered, if the last message brings that: the turn after a tool call. */
  toolResult: string | null;
  /** Limit of output tokens, reasoning included; null if the request sets none. */
  maxTokens: number | null;
  /** The request marks a part of its input for the prompt cache. */
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
  /** Stands for generated tokens: the writer waits before it. */
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

/** Thrown while a request is read; answered as that code's failure with this message in it. */
export class RequestFault extends Error {
  constructor(
    readonly code: string,
    message = "",
    readonly model = "",
  ) {
    super(message);
  }
}

export interface Protocol {
  /** What the request asks for; null if this provider has no such path. `path` has no prefix. */
  operation(method: string, path: string, query: URLSearchParams): Operation | null;
  read(body: JsonObject, operation: Operation & { kind: "complete" }): Prompt;
  whole(prompt: Prompt, reply: Reply): unknown;
  frames(prompt: Prompt, reply: Reply, sse: boolean): Iterable<Frame>;
  streamType(sse: boolean): string;
  /** An error inside a stream that has begun. */
  errorFrame(body: unknown): string | Uint8Array;
  /** Headers that the provider sends with every reply. */
  headers(id: string): Record<string, string>;
}
