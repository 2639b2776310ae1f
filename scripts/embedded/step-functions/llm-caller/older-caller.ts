import { isJsonObject, type JsonObject } from "../../json";
import { missingField } from "./caller-error";
import type { ProviderConfig } from "./event";
import { type CallerOptions, callLlm } from "./llm-caller";

type Fixed = Pick<
  ProviderConfig,
  "provider_id" | "auth_header_name" | "auth_header_prefix" | "secret_key_name"
> & { endpoint: (model: string) => string; transformer: string };

const bearer = { auth_header_name: "Authorization", auth_header_prefix: "Bearer " };

const openai: Fixed = {
  provider_id: "openai",
  endpoint: () => "https://api.openai.com/v1/chat/completions",
  ...bearer,
  secret_key_name: "OPENAI_API_KEY",
  transformer: "openai_v1",
};

/** The provider of each older caller, recognized by a word in its function's name. */
const fixed: [RegExp, Fixed][] = [
  [
    /bedrock|nova|amazon/i,
    {
      provider_id: "bedrock",
      endpoint: (model) =>
        `https://bedrock-runtime.eu-west-1.amazonaws.com/model/${model}/converse`,
      ...bearer,
      secret_key_name: "AWS_BEARER_TOKEN_BEDROCK",
      transformer: "bedrock_v1",
    },
  ],
  [
    /claude|anthropic/i,
    {
      provider_id: "anthropic",
      endpoint: () => "https://api.anthropic.com/v1/messages",
      auth_header_name: "x-api-key",
      secret_key_name: "ANTHROPIC_API_KEY",
      transformer: "anthropic_v1",
    },
  ],
  [
    /gemini|google/i,
    {
      provider_id: "google",
      endpoint: (model) =>
        `https://generativelanguage.googleapis.com/v1beta/models/${model}:generateContent`,
      auth_header_name: "x-goog-api-key",
      secret_key_name: "GEMINI_API_KEY",
      transformer: "gemini_v1",
    },
  ],
  [
    /grok|xai/i,
    {
      provider_id: "xai",
      endpoint: () => "https://api.x.ai/v1/chat/completions",
      ...bearer,
      secret_key_name: "XAI_API_KEY",
      transformer: "openai_v1",
    },
  ],
  [/openai|gpt/i, openai],
  [
    /deepseek/i,
    {
      provider_id: "deepseek",
      endpoint: () => "https://api.deepseek.com/chat/completions",
      ...bearer,
      secret_key_name: "DEEPSEEK_API_KEY",
      transformer: "openai_v1",
    },
  ],
];
/**
 * An older agent's caller: its provider is fixed by the function, its model comes with the payload.
 * @throws CallerError
 */
export async function callOlder(
  functionName: string,
  payload: unknown,
  secretPath: string,
  options: CallerOptions,
  signal: AbortSignal,
): Promise<JsonObject> {
  const { system, messages, tools, model_id } = isJsonObject(payload) ? payload : {};
  if (typeof model_id !== "string") throw missingField("model_id");
  const provider = providerOf(functionName) ?? providerOf(model_id) ?? openai;
  const { endpoint, transformer, ...config } = provider;
  const event = {
    provider_config: {
      ...config,
      endpoint: endpoint(model_id),
      model_id,
      secret_path: secretPath,
      request_transformer: transformer,
      response_transformer: transformer,
      timeout: 30,
    },
    messages: [
      ...(typeof system === "string" ? [{ role: "system", content: system }] : []),
      ...(Array.isArray(messages) ? messages : []),
    ],
    tools,
    temperature: 0.7,
    max_tokens: 4096,
    stream: false,
  };
  return callLlm(event, options, signal);
}

/** The provider in a name: the function's name, otherwise the model's. */
function providerOf(name: string): Fixed | undefined {
  return fixed.find(([word]) => word.test(name))?.[1];
}
