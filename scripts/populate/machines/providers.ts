/** An entry of the provider map that a unified machine compiles in. */
export type MappedProvider = {
  /** A JSONata expression; `$model` is the model's id. */
  endpoint: string;
  auth_header_name: string;
  auth_header_prefix?: string;
  secret_key_name: string;
  transformer: string;
};

const bearer = { auth_header_name: "Authorization", auth_header_prefix: "Bearer " };

/** The provider map of the platform's unified machines, for Bedrock in one region. */
export function platformProviders(bedrockRegion: string): Record<string, MappedProvider> {
  const bedrock: MappedProvider = {
    endpoint: `'https://bedrock-runtime.${bedrockRegion}.amazonaws.com/model/' & $model & '/converse'`,
    ...bearer,
    secret_key_name: "AWS_BEARER_TOKEN_BEDROCK",
    transformer: "bedrock_v1",
  };
  return {
    anthropic: {
      endpoint: "'https://api.anthropic.com/v1/messages'",
      auth_header_name: "x-api-key",
      secret_key_name: "ANTHROPIC_API_KEY",
      transformer: "anthropic_v1",
    },
    openai: {
      endpoint: "'https://api.openai.com/v1/chat/completions'",
      ...bearer,
      secret_key_name: "OPENAI_API_KEY",
      transformer: "openai_v1",
    },
    google: {
      endpoint:
        "'https://generativelanguage.googleapis.com/v1beta/models/' & $model & ':generateContent'",
      auth_header_name: "x-goog-api-key",
      secret_key_name: "GEMINI_API_KEY",
      transformer: "gemini_v1",
    },
    bedrock,
    amazon: bedrock,
  };
}
