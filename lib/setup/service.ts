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
 * Milliseconds for which a part that exists isn't looked for again. Pages and routes cache apart.
 */
const seenCacheMs = 5_000;
const seenUntil = new Map<string, number>();

/**
 * What the account lacks, with the command that adds it.
 * @param options.force checks again for parts that were found earlier
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

/** Where the console looks for its parts. */
export async function readPlace(): Promise<LookedIn> {
  return {
    account: await findAccount(),
    region: env().AWS_REGION,
    names: parts().map(({ name }) => name),
  };
}

/** Milliseconds; each node of a load balancer asks every few seconds. */
const readyCacheMs = 5_000;
let readyUntil = 0;

/** The kinds of the parts that are missing, looked for anew unless all were there 5 s ago. */
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

/** The AWS CLI command that creates the secret without a key. */
function createSecretCommand(name: string): string {
  return `aws secretsmanager create-secret --region ${env().AWS_REGION} --name ${name} --secret-string '{}'`;
}
