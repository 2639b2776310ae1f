import "server-only";
import {
  type FoundationModelSummary,
  type InferenceProfileSummary,
  type InferenceProfileType,
  ListFoundationModelsCommand,
  paginateListInferenceProfiles,
} from "@aws-sdk/client-bedrock";
import { bedrockControlPlane } from "@/lib/aws/clients";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import type {
  BedrockBase,
  BedrockCatalog,
  BedrockCatalogResult,
  BedrockProfile,
} from "@/lib/discovery/schema";

/** Keeps preflights fast. AWS adds models and profiles only every few weeks. Milliseconds. */
const cacheMs = 5 * 60_000;
/** Short, because a missing permission is usually added within minutes. */
const failureCacheMs = 15_000;
/** For all pages together, including the SDK's retries. Milliseconds. */
const deadlineMs = 20_000;
const maxPageSize = 1000;

type CacheEntry = { outcome: Promise<BedrockCatalogResult>; until: number; failed: boolean };
const cache = new Map<string, CacheEntry>();

type Options = {
  /** Ignores a cached failure, for a person who pressed "Try again". */
  retryFailure?: boolean;
};

/**
 * Lists Bedrock's models and profiles in a region, from its control plane with the server's own AWS credentials.
 * Cached for five minutes. Never throws: a failure is part of the result.
 * @param signal ends the waiting, not the shared request
 */
export function readBedrockCatalog(
  region: string,
  signal: AbortSignal,
  { retryFailure = false }: Options = {},
): Promise<BedrockCatalogResult> {
  const entry = cache.get(region);
  const isFresh = entry && Date.now() < entry.until && !(entry.failed && retryFailure);
  return withAbort(isFresh ? entry.outcome : startReading(region), region, signal);
}

function startReading(region: string): Promise<BedrockCatalogResult> {
  const entry: CacheEntry = {
    outcome: read(region).then((reading) => {
      entry.failed = reading.state !== "read";
      entry.until = Date.now() + (entry.failed ? failureCacheMs : cacheMs);
      return reading;
    }),
    until: Number.POSITIVE_INFINITY,
    failed: false,
  };
  cache.set(region, entry);
  return entry.outcome;
}

function withAbort(
  outcome: Promise<BedrockCatalogResult>,
  region: string,
  signal: AbortSignal,
): Promise<BedrockCatalogResult> {
  return new Promise((resolve) => {
    const onAbort = () =>
      resolve(unreadable(`AWS did not answer in time with what ${region} offers.`));
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void outcome.then((reading) => {
      signal.removeEventListener("abort", onAbort);
      resolve(reading);
    });
  });
}

async function read(region: string): Promise<BedrockCatalogResult> {
  const abortSignal = AbortSignal.timeout(deadlineMs);
  try {
    const [system, application, models] = await Promise.all([
      listProfiles(region, "SYSTEM_DEFINED", abortSignal),
      listProfiles(region, "APPLICATION", abortSignal),
      bedrockControlPlane(region).send(new ListFoundationModelsCommand({}), { abortSignal }),
    ]);
    const profiles = [...system, ...application].flatMap(toProfile);
    const summaries = models.modelSummaries ?? [];
    // An empty list can't be Bedrock's answer; with it, every profile would look foreign.
    if (summaries.length === 0) return unreadable(`AWS listed no models at all in ${region}.`);
    return { state: "read", catalog: toCatalog(region, summaries, profiles) };
  } catch (error) {
    return failureOf(error, region);
  }
}

async function listProfiles(
  region: string,
  typeEquals: InferenceProfileType,
  abortSignal: AbortSignal,
): Promise<InferenceProfileSummary[]> {
  const profiles: InferenceProfileSummary[] = [];
  const client = bedrockControlPlane(region);
  const pages = paginateListInferenceProfiles(
    { client, pageSize: maxPageSize, stopOnSameToken: true },
    { typeEquals },
    { abortSignal },
  );
  for await (const page of pages) profiles.push(...(page.inferenceProfileSummaries ?? []));
  return profiles;
}

function toCatalog(
  region: string,
  summaries: FoundationModelSummary[],
  profiles: BedrockProfile[],
): BedrockCatalog {
  const behindProfiles = new Set(profiles.flatMap(({ bases }) => bases));
  const bases = summaries.flatMap((summary) => toBase(summary, behindProfiles));
  return { region, as_of: new Date().toISOString(), bases, profiles };
}

function toBase(summary: FoundationModelSummary, behindProfiles: Set<string>): BedrockBase[] {
  const { modelId, modelName, inputModalities, outputModalities, modelLifecycle } = summary;
  if (!modelId) return [];
  // AWS also returns INFERENCE_PROFILE, which the SDK's type lacks.
  const types: string[] = summary.inferenceTypesSupported ?? [];
  const byProfile = types.includes("INFERENCE_PROFILE") || behindProfiles.has(modelId);
  const runs = types.includes("ON_DEMAND") ? "on_demand" : byProfile ? "profile" : "provisioned";
  const endOfLife = modelLifecycle?.endOfLifeTime;
  const lifecycles = { ACTIVE: "active", LEGACY: "legacy" } as const;
  return [
    {
      model_id: modelId,
      display_name: modelName || null,
      runs,
      writes_text: outputModalities?.includes("TEXT") ?? true,
      supports_vision: inputModalities ? inputModalities.includes("IMAGE") : null,
      lifecycle: modelLifecycle?.status ? lifecycles[modelLifecycle.status] : null,
      ...(endOfLife && { retires_on: endOfLife.toISOString().slice(0, 10) }),
    },
  ];
}

function toProfile(summary: InferenceProfileSummary): BedrockProfile[] {
  const { inferenceProfileId, inferenceProfileArn, inferenceProfileName, models } = summary;
  const isApplicationProfile = summary.type === "APPLICATION";
  const model_id = isApplicationProfile ? inferenceProfileArn : inferenceProfileId;
  if (!model_id) return [];
  const arns = (models ?? []).flatMap(({ modelArn }) => modelArn ?? []);
  return [
    {
      model_id,
      display_name: inferenceProfileName || null,
      kind: isApplicationProfile ? "application" : "system",
      bases: [...new Set(arns.map((arn) => arn.slice(arn.indexOf("/") + 1)))],
      regions: new Set(arns.map((arn) => arn.split(":")[3])).size,
      created_at: summary.createdAt?.toISOString() ?? null,
    },
  ];
}

const actions = "bedrock:ListInferenceProfiles and bedrock:ListFoundationModels";

function failureOf(error: unknown, region: string): BedrockCatalogResult {
  if (error instanceof Error && error.name.startsWith("AccessDenied")) {
    return {
      state: "not_allowed",
      cause: `The console's AWS role may not list what Bedrock offers in ${region}.`,
      fix: `Add ${actions} to its policy, on all resources.`,
    };
  }
  const explained = explainAwsFailure(error, onlyRead)?.message;
  return unreadable(explained ?? `AWS did not say what Bedrock offers in ${region}.`);
}

function unreadable(cause: string): BedrockCatalogResult {
  const fix = "Try again. Until then type the ID by hand; it cannot be checked.";
  return { state: "unreadable", cause, fix };
}
