import type {
  Message,
  RawExchange,
  Tool,
  ToolCall,
  ToolChoice,
  Usage,
} from "@/lib/completions/schema";
import type { ListedModel } from "./schema";

/** One question to one model, in our own vocabulary. */
export type ProviderCall = {
  model_id: string;
  messages: Message[];
  system?: string;
  /** Most output tokens; the provider's own default when absent (1024 for Anthropic, which has none). */
  max_tokens?: number;
  temperature?: number;
  tools?: Tool[];
  /** Only with tools; the provider's own default (the model decides) when absent. */
  tool_choice?: ToolChoice;
  /** False uses the provider's non-streaming call: at most one delta, then the tool calls and the end. */
  stream: boolean;
  /** Whether the end or the failure carries the exchange, keys removed. */
  raw?: boolean;
};

/**
 * How an answer ended: `end`, `max_tokens`, `tool_use`, `content_filter`, `stop_sequence`, or the
 * provider's own word when it is none of these.
 */
export type StopReason = string;

/** What an adapter yields, in order; exactly one `end`, and it is the last. */
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

/** Where a provider is reached. Configured on the server only; no request can carry one. */
export type Connection = {
  baseUrl: string;
  /** The AWS region; of no interest outside Bedrock. */
  region: string;
  /** Milliseconds for the whole call, from the first byte sent to the last one read. */
  timeoutMs: number;
};

/** The headers that say who calls; nothing else on the wire carries an identity. */
export type Identity = (apiKey: string) => Record<string, string>;

/** The transport that an adapter hands to its SDK. See `openWire`. */
export type Transport = Connection & {
  signal: AbortSignal;
  /** For SDKs that take a `fetch`. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  identity: Record<string, string>;
  exchange: Exchange;
};

/** What is known of the one HTTP exchange of a call. */
export type Exchange = {
  sent: boolean;
  status: number | null;
  simulated: boolean;
  /** Takes the exchange down where it was asked for. */
  recorder: Recorder | null;
};

/** Takes one exchange down as it goes over the wire, keys and all: see `recording.ts`. */
export type Recorder = {
  sent: (method: string, url: string, headers: Record<string, string>, body: string) => void;
  answered: (status: number, headers: Record<string, string>) => void;
  /** More of the answer's body; what is beyond the limit is dropped. */
  received: (bytes: Uint8Array) => void;
};

/** Speaks one provider's protocol through its own SDK. */
export type Adapter = (call: ProviderCall, wire: Transport) => AsyncGenerator<AnswerPart, void>;

/** Reads one provider's whole list of models. */
export type ModelLister = (wire: Transport) => Promise<ListedModel[]>;

/** How to call one provider: adapter, list of models, authentication. */
export type Protocol = {
  adapter: Adapter;
  /** Null where the list is not to be had with the callers' key. */
  models: ModelLister | null;
  identity: Identity;
};

export const bearerIdentity: Identity = (apiKey) => ({ authorization: `Bearer ${apiKey}` });

/** Why a call gave no (complete) answer, before it is explained. */
export type CallFailure =
  /** An error in the provider's own words, under any status, or in the middle of a stream. */
  | { kind: "refused"; status: number | null; tag: string | null; body: string }
  | { kind: "filtered"; message: string | null }
  | { kind: "incomplete" }
  /** A list whose pages do not end. */
  | { kind: "endless" }
  | { kind: "network"; code: string | null };

/** Carries a `Trouble` through an SDK up to `complete`, which explains it. Holds no key. */
export class TransportError extends Error {
  readonly trouble: CallFailure;

  constructor(failure: CallFailure) {
    super(`No answer: ${failure.kind}`);
    this.name = "WireError";
    this.trouble = failure;
  }
}
