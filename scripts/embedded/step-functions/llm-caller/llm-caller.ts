import { anySignal } from "../../any-signal";
import type { JsonObject } from "../../json";
import { bedrockRegion, type ProviderUrls, redirected } from "../provider-urls";
import { anthropic } from "./anthropic";
import { bedrock } from "./bedrock";
import { CallerError, requestFailed } from "./caller-error";
import { type CallerEvent, type ProviderConfig, readEvent } from "./event";
import { gemini } from "./gemini";
import { openai } from "./openai";
import type { ReadKey } from "./secret-key";
import type { Answer, Transformer } from "./transformer";
import { wireJson } from "./wire-json";

const transformers: Record<string, Transformer> = {
  openai_v1: openai,
  anthropic_v1: anthropic,
  gemini_v1: gemini,
  bedrock_v1: bedrock,
};

export interface CallerOptions {
  readKey: ReadKey;
  providerUrls: () => ProviderUrls;
}

/** The platform's LLM caller: one POST to the provider of the payload. @throws CallerError */
export async function callLlm(
  payload: unknown,
  options: CallerOptions,
  signal: AbortSignal,
): Promise<JsonObject> {
  const event = readEvent(payload);
  const { provider_config: config } = event;
  const key = await options.readKey(config.secret_path, config.secret_key_name);
  const request = transformerOf(config.request_transformer).request(event);
  const started = performance.now();
  const body = await post(config, key, wireJson(request), options.providerUrls(), signal);
  const answer = transformerOf(config.response_transformer).answer(body);
  return resultOf(event, answer, Math.round(performance.now() - started));
}

function transformerOf(name: string): Transformer {
  const transformer = transformers[name];
  if (!transformer) throw new CallerError(`Transformer not found: ${name}`);
  return transformer;
}

/** Members without a value are left out. */
function resultOf(
  { provider_config }: CallerEvent,
  answer: Answer,
  latency_ms: number,
): JsonObject {
  const { content, rawCalls, calls, stop_reason, usage } = answer;
  return {
    message: {
      role: "assistant",
      content,
      ...(rawCalls.length > 0 && { tool_calls: rawCalls }),
    },
    ...(calls.length > 0 && {
      function_calls: calls.map(({ id, name, input }) => ({ id, name, input })),
    }),
    metadata: {
      model_id: provider_config.model_id,
      provider_id: provider_config.provider_id,
      latency_ms,
      ...(usage && { tokens_used: usage }),
      ...(typeof stop_reason === "string" && { stop_reason }),
    },
  };
}

/** The characters allowed in a header's name (RFC 9110, token). */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Line ends and other control characters can't be sent in a header. */
const notInHeaders = /[^\P{Cc}\t]/u;
const isHeader = ([name, value]: readonly [string, string]) =>
  headerName.test(name) && !notInHeaders.test(value);

async function post(
  config: ProviderConfig,
  key: string,
  body: string,
  urls: ProviderUrls,
  signal: AbortSignal,
): Promise<unknown> {
  const { auth_header_name, auth_header_prefix = "", custom_headers = {} } = config;
  const credential = auth_header_prefix + key;
  const sent = [...Object.entries(custom_headers), [auth_header_name, credential] as const];
  if (!sent.every(isHeader) || !URL.canParse(config.endpoint)) throw requestFailed("builder error");
  const endpoint = new URL(config.endpoint).href;
  const url = redirected(endpoint, urls);
  const unreachable = requestFailed(`error sending request for url (${endpoint})`);
  if (url === null) throw unreachable;
  const region = bedrockRegion(endpoint);
  const headers = {
    "content-type": "application/json",
    ...custom_headers,
    ...transformerOf(config.request_transformer).headers,
    // One simulator stands in for every region.
    ...(region && { "x-simulated-region": region }),
    // Headers are bytes; a key outside Latin-1 is sent in UTF-8.
    [auth_header_name]: Buffer.from(credential).toString("latin1"),
  };
  const expires = anySignal(signal, AbortSignal.timeout(config.timeout * 1000));
  const response = await fetch(url, { method: "POST", headers, body, signal: expires }).catch(
    () => {
      throw unreachable;
    },
  );
  const text = await response.text().catch(() => {
    throw requestFailed("error decoding response body");
  });
  if (!response.ok) {
    const detail = `${config.provider_id} returned ${response.status}: ${text}`;
    throw new CallerError(`Provider API error: ${detail}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw requestFailed("error decoding response body");
  }
}
