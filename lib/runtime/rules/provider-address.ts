import type { CallerPayload, Transformer } from "@/lib/runtime/schema";
import { readCallerAnswer } from "./caller-answer";
import { transformerOf } from "./caller-request";

/** An API at its provider's own URL (docs/contract.md, Providers), and how it answers. */
type Api = {
  name: string;
  host: RegExp;
  format: Transformer;
  /** The smallest answer that it returns. */
  answer: unknown;
  /**
   * Paths outside of this pattern get `notFound`. Other existing paths of the provider aren't
   * judged.
   */
  paths: RegExp;
  /** The headers that may carry the key, by name, with the text before the key. */
  headers: Readonly<Record<string, string>>;
  notFound: Answer;
  /** The status without a key, or with the key in another header. xAI's is unverified. */
  noKey: number;
};
type Answer = { status: number; body: string };

const notFound: Answer = { status: 404, body: "…" };
const chat = { format: "openai_v1", answer: { choices: [{ message: {} }] }, notFound } as const;
const chatPaths = /^\/v1\/(chat\/completions|responses|completions|messages)$/;
const bearer = { headers: { authorization: "Bearer " } };

const ownApis: readonly Api[] = [
  {
    name: "OpenAI",
    host: /^api\.openai\.com$/,
    paths: chatPaths,
    ...chat,
    ...bearer,
    noKey: 401,
  },
  { name: "xAI", host: /^api\.x\.ai$/, paths: chatPaths, ...chat, ...bearer, noKey: 401 },
  {
    name: "DeepSeek",
    host: /^api\.deepseek\.com$/,
    paths: /^(\/v1|\/beta)?\/(chat\/completions|completions)$|^\/anthropic\//,
    ...chat,
    ...bearer,
    noKey: 401,
  },
  {
    name: "Anthropic",
    host: /^api\.anthropic\.com$/,
    format: "anthropic_v1",
    answer: { content: [] },
    paths: /^\/v1\/(messages|complete|chat\/completions)$/,
    notFound,
    // Anthropic's own SDK uses the second one.
    headers: { "x-api-key": "", authorization: "Bearer " },
    noKey: 401,
  },
  {
    name: "Google",
    host: /^generativelanguage\.googleapis\.com$/,
    format: "gemini_v1",
    answer: { candidates: [{ content: { parts: [] } }] },
    paths: /^\/v1(beta|alpha)?\/(models\/[^/]+:\w+|openai\/.*)$/,
    notFound,
    headers: { "x-goog-api-key": "" },
    noKey: 403,
  },
  {
    name: "Amazon Bedrock",
    host: /^bedrock-runtime[a-z0-9.-]*\.amazonaws\.com$/,
    format: "bedrock_v1",
    answer: { output: { message: {} } },
    paths: /^\/model\/.+\/(converse|converse-stream|invoke)$/,
    // Seen in public issues: an unknown URL doesn't lead to an HTTP error there.
    notFound: {
      status: 200,
      body: '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}',
    },
    ...bearer,
    noKey: 403,
  },
];

export type AddressProblem = {
  /** The caller's error. */
  errorMessage: string;
  detail: string;
  fix: string;
};

/**
 * Why a provider's own API refuses every call with the map's URL or auth header. Null if it
 * doesn't, and for other hosts, about which nothing is known.
 */
export function addressProblem({ provider_config }: CallerPayload): AddressProblem | null {
  const { endpoint, provider_id, response_transformer } = provider_config;
  const api = apiAt(endpoint);
  const transformer = transformerOf(response_transformer);
  if (!api || !transformer) return null;
  const url = new URL(endpoint);
  const refused = (answer: Answer): string => {
    const reading = readCallerAnswer(transformer, { provider_id, ...answer });
    return reading.understood ? "" : reading.errorMessage;
  };
  if (!api.paths.test(url.pathname)) {
    return {
      errorMessage: refused(api.notFound),
      detail: `${api.name} has no API at ${url.pathname}.`,
      fix: "Deploy the agent with the provider's own address.",
    };
  }
  if (url.searchParams.has("key") || sendsKey(provider_config, api)) return null;
  const { auth_header_name, auth_header_prefix } = provider_config;
  const sent = `${auth_header_name}: ${auth_header_prefix ?? ""}…`;
  const [[header, prefix] = []] = Object.entries(api.headers);
  return {
    errorMessage: refused({ status: api.noKey, body: "…" }),
    detail: `${api.name} takes its key as ${header}: ${prefix}…, and the machine sends ${sent}`,
    fix: "Deploy the agent with the provider's own auth header.",
  };
}

/** The API at a provider's own URL; undefined for any other URL. */
export function apiAt(endpoint: string): Api | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const { protocol, hostname } = new URL(endpoint);
  return ownApis.find(({ host }) => protocol === "https:" && host.test(hostname));
}

function sendsKey(
  { auth_header_name, auth_header_prefix, custom_headers }: CallerPayload["provider_config"],
  { headers }: Api,
): boolean {
  const prefix = headers[auth_header_name.toLowerCase()];
  if (prefix?.toLowerCase() === (auth_header_prefix ?? "").toLowerCase()) return true;
  // A fixed header may contain its own key.
  return Object.keys(custom_headers ?? {}).some((name) => name.toLowerCase() in headers);
}
