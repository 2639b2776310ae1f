import { providerDetails } from "@/lib/providers/rules/details";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";
import type { CallerPayload, CallerTool, Transformer } from "@/lib/runtime/schema";

/** The settings that the platform's generator compiles into every unified machine. */
const compiled = { temperature: 0.7, max_tokens: 4096, stream: false } as const;
const timeoutSeconds = 30;

const transformerByProvider: Record<ProviderId, Transformer> = {
  openai: "openai_v1",
  anthropic: "anthropic_v1",
  google: "gemini_v1",
  bedrock: "bedrock_v1",
  xai: "openai_v1",
  deepseek: "openai_v1",
};

const authHeaders: Record<Transformer, { name: string; prefix?: string }> = {
  openai_v1: { name: "Authorization", prefix: "Bearer " },
  anthropic_v1: { name: "x-api-key" },
  gemini_v1: { name: "x-goog-api-key" },
  bedrock_v1: { name: "Authorization", prefix: "Bearer " },
};

type Assumption = {
  /** The provider as the agent's row names it. */
  provider: string;
  provider_id: ProviderId;
  model_id: string;
  system_prompt: string;
  messages: CallerPayload["messages"];
  tools: CallerTool[];
  secret_path: string;
  /** The runtime's Bedrock region. */
  region: string;
};

/** The caller's input from a machine whose definition can't be read, as generated machines build it. */
export function assumedPayload(assumption: Assumption): CallerPayload {
  const { provider, provider_id, model_id, system_prompt, messages, tools } = assumption;
  const transformer = transformerByProvider[provider_id];
  const header = authHeaders[transformer];
  const endpoint = providerDetails[provider_id].endpoint
    .replace("{region}", assumption.region)
    .replace("{id}", () => model_id);
  return {
    provider_config: {
      provider_id: provider,
      model_id,
      endpoint,
      auth_header_name: header.name,
      ...(header.prefix && { auth_header_prefix: header.prefix }),
      secret_path: assumption.secret_path,
      secret_key_name: providerInfo(provider_id).secret_key_name,
      request_transformer: transformer,
      response_transformer: transformer,
      timeout: timeoutSeconds,
    },
    messages: [{ role: "system", content: system_prompt }, ...messages],
    tools,
    ...compiled,
  };
}
