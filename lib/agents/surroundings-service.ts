import "server-only";
import { readProviderListing } from "@/lib/discovery/provider-list-service";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import { keyStatusOf } from "@/lib/keys/service";
import { readModelFindings } from "@/lib/models/evidence-service";
import type { ModelRow } from "@/lib/models/reference-service";
import { listedRetirement } from "@/lib/models/rules/evidence";
import { readBedrockCatalog } from "@/lib/providers/bedrock-catalog";
import { runtimeBedrockRegion, runtimeProviders } from "@/lib/providers/runtime";
import { providerIdOf } from "@/lib/providers/schema";
import type { SwitchContext } from "./rules/preflight";

export type ReadSwitchContext = (target: ModelRow) => Promise<SwitchContext>;

/** Reads what a switch to the model depends on. */
export async function readSwitchContext(target: ModelRow): Promise<SwitchContext> {
  const providerId = providerIdOf(target.provider);
  const listing = providerId ? readProviderListing(providerId) : null;
  const [keyStatus, bedrockCatalog, listed, evidence] = await Promise.all([
    providerId ? keyStatusOf(providerId) : ("stored" as const),
    providerId === "bedrock" ? readRuntimeCatalog() : null,
    listing,
    Promise.resolve(listing).then((read) => readModelFindings(target, read)),
  ]);
  const { capabilities_proved, ...modelFindings } = evidence;
  const { pk, provider, provider_id, model_id, supports_tools } = target;
  return {
    target: { pk, provider, provider_id, model_id, supports_tools, capabilities_proved },
    keyStatus,
    runtimeProviders: runtimeProviders(),
    bedrockCatalog,
    listedRetiresOn: listedRetirement(model_id, listed, bedrockCatalog),
    modelFindings,
  };
}

/** As above, read once and shared by many agents. */
export function sharedSwitchContext(): ReadSwitchContext {
  let shared: Promise<SwitchContext> | undefined;
  return (target) => {
    shared ??= readSwitchContext(target);
    return shared;
  };
}

/** How long a switch waits for Bedrock's catalog. */
const catalogPatienceMs = 3000;

/** Bedrock's list in the runtime's region, cached for minutes; null if it can't be read. */
export async function readRuntimeCatalog(): Promise<BedrockCatalog | null> {
  const patience = AbortSignal.timeout(catalogPatienceMs);
  const reading = await readBedrockCatalog(runtimeBedrockRegion(), patience);
  return reading.state === "read" ? reading.catalog : null;
}
