import "server-only";
import * as z from "zod";

const url = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const name = z.string().min(1);
/** An unset variable is often written as an empty one. */
const blankAsUnset = (source: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));

const Variables = z.object({
  AWS_REGION: name.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as eu-west-1"),
  ENV_NAME: name.regex(/^[A-Za-z0-9_.-]+$/, "letters, digits, _ . -").default("prod"),
  LLM_MODELS_TABLE: name.optional(),
  AGENT_REGISTRY_TABLE: name.optional(),
  MODEL_MANAGEMENT_TABLE: name.optional(),
  LLM_SECRET_ID: name.optional(),
  BEDROCK_REGION: name.optional(),
  RUNTIME_PROVIDERS: name.default("anthropic,openai,google,bedrock,amazon"),
  NEXTAUTH_URL: url,
  NEXTAUTH_SECRET: z.string().min(32, "must be at least 32 random characters"),
  LOCAL_ADMIN_TOKEN: z.string().min(8, "must be at least 8 characters").optional(),
  LOCAL_VIEWER_TOKEN: z.string().min(8, "must be at least 8 characters").optional(),
  /** What the shell says of the account: set by the launchers. */
  CONSOLE_LABEL: name.default("Live AWS"),
  OPENAI_BASE_URL: url.default("https://api.openai.com/v1"),
  ANTHROPIC_BASE_URL: url.default("https://api.anthropic.com"),
  GOOGLE_GEMINI_BASE_URL: url.default("https://generativelanguage.googleapis.com"),
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url.optional(),
  XAI_BASE_URL: url.default("https://api.x.ai/v1"),
  DEEPSEEK_BASE_URL: url.default("https://api.deepseek.com"),
  /** Other environments' secrets, to find keys that are shared; read only. */
  COMPARE_SECRET_IDS: name.optional(),
  /** After how many days a key is old. */
  KEY_MAX_AGE_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
  COMPLETION_TIMEOUT_MS: z.coerce.number().int().min(1000).max(900_000).default(60_000),
});

function listed(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function withDefaults(values: z.infer<typeof Variables>) {
  const region = values.BEDROCK_REGION ?? values.AWS_REGION;
  return Object.freeze({
    ...values,
    LLM_MODELS_TABLE: values.LLM_MODELS_TABLE ?? `LLMModels-${values.ENV_NAME}`,
    AGENT_REGISTRY_TABLE: values.AGENT_REGISTRY_TABLE ?? `AgentRegistry-${values.ENV_NAME}`,
    MODEL_MANAGEMENT_TABLE: values.MODEL_MANAGEMENT_TABLE ?? `ModelManagement-${values.ENV_NAME}`,
    LLM_SECRET_ID: values.LLM_SECRET_ID ?? `/ai-agent/llm-secrets/${values.ENV_NAME}`,
    BEDROCK_REGION: region,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME:
      values.AWS_ENDPOINT_URL_BEDROCK_RUNTIME ?? `https://bedrock-runtime.${region}.amazonaws.com`,
    RUNTIME_PROVIDERS: listed(values.RUNTIME_PROVIDERS),
    COMPARE_SECRET_IDS: listed(values.COMPARE_SECRET_IDS ?? ""),
  });
}

export type Environment = ReturnType<typeof withDefaults>;

/**
 * Reads the configuration of CONTRACT §5 with its defaults.
 * @throws Error with one message that lists every variable that is wrong, without its value.
 */
export function readEnvironment(source: NodeJS.ProcessEnv): Environment {
  const parsed = Variables.safeParse(blankAsUnset(source));
  if (parsed.success) return withDefaults(parsed.data);
  const lines = parsed.error.issues.map((issue) => {
    const variable = issue.path.join(".");
    return `  ${variable}: ${variable in blankAsUnset(source) ? issue.message : "is not set"}`;
  });
  throw new Error(`The configuration is not complete:\n${lines.join("\n")}\nSee .env.example.`);
}

let cached: Environment | undefined;

/** The configuration of this process, read once. */
export function env(): Environment {
  cached ??= readEnvironment(process.env);
  return cached;
}
