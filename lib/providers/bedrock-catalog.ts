import "server-only";
import {
  type FoundationModelSummary,
  type InferenceProfileSummary,
  type InferenceProfileType,
  ListFoundationModelsCommand,
  paginateListInferenceProfiles,
} from "@aws-sdk/client-bedrock";
import { bedrockControlPlane } from "@/lib/aws/clients";
import { explainAwsFailure } from "@/lib/aws/failures";
import type {
  BedrockBase,
  BedrockCatalog,
  BedrockCatalogResult,
  BedrockProfile,
} from "@/lib/discovery/schema";

/**
 * AWS adds models and profiles every few weeks, while each switch of an agent asks for the list: a
 * copy of five minutes makes preflights fast and costs nobody more than those minutes.
 */
const keptMs = 5 * 60_000;
/** A missing permission is put right within minutes, and each screen that needs the list asks. */
const failureCacheMs = 15_000;
/** For all pages together, with the SDK's own attempts. */
const deadlineMs = 20_000;
const maxPageSize = 1000;

type Kept = { outcome: Promise<BedrockCatalogResult>; until: number; failed: boolean };
const kept = new Map<string, Kept>();

type Options = {
  /** Does not take a failure that is kept: somebody asks to try again. */
  retryFailure?: boolean;
};

/**
 * What Bedrock offers in a region, by its control plane and the server's own AWS credentials. Shared
 * by everyone who asks within five minutes. Never throws: what could not be read is told.
 * @param signal ends the waiting, not the reading that others share
 */
export function readBedrockCatalog(
  region: string,
  signal: AbortSignal,
  { retryFailure = false }: Options = {},
): Promise<BedrockCatalogResult> {
  const known = kept.get(region);
  const isFresh = known && Date.now() < known.until && !(known.failed && retryFailure);
  return withAbort(isFresh ? known.outcome : startReading(region), region, signal);
}

function startReading(region: string): Promise<BedrockCatalogResult> {
  const entry: Kept = {
    outcome: read(region).then((reading) => {
      entry.failed = reading.state !== "read";
      entry.until = Date.now() + (entry.failed ? failureCacheMs : keptMs);
      return reading;
    }),
    until: Number.POSITIVE_INFINITY,
    failed: false,
  };
  kept.set(region, entry);
  return entry.outcome;
}

function withAbort(
  outcome: Promise<BedrockCatalogResult>,
  region: string,
  signal: AbortSignal,
): Promise<BedrockCatalogResult> {
  return new Promise((resolve) => {
    const giveUp = () =>
      resolve(unreadable(`AWS did not answer in time with what ${region} offers.`));
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    void outcome.then((reading) => {
      signal.removeEventListener("abort", giveUp);
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
    // Whatever answered so was no Bedrock: by an empty list every profile would be a foreign one.
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
  const found: InferenceProfileSummary[] = [];
  const client = bedrockControlPlane(region);
  const pages = paginateListInferenceProfiles(
    { client, pageSize: maxPageSize, stopOnSameToken: true },
    { typeEquals },
    { abortSignal },
  );
  for await (const page of pages) found.push(...(page.inferenceProfileSummaries ?? []));
  return found;
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
  // AWS answers INFERENCE_PROFILE too, which the SDK's own list of values lacks.
  const types: string[] = summary.inferenceTypesSupported ?? [];
  const byProfile = types.includes("INFERENCE_PROFILE") || behindProfiles.has(modelId);
  const runs = types.includes("ON_DEMAND") ? "on_demand" : byProfile ? "profile" : "provisioned";
  const lifecycles = { ACTIVE: "active", LEGACY: "legacy" } as const;
  return [
    {
      model_id: modelId,
      display_name: modelName || null,
      runs,
      writes_text: outputModalities?.includes("TEXT") ?? true,
      supports_vision: inputModalities ? inputModalities.includes("IMAGE") : null,
      lifecycle: modelLifecycle?.status ? lifecycles[modelLifecycle.status] : null,
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
  const explained = explainAwsFailure(error)?.message.replace(/ It is not known whether.*$/, "");
  return unreadable(explained ?? `AWS did not say what Bedrock offers in ${region}.`);
}

function unreadable(cause: string): BedrockCatalogResult {
  const fix = "Try again. Until then type the ID by hand; it cannot be checked.";
  return { state: "unreadable", cause, fix };
}
