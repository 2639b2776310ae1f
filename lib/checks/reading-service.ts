import "server-only";
import { listAgentsResolvedBy } from "@/lib/agents/service";
import { isUnusual } from "@/lib/budgets/rules/unusual";
import { measureBudgets } from "@/lib/budgets/service";
import { readProviderListings } from "@/lib/discovery/provider-list-service";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { SecretFault } from "@/lib/keys/schema";
import { listProvidersWith, listSharedKeys } from "@/lib/keys/service";
import type { ModelsWithNotes } from "@/lib/models/reference-service";
import {
  createResolverFor,
  listModelReverts,
  listModelsWithNotes,
} from "@/lib/models/reference-service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { readBedrockCatalog } from "@/lib/providers/bedrock-catalog";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { type PermissionReading, readPermissions } from "./permissions-repository";
import type { CheckedModel, Snapshot } from "./rules/snapshot";

/** How long the checks wait for Bedrock's control plane. */
const patienceMs = 5_000;

type Reading = {
  snapshot: Snapshot;
  /** What couldn't be read, as text. */
  unchecked: string[];
};

/** Reads the input of all checks: each table once, page by page. */
export async function readSnapshot(): Promise<Reading> {
  const registered = listModelsWithNotes();
  const agents = registered.then(({ rows, defective }) =>
    listAgentsResolvedBy(createResolverFor(new Set([...rows, ...defective].map(({ pk }) => pk)))),
  );
  const [
    { rows, defective },
    listed,
    catalog,
    bedrock,
    permissions,
    sharing,
    used,
    listings,
    reverts,
  ] = await Promise.all([
    registered,
    agents,
    loadCatalog(),
    readBedrockCatalog(runtimeBedrockRegion(), AbortSignal.timeout(patienceMs)),
    ownPermissions(),
    listSharedKeys(),
    readUsageForChecks(registered),
    readProviderListings(),
    registered.then(({ rows, defective }) => listModelReverts([...rows, ...defective])),
  ]);
  const counts = {
    models: countBy(rows.map(({ provider }) => provider)),
    agents: countBy(listed.flatMap(({ llm_provider }) => llm_provider ?? [])),
  };
  const { providers, foreign_keys, secret_fault } = await listProvidersWith(counts);
  const models = rows.map(({ raw: _, ...row }): CheckedModel => {
    return { ...row, catalog: catalog.price(row.provider, row.model_id) };
  });
  return {
    snapshot: {
      now: Date.now(),
      agents: listed,
      models,
      model_reverts: reverts,
      defective: defective.map(({ pk, reasons }) => ({ pk, reasons })),
      providers,
      foreign_keys,
      shared_keys: sharing.shared,
      runtime_providers: runtimeProviders(),
      bedrock_catalog: bedrock.state === "read" ? bedrock.catalog : null,
      provider_listings: listings,
      key_old_days: env().KEY_MAX_AGE_DAYS,
      usage: used.usage,
      missing_permissions: permissions.missing,
    },
    unchecked: [
      ...used.unchecked,
      ...(bedrock.state === "read" ? [] : [`Bedrock model IDs: ${bedrock.cause} ${bedrock.fix}`]),
      ...describeUndetermined(permissions),
      ...sharing.unreadable.map((id) => `Shared keys: the secret ${id} cannot be read.`),
      ...(secret_fault ? [describeSecretFault(secret_fault)] : []),
    ],
  };
}

function describeSecretFault({ name, kind }: SecretFault): string {
  const what = kind === "deleted" ? "scheduled for deletion" : "no JSON object";
  return `Keys: the secret ${name} is ${what}.`;
}

function countBy(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Permissions change seldom, and each probe is a call of AWS. */
const permissionsCacheMs = 10 * 60_000;
/** Somebody who adds a missing one wants to see it soon. */
const failureCacheMs = 30_000;
let kept: { tried: Promise<PermissionReading>; until: number } | undefined;

function ownPermissions(): Promise<PermissionReading> {
  if (kept && Date.now() < kept.until) return kept.tried;
  const entry = { tried: readPermissions(patienceMs), until: Number.POSITIVE_INFINITY };
  kept = entry;
  entry.tried.then(
    ({ missing, undetermined }) => {
      const isSound = missing.length === 0 && undetermined.length === 0;
      entry.until = Date.now() + (isSound ? permissionsCacheMs : failureCacheMs);
    },
    () => {
      kept = undefined;
    },
  );
  return entry.tried;
}

function describeUndetermined({ undetermined }: PermissionReading): string[] {
  if (undetermined.length === 0) return [];
  const names = [...new Set(undetermined)].join(", ");
  return [`Permissions: AWS did not answer in time whether the role has ${names}.`];
}

/** How long the checks wait for CloudWatch; the read itself continues. */
const usagePatienceMs = 8_000;

type UsageReading = { usage: Snapshot["usage"]; unchecked: string[] };

/**
 * Budgets and usage as the checks need them; a failure affects no other check.
 * @param registered the models, which are read once for all checks
 */
async function readUsageForChecks(registered: Promise<ModelsWithNotes>): Promise<UsageReading> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timedOut = new Promise<UsageReading>((resolve) => {
    const seconds = usagePatienceMs / 1000;
    const late = () => resolve(unreadUsage(`CloudWatch gave no answer within ${seconds} seconds.`));
    timer = setTimeout(late, usagePatienceMs);
  });
  const reading = read(registered).catch((error: unknown) => {
    if (error instanceof AppError) return unreadUsage(error.message);
    throw error;
  });
  return Promise.race([reading, timedOut]).finally(() => clearTimeout(timer));
}

async function read(registered: Promise<ModelsWithNotes>): Promise<UsageReading> {
  const { as_of, stale_because, budgets, days } = await measureBudgets(registered);
  const stale = `Budgets and unusual usage are judged as of ${as_of}: ${stale_because}`;
  return {
    usage: { budgets, unusual: days.filter(isUnusual) },
    unchecked: stale_because === null ? [] : [stale],
  };
}

function unreadUsage(why: string): UsageReading {
  return { usage: null, unchecked: [`Budgets and unusual usage: ${why}`] };
}
