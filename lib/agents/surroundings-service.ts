import "server-only";
import { readProviderListing } from "@/lib/discovery/provider-list-service";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import { env } from "@/lib/env";
import { readKeyState, readSecretEntry } from "@/lib/keys/service";
import { readModelFindings } from "@/lib/models/evidence-service";
import type { ModelRow } from "@/lib/models/reference-service";
import { listedRetirement } from "@/lib/models/rules/evidence";
import { readBedrockCatalog } from "@/lib/providers/bedrock-catalog";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { type ProviderId, providerIdOf } from "@/lib/providers/schema";
import { regionOf } from "@/lib/runtime/rules/bedrock-endpoint";
import { readProviderMap, rowReader } from "@/lib/runtime/service";
import { type AgentRun, configOf } from "./rules/agent-run";
import type { SwitchContext } from "./rules/preflight";
import { type DeployedAgent, followAgent } from "./runtime-service";

export type ReadSwitchContext = (target: ModelRow, agent: DeployedAgent) => Promise<SwitchContext>;

type TargetContext = Omit<SwitchContext, "run" | "callable">;

/** What depends only on a model's provider. */
async function readProviderOf(id: ProviderId | null) {
  const [stored, bedrockCatalog, listed] = await Promise.all([
    id && readKeyState(id),
    id === "bedrock" ? readRuntimeCatalog() : null,
    id && readProviderListing(id),
  ]);
  return { stored, bedrockCatalog, listed };
}

async function readTarget(
  target: ModelRow,
  provider: ReturnType<typeof readProviderOf>,
): Promise<TargetContext> {
  const { stored, bedrockCatalog, listed } = await provider;
  const evidence = await readModelFindings(target, listed);
  const { capabilities_proved, runtime_evidence, ...modelFindings } = evidence;
  const { pk, provider_id, model_id, supports_tools } = target;
  return {
    target: {
      pk,
      provider: target.provider,
      provider_id,
      model_id,
      supports_tools,
      capabilities_proved,
    },
    keyStatus: stored?.key.status ?? "stored",
    keyEntry: stored?.entry.value ?? "text",
    keyName: null,
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
  };
}

/** Adds the run of the agent's own machine on the target. */
async function withRun(target: TargetContext, run: AgentRun): Promise<SwitchContext> {
  const shared = { ...target, callable: [] };
  if (run.source === "assumed") return { ...shared, run };
  const { endpoint, secret_key_name: keyName, secret_path: path } = configOf(run);
  // The console can't read a key in another secret.
  const isOwnSecret = path === undefined || path === env().LLM_SECRET_ID;
  const region = typeof endpoint === "string" ? regionOf(endpoint) : null;
  const { providers } = await readProviderMap(run.machine);
  return {
    ...shared,
    run,
    ...(run.outline.shape === "unified" && {
      runtimeProviders: providers.map(({ provider }) => provider),
    }),
    ...(typeof keyName === "string" && {
      keyName,
      keyEntry: isOwnSecret ? (await readSecretEntry(keyName)).value : "text",
    }),
    ...(!isOwnSecret && { keyStatus: "stored" as const }),
    ...(region !== null &&
      shared.target.provider_id === "bedrock" && {
        bedrockCatalog: await readRuntimeCatalog(region),
      }),
  };
}

/**
 * Reads for many agents and models. Each row, and everything that depends only on a model or a
 * provider, is read once.
 */
export function sharedReader(): ReadSwitchContext {
  const providers = new Map<ProviderId | null, ReturnType<typeof readProviderOf>>();
  const targets = new Map<string, Promise<TargetContext>>();
  const rows = rowReader();
  return async (target, agent) => {
    const id = providerIdOf(target.provider);
    const provider = providers.get(id) ?? readProviderOf(id);
    providers.set(id, provider);
    const shared = targets.get(target.pk) ?? readTarget(target, provider);
    targets.set(target.pk, shared);
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
