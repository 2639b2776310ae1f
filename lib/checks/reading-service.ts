import "server-only";
import type { AgentRun } from "@/lib/agents/rules/agent-run";
import type { DeployedAgent } from "@/lib/agents/runtime-service";
import { listCheckedAgents } from "@/lib/agents/service";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { isUnusual } from "@/lib/budgets/rules/unusual";
import { measureBudgets } from "@/lib/budgets/service";
import { readProviderListings } from "@/lib/discovery/provider-list-service";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { pluralize } from "@/lib/format";
import type { SecretFault } from "@/lib/keys/schema";
import { listProvidersWith, listSharedKeys, listUnsendableKeys } from "@/lib/keys/service";
import type { ModelsWithNotes } from "@/lib/models/reference-service";
import {
  createResolverFor,
  listModelReverts,
  listModelsWithNotes,
} from "@/lib/models/reference-service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { readBedrockCatalog } from "@/lib/providers/bedrock-catalog";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { findFailingAgents } from "@/lib/run-health/failing-service";
import { missingPermissions, readRefusals } from "./refusals-repository";
import type { CheckedModel, Snapshot } from "./rules/snapshot";

/** How long the checks wait for Bedrock's control plane, in milliseconds. */
const catalogTimeoutMs = 5_000;

type Reading = {
  snapshot: Snapshot;
  /** A text for each part that couldn't be read. */
  unchecked: string[];
};

/**
 * Reads the input of all checks: each table once, page by page. A part that can't be read affects
 * only its own checks.
 * @param timeoutMs how long to wait for CloudWatch and the runs of failing agents
 */
export async function readSnapshot(timeoutMs = usageTimeoutMs): Promise<Reading> {
  const { LLM_MODELS_TABLE, AGENT_REGISTRY_TABLE, LLM_SECRET_ID, MODEL_MANAGEMENT_TABLE } = env();
  await readRefusals();
  const registered = listModelsWithNotes();
  const agents = registered
    .catch((): ModelsWithNotes => ({ rows: [], defective: [] }))
    .then(({ rows, defective }) => {
      const pks = [...rows, ...defective].map(({ pk }) => pk);
      return listCheckedAgents(createResolverFor(new Set(pks)), rows);
    });
  const [models, listed, catalog, bedrock, sharing, used, listings, reverts, failing] =
    await Promise.all([
      part("Models", LLM_MODELS_TABLE, registered, { rows: [], defective: [] }),
      part("Agents", AGENT_REGISTRY_TABLE, agents, noAgents),
      loadCatalog(),
      readBedrockCatalog(runtimeBedrockRegion(), AbortSignal.timeout(catalogTimeoutMs)),
      part("Shared keys", LLM_SECRET_ID, listSharedKeys(), { shared: [], unreadable: [] }),
      readUsageForChecks(registered, timeoutMs),
      part("Lists of the providers", MODEL_MANAGEMENT_TABLE, readProviderListings(), new Map()),
      part(
        "Reverted models",
        MODEL_MANAGEMENT_TABLE,
        registered.then(({ rows, defective }) => listModelReverts([...rows, ...defective])),
        [],
      ),
      readFailingForChecks(agents, timeoutMs),
    ]);
  const counts = {
    models: countBy(models.value.rows.map(({ provider }) => provider)),
    agents: listed.failure
      ? null
      : countBy(listed.value.agents.flatMap(({ llm_provider }) => llm_provider ?? [])),
  };
  const keys = await part("Keys", LLM_SECRET_ID, readKeys(counts), noKeys);
  const { providers, foreign_keys, unsendable_keys, secret_fault } = keys.value;
  const checked = models.value.rows.map(({ raw: _, ...row }): CheckedModel => {
    const { provider, model_id } = row;
    const coming = catalog.coming(provider, model_id);
    const catalog_lifecycle = catalog.lifecycle(provider, model_id);
    return { ...row, catalog: catalog.price(provider, model_id), coming, catalog_lifecycle };
  });
  return {
    snapshot: {
      now: Date.now(),
      agents: listed.value.agents,
      runs: listed.value.runs,
      aliases_that_work: listed.value.aliases_that_work,
      models: checked,
      catalogs: catalog.layers,
      defective: models.value.defective.map(({ pk, reasons }) => ({ pk, reasons })),
      model_reverts: reverts.value,
      providers,
      foreign_keys,
      unsendable_keys: new Set(unsendable_keys),
      shared_keys: sharing.value.shared,
      runtime_providers: runtimeProviders(),
      bedrock_catalog: bedrock.state === "read" ? bedrock.catalog : null,
      provider_listings: listings.value,
      key_old_days: env().KEY_MAX_AGE_DAYS,
      usage: used.usage,
      failing: failing.failing,
      missing_permissions: missingPermissions(),
      unread: { models: models.failure !== null, agents: listed.failure !== null },
    },
    unchecked: [
      ...[models, listed, keys, sharing, listings].flatMap(({ failure }) => failure ?? []),
      ...(!models.failure && reverts.failure ? [reverts.failure] : []),
      ...used.unchecked,
      ...failing.unchecked,
      ...(listed.value.not_read > 0
        ? [
            `State machines: ${pluralize(listed.value.not_read, "definition")} could not be read in this round; those agents are judged by the configuration.`,
          ]
        : []),
      ...(bedrock.state === "read" ? [] : [`Bedrock model IDs: ${bedrock.cause} ${bedrock.fix}`]),
      ...sharing.value.unreadable.map((id) => `Shared keys: the secret ${id} cannot be read.`),
      ...(secret_fault ? [describeSecretFault(secret_fault)] : []),
    ],
  };
}

const noAgents = {
  agents: [],
  deployed: [],
  runs: new Map<string, AgentRun>(),
  aliases_that_work: new Set<string>(),
  not_read: 0,
};
const noKeys = { providers: [], foreign_keys: [], unsendable_keys: [], secret_fault: null };

async function readKeys(counts: Parameters<typeof listProvidersWith>[0]) {
  const [listed, unsendable_keys] = await Promise.all([
    listProvidersWith(counts),
    listUnsendableKeys(),
  ]);
  return { ...listed, unsendable_keys };
}

type Part<T> = { value: T; failure: string | null };

/**
 * A part of the snapshot; the fallback with the reason if it can't be read. @param name of the
 * table or secret
 */
export async function part<T, Fallback>(
  label: string,
  name: string,
  reading: Promise<T>,
  fallback: Fallback,
): Promise<Part<T | Fallback>> {
  try {
    return { value: await reading, failure: null };
  } catch (error) {
    const explained = error instanceof AppError ? error : explainAwsFailure(error, onlyRead);
    if (!explained) throw error;
    const isMissing = explained.code === "setup_incomplete";
    const why = isMissing
      ? `${name} does not exist in this account and region (${env().AWS_REGION}).`
      : explained.message;
    return { value: fallback, failure: `${label}: ${why}` };
  }
}

function describeSecretFault({ name, kind }: SecretFault): string {
  const problem = kind === "deleted" ? "scheduled for deletion" : "no JSON object";
  return `Keys: the secret ${name} is ${problem}.`;
}

function countBy(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** How long the checks wait for CloudWatch, in milliseconds. The read itself continues. */
const usageTimeoutMs = 8_000;

type UsageReading = { usage: Snapshot["usage"]; unchecked: string[] };

/**
 * Budgets and usage as the checks need them; a failure affects no other check.
 * @param registered the models, which are read once for all checks
 */
async function readUsageForChecks(
  registered: Promise<ModelsWithNotes>,
  timeoutMs: number,
): Promise<UsageReading> {
  const reading = read(registered).catch((error: unknown) => unreadUsage(reasonOf(error)));
  return within(timeoutMs, reading, unreadUsage);
}

/** The result, or a substitute if it takes too long. */
async function within<T>(
  ms: number,
  reading: Promise<T>,
  onTimeout: (why: string) => T,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timedOut = new Promise<T>((resolve) => {
    const why = `CloudWatch gave no answer within ${ms / 1000} seconds.`;
    timer = setTimeout(() => resolve(onTimeout(why)), ms);
  });
  return Promise.race([reading, timedOut]).finally(() => clearTimeout(timer));
}

function reasonOf(error: unknown): string {
  const explained = error instanceof AppError ? error : explainAwsFailure(error, onlyRead);
  if (!explained) throw error;
  return explained.message;
}

type FailingReading = Awaited<ReturnType<typeof findFailingAgents>>;

/** Failing agents; a failure affects no other check, and other checks report unreadable agents. */
function readFailingForChecks(
  agents: ReturnType<typeof listCheckedAgents>,
  timeoutMs: number,
): Promise<FailingReading> {
  const unread = (why: string) => ({ failing: [], unchecked: [`Failing runs: ${why}`] });
  const rows = agents.then(({ deployed }) => deployed).catch((): DeployedAgent[] => []);
  const reading = rows
    .then((deployed) => findFailingAgents(deployed, performance.now() + timeoutMs / 2))
    .catch((error: unknown) => unread(reasonOf(error)));
  return within(timeoutMs, reading, unread);
}

async function read(registered: Promise<ModelsWithNotes>): Promise<UsageReading> {
  const { as_of, stale_because, budgets, days, spent } = await measureBudgets(registered);
  const stale = `Budgets and unusual usage are judged as of ${as_of}: ${stale_because}`;
  return {
    usage: { budgets, unusual: days.filter(isUnusual), spent },
    unchecked: stale_because === null ? [] : [stale],
  };
}

function unreadUsage(why: string): UsageReading {
  return { usage: null, unchecked: [`Budgets and unusual usage: ${why}`] };
}
