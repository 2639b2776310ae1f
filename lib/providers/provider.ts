import type {
  Message,
  RawExchange,
  Tool,
  ToolCall,
  ToolChoice,
  Usage,
} from "@/lib/completions/schema";
import type { ListedModel } from "./schema";

/** One request to one model, in the same form for every provider. */
export type ProviderCall = {
  model_id: string;
  messages: Message[];
  system?: string;
  /**
   * Output limit in tokens. If absent, the provider's own default; for Anthropic, which has none,
   * 16,000 (4,096 for Claude 3).
   */
  max_tokens?: number;
  temperature?: number;
  tools?: Tool[];
  /** Only with tools. If absent, the provider's own default: the model decides. */
  tool_choice?: ToolChoice;
  /**
   * False uses the provider's non-streaming call, which yields at most one delta, then the tool
   * calls and the end.
   */
  stream: boolean;
  /** Whether the end or the failure includes the exchange, without keys. */
  raw?: boolean;
};

/**
 * How an answer ended: `end`, `max_tokens`, `tool_use`, `content_filter`, `stop_sequence`, or the
 * provider's own value for any other reason.
 */
export type StopReason = string;

/** What an adapter yields, in order; the last part is the only `end`. */
export type AnswerPart =
  | { type: "delta"; text: string }
  | { type: "tool_call"; call: ToolCall }
  | { type: "end"; usage: Usage; stop_reason: StopReason };

export type ProviderEvent =
  | Exclude<AnswerPart, { type: "end" }>
  | {
      type: "end";
      usage: Usage;
      stop_reason: StopReason;
      simulated: boolean;
      raw?: RawExchange;
    };

/** Where a provider is reached. Configured only on the server, never by a request. */
export type Connection = {
  baseUrl: string;
  /** The AWS region; only Bedrock uses it. */
  region: string;
  /** Timeout in milliseconds for the entire call, from the first byte sent to the last one read. */
  timeoutMs: number;
};

/** The authentication headers. Nothing else in a request carries an identity. */
export type Identity = (apiKey: string) => Record<string, string>;

/** The transport that an adapter passes to its SDK. See `openTransport`. */
export type Transport = Connection & {
  signal: AbortSignal;
  /** For SDKs that accept a `fetch`. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  identity: Record<string, string>;
  exchange: Exchange;
};

/** The state of a call's HTTP exchange. */
export type Exchange = {
  sent: boolean;
  status: number | null;
  simulated: boolean;
  /** Seconds to wait, from the answer's headers. */
  retryAfter: number | null;
  /** Whether the call requests a streamed answer. */
  isStream: boolean;
  /** Null unless the call requests a recording. */
  recorder: Recorder | null;
};

/** Records one exchange as sent, including keys: see `recording.ts`. */
export type Recorder = {
  sent: (method: string, url: string, headers: Record<string, string>, body: string) => void;
  answered: (status: number, headers: Record<string, string>) => void;
  /** Adds a piece of the answer's body; bytes beyond the limit are dropped. */
  received: (bytes: Uint8Array) => void;
};

/** Implements one provider's protocol with its own SDK. */
export type Adapter = (call: ProviderCall, wire: Transport) => AsyncGenerator<AnswerPart, void>;

/** Reads one provider's complete list of models. */
export type ModelLister = (wire: Transport) => Promise<ListedModel[]>;

/** How to call one provider: adapter, list of models, authentication. */
export type Protocol = {
  adapter: Adapter;
  /** Null if the runtime's key can't list models. */
  models: ModelLister | null;
  identity: Identity;
};

export const bearerIdentity: Identity = (apiKey) => ({ authorization: `Bearer ${apiKey}` });

/** Why a call returned no complete answer, before it is explained. */
export type CallFailure =
  /** The provider's own error, with any status or in the middle of a stream. */
  | { kind: "refused"; status: number | null; tag: string | null; body: string }
  | { kind: "filtered"; message: string | null }
  | { kind: "incomplete" }
  /** A list whose pages do not end. */
  | { kind: "endless" }
  /** Beyond `answerLimits`. */
  | { kind: "too_large" }
  /** Bytes that don't follow the protocol. */
  | { kind: "malformed" }
  | { kind: "network"; code: string | null };

/** Carries a `CallFailure` through an SDK to `exchange`, which explains it. Contains no key. */
export class TransportError extends Error {
  readonly failure: CallFailure;

  constructor(failure: CallFailure) {
    super(`No answer: ${failure.kind}`);
    this.name = "TransportError";
    this.failure = failure;
  }
}
