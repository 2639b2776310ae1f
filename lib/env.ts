import "server-only";
import { createHmac } from "node:crypto";
import * as z from "zod";

const url = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const name = z.string().min(1);
const aMinute = z.coerce.number().int().min(1).max(1_000_000);
/** Treats a variable that is set to an empty string as unset. */
const blankAsUnset = (source: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));

const maxIdleSeconds = 30 * 60;
const maxSessionSeconds = 8 * 60 * 60;

/** Seconds that may be shortened but not extended. */
const integerUpTo = (max: number) =>
  z.coerce.number().int("must be a whole number").min(1).max(max, `must be at most ${max}`);

/** Only "true" and "false", so that a typo is rejected instead of read as false. */
const flag = z
  .enum(["true", "false"], "must be true or false")
  .transform((value) => value === "true");

const algorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"] as const;

const signInVariables = {
  NEXTAUTH_URL: url,
  NEXTAUTH_SECRET: z.string().min(32, "must be at least 32 random characters"),
  LOCAL_ADMIN_TOKEN: z.string().min(8, "must be at least 8 characters").optional(),
  LOCAL_VIEWER_TOKEN: z.string().min(8, "must be at least 8 characters").optional(),
  OIDC_ISSUER: url.optional(),
  OIDC_CLIENT_ID: name.optional(),
  /** If unset, the console is a public client that authenticates with PKCE only. */
  OIDC_CLIENT_SECRET: name.optional(),
  OIDC_SCOPE: name
    .default("openid profile email")
    .refine((scope) => scope.split(" ").includes("openid"), "must contain openid"),
  OIDC_ROLE_CLAIM: name.default("groups"),
  /** Values of the claim, separated by commas. By default nobody is an admin or a viewer. */
  OIDC_ADMIN_VALUES: name.optional(),
  OIDC_VIEWER_VALUES: name.optional(),
  /** How the provider signs its ID tokens. */
  OIDC_ID_TOKEN_ALG: z.enum(algorithms, `must be one of ${algorithms.join(", ")}`).default("RS256"),
  SESSION_IDLE_SECONDS: integerUpTo(maxIdleSeconds).default(maxIdleSeconds),
  SESSION_MAX_SECONDS: integerUpTo(maxSessionSeconds).default(maxSessionSeconds),
};

const region = name.regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "must be a region such as eu-west-1");
/** 255 characters of a table name, minus those of the longest prefix, "ModelManagement-". */
const environmentName = name.regex(
  /^[A-Za-z0-9_.-]{1,239}$/,
  "may have up to 239 letters, digits, _ . - as it ends the names of tables, such as LLMModels-prod",
);
const tableName = name.regex(
  /^([A-Za-z0-9_.-]{3,255}|arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255})$/,
  "must be the name of a table (3 to 255 letters, digits, _ . -) or its ARN",
);
const secretId =
  /^([\w/+=.@!-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]{1,519})$/;
const secretRule = "must be the name of a secret (letters, digits, / _ + = . @ ! -) or its ARN";

const catalogAddressRule =
  "must be genai-prices, s3://bucket/key or an https address without a user name (http on loopback)";

/** The value that means the newest prices of the package `@pydantic/genai-prices`. */
export const genaiPrices = "genai-prices";

function isCatalogAddress(address: string): boolean {
  if (address === genaiPrices) return true;
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  if (protocol === "s3:") return hostname !== "" && pathname.length > 1;
  return protocol === "https:" || (protocol === "http:" && isLoopback(address));
}

const Variables = z
  .object({
    AWS_REGION: region,
    ENV_NAME: environmentName.default("prod"),
    LLM_MODELS_TABLE: tableName.optional(),
    AGENT_REGISTRY_TABLE: tableName.optional(),
    MODEL_MANAGEMENT_TABLE: tableName.optional(),
    TOOL_REGISTRY_TABLE: tableName.optional(),
    LLM_SECRET_ID: name.regex(secretId, secretRule).optional(),
    BEDROCK_REGION: region.optional(),
    RUNTIME_PROVIDERS: name.default("anthropic,openai,google,bedrock,amazon"),
    ...signInVariables,
    /** The account label in the shell. The launchers set it. */
    CONSOLE_LABEL: name.default("Live AWS"),
    /** Where test completions go. */
    OPENAI_BASE_URL: url.default("https://api.openai.com/v1"),
    ANTHROPIC_BASE_URL: url.default("https://api.anthropic.com"),
    GOOGLE_GEMINI_BASE_URL: url.default("https://generativelanguage.googleapis.com"),
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url.optional(),
    XAI_BASE_URL: url.default("https://api.x.ai/v1"),
    DEEPSEEK_BASE_URL: url.default("https://api.deepseek.com"),
    /** Other environments' secrets, read only to find shared keys. */
    COMPARE_SECRET_IDS: name
      .refine((ids) => listed(ids).every((id) => secretId.test(id)), `each ${secretRule}`)
      .optional(),
    /** The age in days from which a key counts as old. */
    KEY_MAX_AGE_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
    /** Whether admins may start and stop agents' runs. */
    ALLOW_RUNS: flag.default(false),
    /** The URL of the admins' price catalog, and how often it is checked. */
    PRICE_CATALOG: z.string().refine(isCatalogAddress, catalogAddressRule).optional(),
    PRICE_CATALOG_SECONDS: z.coerce
      .number()
      .int()
      .min(1)
      .max(7 * 86_400)
      .default(6 * 3_600),
    /** Whether prices are also written under older names, for tools that read only those. */
    WRITE_LEGACY_PRICES: flag.default(false),
    /** Requests per minute, for all copies together: sign-ins by network, the others by person. */
    RATE_LIMIT_SIGN_INS: aMinute.default(300),
    RATE_LIMIT_KEYS: aMinute.default(300),
    RATE_LIMIT_COMPLETIONS: aMinute.default(600),
    RATE_LIMIT_PROBES: aMinute.default(3_000),
    RATE_LIMIT_LISTINGS: aMinute.default(120),
    /**
     * For how many seconds calls of providers use the secret that was read; 0 reads it for each
     * call. A key change on another copy takes effect with this delay.
     */
    KEY_CACHE_SECONDS: z.coerce.number().int().min(0).max(300).default(0),
    /**
     * The number of proxies that add to X-Forwarded-For. The client's entry is that many from its
     * end.
     */
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(1),
    LOG_LEVEL: z.enum(["info", "warn", "error"]).default("info"),
    /**
     * Time from SIGTERM until answers in progress are cut off; less than the platform's own
     * limit.
     */
    SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().min(0).max(900_000).default(110_000),
    /** Days with at most this many tokens are never unusual. */
    USAGE_UNUSUAL_FLOOR_TOKENS: z.coerce.number().int().min(1).default(1_000_000),
    /** An agent counts as failing from this share of failed runs in a day, and from this many runs. */
    RUN_FAILURE_SHARE: z.coerce.number().gt(0).max(1, "must be at most 1").default(0.2),
    RUN_FAILURE_MIN: z.coerce.number().int().min(1).default(5),
    /** The SNS topic that the alarms of budgets and of unusual usage notify. */
    ALARM_TOPIC_ARN: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:.+$/, "must be the ARN of an SNS topic")
      .optional(),
    /** Where an evaluation of the checks posts new and resolved errors. */
    NOTIFY_WEBHOOK_URL: url.optional(),
    COMPLETION_TIMEOUT_MS: z.coerce.number().int().min(1000).max(900_000).default(60_000),
  })
  .superRefine(
    (values, context) => {
      // A missing URL has its own error, so a valid one replaces it here.
      const NEXTAUTH_URL = values.NEXTAUTH_URL ?? "http://localhost";
      const conflicts = [
        ...signInConflicts({ ...values, NEXTAUTH_URL }),
        ...placeConflicts(values),
      ];
      for (const [variable, message] of conflicts) {
        context.addIssue({ code: "custom", path: [variable], message });
      }
    },
    // Runs even after other errors, so that one message lists them all.
    { when: () => true },
  );

type SignInValues = {
  NEXTAUTH_URL: string;
  LOCAL_ADMIN_TOKEN?: string;
  LOCAL_VIEWER_TOKEN?: string;
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
};

/** Conflicts between the sign-in variables: pairs of a variable and a reason. */
function signInConflicts(values: SignInValues): [keyof SignInValues, string][] {
  const { NEXTAUTH_URL, OIDC_ISSUER, OIDC_CLIENT_ID } = values;
  const conflicts: [keyof SignInValues, string][] = [];
  const isPlain = (url: string) => url.startsWith("http:") && !isLoopback(url);
  if (isPlain(NEXTAUTH_URL))
    conflicts.push(["NEXTAUTH_URL", "must be https, unless it is loopback"]);
  for (const token of ["LOCAL_ADMIN_TOKEN", "LOCAL_VIEWER_TOKEN"] as const) {
    if (values[token] && !isLoopback(NEXTAUTH_URL)) {
      conflicts.push([
        token,
        "must not be set where NEXTAUTH_URL is not loopback: use OIDC_ISSUER",
      ]);
    }
  }
  if (OIDC_ISSUER && isPlain(OIDC_ISSUER)) {
    conflicts.push(["OIDC_ISSUER", "must be https, unless it is loopback"]);
  }
  if (OIDC_ISSUER && !OIDC_CLIENT_ID) conflicts.push(["OIDC_CLIENT_ID", "is not set"]);
  if (OIDC_CLIENT_ID && !OIDC_ISSUER) conflicts.push(["OIDC_ISSUER", "is not set"]);
  return conflicts;
}

const tables = [
  "LLM_MODELS_TABLE",
  "AGENT_REGISTRY_TABLE",
  "MODEL_MANAGEMENT_TABLE",
  "TOOL_REGISTRY_TABLE",
] as const;
type Place = (typeof tables)[number] | "LLM_SECRET_ID" | "COMPARE_SECRET_IDS";
type PlaceValues = { AWS_REGION?: string; ENV_NAME?: string } & { [Name in Place]?: string };

/** Conflicts between the tables and secrets: pairs of a variable and a reason. */
function placeConflicts(values: PlaceValues): [Place, string][] {
  const conflicts: [Place, string][] = [];
  const names = resourceNames(values);
  for (const variable of [...tables, "LLM_SECRET_ID", "COMPARE_SECRET_IDS"] as const) {
    const regions = listed(values[variable] ?? "").map(
      (id) => /^arn:[^:]*:[^:]*:([^:]*)/.exec(id)?.[1],
    );
    const isElsewhere = regions.some((region) => region && region !== values.AWS_REGION);
    if (isElsewhere)
      conflicts.push([variable, "names something in another region than AWS_REGION"]);
  }
  tables.forEach((variable, at) => {
    const same = tables.slice(0, at).find((earlier) => names[earlier] === names[variable]);
    if (same) conflicts.push([variable, `is the same table as ${same}`]);
  });
  const own = names.LLM_SECRET_ID;
  if (listed(values.COMPARE_SECRET_IDS ?? "").some((id) => isSameSecret(id, own))) {
    conflicts.push([
      "COMPARE_SECRET_IDS",
      "has the console's own secret, LLM_SECRET_ID: leave it out",
    ]);
  }
  return conflicts;
}

/** A secret's name without the ARN's beginning and the six characters that AWS adds. */
const secretName = (id: string) =>
  id.startsWith("arn:") ? (id.split(":secret:").at(-1) ?? id).replace(/-\w{6}$/, "") : id;
const isSameSecret = (a: string, b: string) => a === b || secretName(a) === secretName(b);

/** Whether a URL, or the Host of a request, is this machine. */
export function isLoopback(url: string): boolean {
  const hostname = URL.canParse(url) ? new URL(url).hostname : "";
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/** The names of the tables and the secret, from their variables or derived from ENV_NAME. */
function resourceNames({ ENV_NAME = "prod", ...values }: PlaceValues) {
  return {
    LLM_MODELS_TABLE: values.LLM_MODELS_TABLE ?? `LLMModels-${ENV_NAME}`,
    AGENT_REGISTRY_TABLE: values.AGENT_REGISTRY_TABLE ?? `AgentRegistry-${ENV_NAME}`,
    MODEL_MANAGEMENT_TABLE: values.MODEL_MANAGEMENT_TABLE ?? `ModelManagement-${ENV_NAME}`,
    TOOL_REGISTRY_TABLE: values.TOOL_REGISTRY_TABLE ?? `ToolRegistry-${ENV_NAME}`,
    LLM_SECRET_ID: values.LLM_SECRET_ID ?? `/ai-agent/llm-secrets/${ENV_NAME}`,
  };
}

/**
 * The variables whose value follows the default's pattern with another environment's name. That may
 * be intended, but a console called "dev" that writes production's keys should say so.
 */
export function otherEnvironments(
  environment: Environment,
): { variable: string; environment: string }[] {
  const forms = resourceNames({ ENV_NAME: "" });
  return (Object.keys(forms) as (keyof typeof forms)[]).flatMap((variable) => {
    const value = secretName(environment[variable]).replace(/^arn:.*:table\//, "");
    const named = value.startsWith(forms[variable]) ? value.slice(forms[variable].length) : "";
    return named && named !== environment.ENV_NAME ? [{ variable, environment: named }] : [];
  });
}

function withDefaults(values: z.infer<typeof Variables>) {
  const region = values.BEDROCK_REGION ?? values.AWS_REGION;
  return Object.freeze({
    ...values,
    ...resourceNames(values),
    BEDROCK_REGION: region,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME:
      values.AWS_ENDPOINT_URL_BEDROCK_RUNTIME ?? `https://bedrock-runtime.${region}.amazonaws.com`,
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

/** What a session is bound to. `address` is the origin of `NEXTAUTH_URL`. */
export function consoleIdentity(): { address: string; environment: string } {
  const { NEXTAUTH_URL, ENV_NAME } = env();
  return { address: new URL(NEXTAUTH_URL).origin, environment: ENV_NAME };
}

/**
 * The secret with which this console signs or seals its own data. It differs between consoles at
 * different addresses or in different environments, even with the same NEXTAUTH_SECRET.
 */
export function consoleSecret(): string {
  const { address, environment } = consoleIdentity();
  const identity = JSON.stringify([address, environment]);
  return createHmac("sha256", env().NEXTAUTH_SECRET).update(identity).digest("base64url");
}

/**
 * The configuration, for the start of a server. If it is invalid, prints the message to standard
 * error and exits with code 1; Next would continue and answer every request with a 500.
 */
export function envOrExit(): Environment {
  try {
    return env();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return process.exit(1);
  }
}
