import type { ProviderId } from "@/lib/providers/schema";

/** What the console knows about a provider apart from its names (docs/contract.md, Providers). */
export type ProviderDetails = {
  /** One line for the provider select: what its models are good for. */
  good_for: string;
  links: Readonly<Record<"keys" | "models" | "prices" | "limits" | "errors" | "status", string>>;
  /**
   * The URL that the agents' runtime calls; {id} is the model's ID, {region} the runtime's Bedrock
   * region.
   */
  endpoint: string;
  /** The variable of `lib/env.ts` with the URL for test completions. */
  base_url_variable: string;
  /** Its ID in @pydantic/genai-prices; null if that package has no prices for it. */
  catalog_id: string | null;
};

/** Separate from the names in `schema.ts`, which every page loads. */
export const providerDetails = {
  openai: {
    good_for:
      "Broad choice: mini models for simple, frequent tasks, large ones for hard reasoning.",
    links: {
      keys: "https://platform.openai.com/api-keys",
      models: "https://platform.openai.com/docs/models",
      prices: "https://openai.com/api/pricing/",
      limits: "https://platform.openai.com/settings/organization/limits",
      errors: "https://platform.openai.com/docs/guides/error-codes",
      status: "https://status.openai.com",
    },
    endpoint: "https://api.openai.com/v1/chat/completions",
    base_url_variable: "OPENAI_BASE_URL",
    catalog_id: "openai",
  },
  anthropic: {
    good_for:
      "Haiku is small and fast, Sonnet for everyday agents with tools, Opus for hard reasoning.",
    links: {
      keys: "https://console.anthropic.com/settings/keys",
      models: "https://docs.anthropic.com/en/docs/about-claude/models/overview",
      prices: "https://www.anthropic.com/pricing#api",
      limits: "https://docs.anthropic.com/en/api/rate-limits",
      errors: "https://docs.anthropic.com/en/api/errors",
      status: "https://status.claude.com",
    },
    endpoint: "https://api.anthropic.com/v1/messages",
    base_url_variable: "ANTHROPIC_BASE_URL",
    catalog_id: "anthropic",
  },
  google: {
    good_for:
      "Flash for cheap, fast work on long inputs, Pro for hard reasoning on very long ones.",
    links: {
      keys: "https://aistudio.google.com/app/apikey",
      models: "https://ai.google.dev/gemini-api/docs/models",
      prices: "https://ai.google.dev/gemini-api/docs/pricing",
      limits: "https://ai.google.dev/gemini-api/docs/rate-limits",
      errors: "https://ai.google.dev/gemini-api/docs/troubleshooting",
      status: "https://aistudio.google.com/status",
    },
    endpoint: "https://generativelanguage.googleapis.com/v1beta/models/{id}:generateContent",
    base_url_variable: "GOOGLE_GEMINI_BASE_URL",
    catalog_id: "google",
  },
  bedrock: {
    good_for:
      "Models inside your AWS account: Nova Micro and Lite are small and fast, Nova Pro and Claude for harder work.",
    links: {
      keys: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
      models: "https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html",
      prices: "https://aws.amazon.com/bedrock/pricing/",
      limits: "https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html",
      errors:
        "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
      status: "https://health.aws.amazon.com/health/status",
    },
    endpoint: "https://bedrock-runtime.{region}.amazonaws.com/model/{id}/converse",
    base_url_variable: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    catalog_id: "aws",
  },
  xai: {
    good_for: "Grok models; mini variants for simple tasks, the large ones for reasoning.",
    links: {
      keys: "https://console.x.ai",
      models: "https://docs.x.ai/docs/models",
      prices: "https://docs.x.ai/docs/models",
      limits: "https://docs.x.ai/docs/consumption-and-rate-limits",
      errors: "https://docs.x.ai/docs/key-information/debugging",
      status: "https://status.x.ai",
    },
    endpoint: "https://api.x.ai/v1/chat/completions",
    base_url_variable: "XAI_BASE_URL",
    catalog_id: "x-ai",
  },
  deepseek: {
    good_for: "Chat for cheap general work, Reasoner for step-by-step reasoning.",
    links: {
      keys: "https://platform.deepseek.com/api_keys",
      models: "https://api-docs.deepseek.com/quick_start/pricing",
      prices: "https://api-docs.deepseek.com/quick_start/pricing",
      limits: "https://api-docs.deepseek.com/quick_start/rate_limit",
      errors: "https://api-docs.deepseek.com/quick_start/error_codes",
      status: "https://status.deepseek.com",
    },
    endpoint: "https://api.deepseek.com/chat/completions",
    base_url_variable: "DEEPSEEK_BASE_URL",
    catalog_id: "deepseek",
  },
} as const satisfies Record<ProviderId, ProviderDetails>;
