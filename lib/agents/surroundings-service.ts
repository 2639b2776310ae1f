import "server-only";
import { readProviderListing } from "@/lib/discovery/provider-list-service";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import { keyStatusOf } from "@/lib/keys/service";
import { readModelFindings } from "@/lib/models/evidence-service";
import { listModelsWithNotes, type ModelRow } from "@/lib/models/reference-service";

import { isRetired, listedRetirement } from "@/lib/models/rules/evidence";
import { refusalsOfModel } from "@/lib/models/rules/known-refusals";
import { type OtherModel, runtimeFindings } from "@/lib/models/rules/runtime-callable";
import { lastRuntimeTest } from "@/lib/models/rules/runtime-tests";
import { readBedrockCatalog } from "@/lib/providers/bedrock-catalog";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { providerIdOf } from "@/lib/providers/schema";
import { regionOf } from "@/lib/runtime/rules/bedrock-endpoint";
import { readProviderMap, rowReader } from "@/lib/runtime/service";
import { type AgentRun, configOf } from "./rules/agent-run";
import type { SwitchContext } from "./rules/preflight";
import { type DeployedAgent, followAgent } from "./runtime-service";

export type ReadSwitchContext = (target: ModelRow, agent: DeployedAgent) => Promise<SwitchContext>;

/** Reads what a switch of the agent to the model depends on. */
export const readSwitchContext: ReadSwitchContext = async (target, agent) => {
  const [shared, run] = await Promise.all([readTarget(target), followAgent(agent, { target })]);
  return withRun(shared, run);
};

type TargetContext = Omit<SwitchContext, "run">;

async function readTarget(target: ModelRow): Promise<TargetContext> {
  const providerId = providerIdOf(target.provider);
  const listing = providerId ? readProviderListing(providerId) : null;
  const [keyStatus, bedrockCatalog, listed, evidence] = await Promise.all([
    providerId ? keyStatusOf(providerId) : ("stored" as const),
    providerId === "bedrock" ? readRuntimeCatalog() : null,
    listing,
    Promise.resolve(listing).then((read) => readModelFindings(target, read)),
  ]);
  const { capabilities_proved, runtime_evidence, ...modelFindings } = evidence;
  const { pk, provider, provider_id, model_id, supports_tools } = target;
  const mayRefuse =
    runtime_evidence.length > 0 || refusalsOfModel(provider_id, model_id).length > 0;
  return {
    target: { pk, provider, provider_id, model_id, supports_tools, capabilities_proved },
    keyStatus,
    runtimeProviders: runtimeProviders(),
    bedrockCatalog,
    listedRetiresOn: listedRetirement(model_id, listed, bedrockCatalog),
    modelFindings,
    runtime: {
      pk,
      provider_id,
      model_id,
      display_name: target.display_name,
      runtime_evidence,
    },
    callable: mayRefuse ? await listCallable(target) : [],
  };
}

/** Models named where another one has to be chosen. */
const namedModels = 3;

/**
 * Models that answered the runtime's request, then those that nothing is known against; of the same
 * provider first.
 */
async function listCallable(model: ModelRow): Promise<OtherModel[]> {
  const { rows } = await listModelsWithNotes();
  const offered = rows.filter(
    (row) => row.pk !== model.pk && row.is_active && !isRetired(row, null, Date.now()),
  );
  return [true, false].flatMap((with_tools) => callableOf(offered, model, with_tools));
}

function callableOf(
  rows: Awaited<ReturnType<typeof listModelsWithNotes>>["rows"],
  { provider_id }: ModelRow,
  with_tools: boolean,
): OtherModel[] {
  const others = rows.flatMap((row) => {
    const { blocking, warnings } = runtimeFindings(row, { with_tools });
    if (blocking.length + warnings.length > 0) return [];
    const has_answered =
      lastRuntimeTest(row.runtime_evidence, { with_tools })?.outcome === "answered";
    const rank =
      Number(!has_answered) * 4 +
      Number(row.provider_id !== provider_id) * 2 +
      Number(with_tools && row.supports_tools !== true);
    return [{ display_name: row.display_name, has_answered, rank }];
  });
  return others
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, namedModels)
    .map(({ display_name, has_answered }) => ({ display_name, with_tools, has_answered }));
}

/** Adds what the agent's own machine makes of the target. */
async function withRun(shared: TargetContext, run: AgentRun): Promise<SwitchContext> {
  if (run.source === "assumed") return { ...shared, run };
  const { endpoint } = configOf(run);
  const region = typeof endpoint === "string" ? regionOf(endpoint) : null;
  const { providers } = await readProviderMap(run.machine);
  return {
    ...shared,
    run,
    ...(run.outline.shape === "unified" && {
      runtimeProviders: providers.map(({ provider }) => provider),
    }),
    ...(region !== null &&
      shared.target.provider_id === "bedrock" && {
        bedrockCatalog: await readRuntimeCatalog(region),
      }),
  };
}

/** As above, with what doesn't depend on the agent read once and shared. */
export function sharedSwitchContext(): ReadSwitchContext {
  let shared: Promise<TargetContext> | undefined;
  const rows = rowReader();
  return async (target, agent) => {
    shared ??= readTarget(target);
    return withRun(await shared, await followAgent(agent, { target, rows: rows.read }));
  };
}

/** How long a switch waits for Bedrock's catalog. */
const catalogTimeoutMs = 3000;

/** Bedrock's list in the machine's region, cached for minutes; null if it can't be read. */
export async function readRuntimeCatalog(
  region: string = runtimeBedrockRegion(),
): Promise<BedrockCatalog | null> {
  const timeout = AbortSignal.timeout(catalogTimeoutMs);
  const reading = await readBedrockCatalog(region, timeout);
  return reading.state === "read" ? reading.catalog : null;
}
