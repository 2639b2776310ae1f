import "server-only";
import * as z from "zod";
import { signInConflicts, signInVariables } from "@/lib/auth/settings";
import { providerRows } from "@/lib/providers/providers";

const url = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const name = z.string().min(1);
const aMinute = z.coerce.number().int().min(1).max(1_000_000);
/** An unset variable is often written as an empty one. */
const blankAsUnset = (source: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));

type BaseUrl = (typeof providerRows)[number]["base_url"]["variable"];
const baseUrlVariables = Object.fromEntries(
  providerRows.map(({ base_url }) => [base_url.variable, url.optional()]),
) as Record<BaseUrl, z.ZodOptional<typeof url>>; // One entry for each row.

const Variables = z
  .object({
    AWS_REGION: name.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as eu-west-1"),
    ENV_NAME: name.regex(/^[A-Za-z0-9_.-]+$/, "letters, digits, _ . -").default("prod"),
    LLM_MODELS_TABLE: name.optional(),
    AGENT_REGISTRY_TABLE: name.optional(),
    MODEL_MANAGEMENT_TABLE: name.optional(),
    LLM_SECRET_ID: name.optional(),
    BEDROCK_REGION: name.optional(),
    RUNTIME_PROVIDERS: name.default("anthropic,openai,google,bedrock,amazon"),
    ...signInVariables,
    /** What the shell says of the account: set by the launchers. */
    CONSOLE_LABEL: name.default("Live AWS"),
    ...baseUrlVariables,
    /** Other environments' secrets, to find keys that are shared; read only. */
    COMPARE_SECRET_IDS: name.optional(),
    /** After how many days a key is old. */
    KEY_MAX_AGE_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
    /** Requests a minute: sign-ins by address, the others by person, for all copies together. */
    RATE_LIMIT_SIGN_INS: aMinute.default(300),
    RATE_LIMIT_KEYS: aMinute.default(300),
    RATE_LIMIT_COMPLETIONS: aMinute.default(600),
    RATE_LIMIT_PROBES: aMinute.default(3_000),
    /** How many proxies in front write X-Forwarded-For: the client is so many entries from its end. */
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(1),
    LOG_LEVEL: z.enum(["info", "warn", "error"]).default("info"),
    /** After SIGTERM, until answers under way are cut off; less than the platform's own limit. */
    SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().min(0).max(900_000).default(110_000),
    /** Up to so many tokens a day nothing is unusual. */
    USAGE_UNUSUAL_FLOOR_TOKENS: z.coerce.number().int().min(1).default(1_000_000),
    /** The SNS topic that the alarms of budgets and of unusual usage tell. */
    ALARM_TOPIC_ARN: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:.+$/, "must be the ARN of an SNS topic")
      .optional(),
    COMPLETION_TIMEOUT_MS: z.coerce.number().int().min(1000).max(900_000).default(60_000),
  })
  .superRefine(
    (values, context) => {
      // Not there when it is not set: nothing is said against an address that is still to come.
      const NEXTAUTH_URL = values.NEXTAUTH_URL ?? "http://localhost";
      for (const [variable, message] of signInConflicts({ ...values, NEXTAUTH_URL })) {
        context.addIssue({ code: "custom", path: [variable], message });
      }
    },
    // Also after other faults: one message lists them all.
    { when: () => true },
  );

function listed(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function baseUrls(values: z.infer<typeof Variables>, region: string): Record<BaseUrl, string> {
  const entries = providerRows.map(({ base_url: { variable, fallback } }) => [
    variable,
    values[variable] ?? fallback.replace("{region}", region),
  ]);
  return Object.fromEntries(entries) as Record<BaseUrl, string>; // One entry for each row.
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
    ...baseUrls(values, region),
    RUNTIME_PROVIDERS: listed(values.RUNTIME_PROVIDERS),
    OIDC_ADMIN_VALUES: listed(values.OIDC_ADMIN_VALUES ?? ""),
    OIDC_VIEWER_VALUES: listed(values.OIDC_VIEWER_VALUES ?? ""),
    COMPARE_SECRET_IDS: listed(values.COMPARE_SECRET_IDS ?? ""),
  });
}

export type Environment = ReturnType<typeof withDefaults>;

/**
 * Reads the configuration (docs/configuration.md) with its defaults.
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

/**
 * The configuration, for the start of a server. When it is wrong, its one message goes to standard
 * error and the process ends with code 1; Next would go on and answer every request with a 500.
 */
export function envOrExit(): Environment {
  try {
    return env();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return process.exit(1);
  }
}
