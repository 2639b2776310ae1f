import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { AppError } from "@/lib/errors";
import { formatDay } from "@/lib/format";
import { layerLabels } from "@/lib/prices/rules/origin-labels";
import { type ProviderId, providerIdOf, providerIds, providerInfo } from "@/lib/providers/schema";
import { checkModels } from "./populate/check";
import { PopulateError, type ProviderReport, populateModels } from "./populate/models";
import { tableNames } from "./populate/tables";

const usage = `npm run populate -- [--dry-run | --check] [--provider id] [--env name]

Creates the models that LLMModels lacks; never changes a row.
  --dry-run      say what would be created, write nothing
  --check        print the rows that differ from the price catalogs, an admin's included, write nothing;
                 exits 1 if any do
  --provider id  one of ${providerIds.join(", ")}, or an alias
  --env name     the table LLMModels-{name}; else LLM_MODELS_TABLE, else LLMModels-{ENV_NAME or prod}
AWS's own variables choose account, region and endpoint: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL.`;

class UsageError extends Error {}

type Options = {
  mode: "create" | "dry-run" | "check";
  table: string;
  /** The console's own table, which contains the admin's catalog. */
  management: string;
  provider?: ProviderId;
};

/** Command line options take precedence over environment variables. */
function readOptions(): Options | "help" {
  const { values } = parse();
  if (values.help) return "help";
  const provider = values.provider === undefined ? undefined : providerIdOf(values.provider);
  if (provider === null) {
    throw new UsageError(`Nobody is known as provider "${values.provider}".`);
  }
  if (values.check && values["dry-run"]) {
    throw new UsageError("--check writes nothing: leave --dry-run out.");
  }
  const mode = values.check ? "check" : values["dry-run"] ? "dry-run" : "create";
  const { env } = values;
  return {
    mode,
    table: tableOf(env, "LLM_MODELS_TABLE", "models"),
    management: tableOf(env, "MODEL_MANAGEMENT_TABLE", "management"),
    ...(provider && { provider }),
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        "dry-run": { type: "boolean" },
        check: { type: "boolean" },
        provider: { type: "string" },
        env: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function tableOf(
  env: string | undefined,
  variable: "LLM_MODELS_TABLE" | "MODEL_MANAGEMENT_TABLE",
  kind: "models" | "management",
): string {
  const configured = process.env[variable];
  if (env === undefined && configured) return configured;
  const name = env ?? (process.env.ENV_NAME || "prod");
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    throw new UsageError(`"${name}" cannot be an environment: letters, digits, _ . - only.`);
  }
  return tableNames(name)[kind];
}

function printProvider(report: ProviderReport, dryRun: boolean): void {
  const { name } = providerInfo(report.provider);
  const created = `${report.created.length} ${dryRun ? "to create" : "created"}`;
  console.log(`${name}: ${created}, ${report.skipped.length} there already`);
  for (const pk of report.created) {
    const marks = [
      pk === report.default && "default",
      report.unpriced.includes(pk) && "not priced",
    ].filter(Boolean);
    console.log(`  + ${pk}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}`);
  }
}

/** Explains a common AWS setup error and its fix; null for any other error. */
function explainSetupError(error: Error): string | null {
  // Node's network errors carry a code; the SDK's do not.
  const { code } = error as NodeJS.ErrnoException;
  if (error.name === "CredentialsProviderError") {
    return "No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
  }
  if (error.message === "Region is missing") {
    return "No AWS region was found: set AWS_REGION.";
  }
  if (code === "ECONNREFUSED" || code === "ENOTFOUND") {
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB || process.env.AWS_ENDPOINT_URL;
    return `DynamoDB does not answer at ${endpoint ?? "AWS's endpoint"} (${code}).`;
  }
  if (error.name === "AccessDeniedException") return `AWS refused: ${error.message}`;
  return null;
}

/** @returns the exit code */
async function run(options: Options): Promise<number> {
  // Hide the SDK's notice about future Node versions, which is meant for developers.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const deadlines = {
    connectionTimeout: 5_000,
    requestTimeout: 15_000,
    throwOnRequestTimeout: true,
  };
  const dynamodb = new DynamoDBClient({ requestHandler: new NodeHttpHandler(deadlines) });
  try {
    return await (options.mode === "check" ? check : populate)(dynamodb, options);
  } finally {
    dynamodb.destroy();
  }
}

async function populate(
  dynamodb: DynamoDBClient,
  { mode, table, provider }: Options,
): Promise<number> {
  const dryRun = mode === "dry-run";
  const region = await dynamodb.config.region();
  console.log(`Table ${table} in ${region}${dryRun ? ", a dry run: nothing is written" : ""}`);
  const result = await populateModels({
    dynamodb,
    table,
    dryRun,
    now: new Date(),
    onProvider: (report) => printProvider(report, dryRun),
    ...(provider && { provider }),
  });
  const verb = dryRun ? "would be created" : "created";
  console.log(
    `In all ${result.created.length} ${verb}, ${result.skipped.length} there already and left as they are.`,
  );
  if (result.unpriced.length > 0) {
    console.log(`Not priced, for the catalog has no price: ${result.unpriced.join(", ")}`);
  }
  return 0;
}

async function check(
  dynamodb: DynamoDBClient,
  { table, management, provider }: Options,
): Promise<number> {
  const region = await dynamodb.config.region();
  console.log(`Table ${table} in ${region}, compared with the catalogs of its console`);
  // The console's own code reads these. Nobody signs in to this process.
  Object.assign(process.env, {
    AWS_REGION: region,
    MODEL_MANAGEMENT_TABLE: management,
    NEXTAUTH_URL: "http://localhost",
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    LOG_LEVEL: "error",
  });
  const found = await checkModels({
    dynamodb,
    table,
    now: new Date(),
    ...(provider && { provider }),
  });
  const { layers, rows, unlisted, differing } = found;
  for (const { name, as_of } of layers) {
    console.log(`  ${layerLabels[name]} of ${formatDay(as_of)}`);
  }
  for (const { pk, differences } of differing) {
    console.log(`  ${pk}`);
    for (const difference of differences) console.log(`    ${difference}`);
  }
  console.log(`${differing.length} of ${rows} rows differ; no catalog lists ${unlisted}.`);
  return differing.length > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  try {
    const options = readOptions();
    if (options !== "help") return await run(options);
    console.log(usage);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (!(error instanceof Error)) throw error;
    const isOurs = error instanceof PopulateError || error instanceof AppError;
    const message = isOurs ? error.message : explainSetupError(error);
    if (message === null) throw error;
    console.error(message);
    return 1;
  }
}

process.exitCode = await main();
