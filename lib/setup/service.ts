import "server-only";
import { findAccount } from "@/lib/aws/account";
import { env } from "@/lib/env";
import { hasSecret, hasTable } from "./repository";
import type { LookedIn, MissingPart } from "./schema";
import definitions from "./tables.json";

type Part = Omit<MissingPart, "command"> & {
  exists: () => Promise<boolean>;
  command: () => string;
};

const cannotWrite = "Everything can be read; nothing can be changed until it exists.";

function parts(): Part[] {
  const { LLM_MODELS_TABLE, AGENT_REGISTRY_TABLE, MODEL_MANAGEMENT_TABLE, LLM_SECRET_ID } = env();
  const table = (
    resource: "models" | "agents" | "management",
    name: string,
    consequence: string,
  ): Part => ({
    kind: `${resource}_table`,
    name,
    consequence,
    exists: () => hasTable(name),
    command: () => createTableCommand(resource, name),
  });
  return [
    table("models", LLM_MODELS_TABLE, "There are no models to show."),
    table("agents", AGENT_REGISTRY_TABLE, "There are no agents to show."),
    table("management", MODEL_MANAGEMENT_TABLE, cannotWrite),
    {
      kind: "secret",
      name: LLM_SECRET_ID,
      consequence: "No provider has a key, and none can be saved.",
      exists: () => hasSecret(LLM_SECRET_ID),
      command: () => createSecretCommand(LLM_SECRET_ID),
    },
  ];
}

/**
 * How long an existing resource isn't checked again, in milliseconds. Pages and routes have
 * separate caches.
 */
const seenCacheMs = 5_000;
const seenUntil = new Map<string, number>();

/**
 * The resources that the account lacks, with the commands that create them.
 * @param options.force checks again for resources that were found earlier
 */
export async function missingParts({ force = false } = {}): Promise<MissingPart[]> {
  const now = performance.now();
  const unseen = parts().filter(({ name }) => force || (seenUntil.get(name) ?? 0) <= now);
  const exist = await Promise.all(unseen.map((part) => part.exists()));
  unseen.forEach(({ name }, index) => {
    seenUntil.set(name, exist[index] ? now + seenCacheMs : 0);
  });
  return unseen
    .filter((_, index) => !exist[index])
    .map(({ kind, name, consequence, command }) => ({
      kind,
      name,
      consequence,
      command: command(),
    }));
}

/** Where the console looks for its resources. */
export async function readPlace(): Promise<LookedIn> {
  return {
    account: await findAccount(),
    region: env().AWS_REGION,
    names: parts().map(({ name }) => name),
  };
}

/** Milliseconds. Each node of a load balancer polls every few seconds. */
const readyCacheMs = 5_000;
let readyUntil = 0;

/** The kinds of missing resources, checked again unless all existed 5 s ago. */
export async function listMissingKinds(): Promise<MissingPart["kind"][]> {
  if (performance.now() < readyUntil) return [];
  const missing = await missingParts({ force: true });
  if (missing.length === 0) readyUntil = performance.now() + readyCacheMs;
  return missing.map((part) => part.kind);
}

/** The AWS CLI command that creates a table. */
function createTableCommand(kind: keyof typeof definitions, name: string): string {
  const input = { ...definitions[kind], TableName: name, BillingMode: "PAY_PER_REQUEST" };
  return `aws dynamodb create-table --region ${env().AWS_REGION} --cli-input-json '${JSON.stringify(input)}'`;
}

/** The AWS CLI command that creates the secret without any key. */
function createSecretCommand(name: string): string {
  return `aws secretsmanager create-secret --region ${env().AWS_REGION} --name ${name} --secret-string '{}'`;
}
