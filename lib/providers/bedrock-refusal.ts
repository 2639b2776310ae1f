import "server-only";
import { anySignal } from "@/lib/any-signal";
import type { CompletionFailure } from "@/lib/completions/schema";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import table from "@/lib/providers/failures.json";
import { judgeBedrockId } from "@/lib/providers/rules/bedrock-id";
import { readBedrockCatalog } from "./bedrock-catalog";
import { ProviderFailure } from "./errors";
import { runtimeBedrockRegion } from "./runtime";
import type { ProviderId } from "./schema";

/** How long an answer waits for the catalog that explains it, in milliseconds. */
const catalogTimeoutMs = 3000;

/**
 * Bedrock uses the same message for an unknown ID and for one of another geography or region; the
 * region's list distinguishes them. If the list can't be read, the failure stays unchanged.
 * @param signal ends the waiting; never throws
 */
export async function refineBedrockFailure(
  failure: ProviderFailure,
  provider: ProviderId,
  modelId: string,
  signal: AbortSignal,
): Promise<ProviderFailure> {
  if (provider !== "bedrock" || failure.code !== "unknown_model") return failure;
  const deadline = anySignal(signal, AbortSignal.timeout(catalogTimeoutMs));
  const reading = await readBedrockCatalog(runtimeBedrockRegion(), deadline);
  return reading.state === "read" ? refineByCatalog(reading.catalog, failure, modelId) : failure;
}

/** The failure as `wrong_region` if the list shows that, otherwise unchanged. */
export function refineByCatalog(
  catalog: BedrockCatalog,
  failure: ProviderFailure,
  modelId: string,
): ProviderFailure {
  const { problem, sentence } = judgeBedrockId(modelId, catalog);
  if (problem !== "foreign_geography" && problem !== "foreign_region") return failure;
  const refined: CompletionFailure = {
    ...failure.toJSON(),
    code: "wrong_region",
    // The sentence contains only the ID's geography; the rest may contain a pasted secret.
    cause: sentence ?? failure.cause,
    fix: table.wrong_region.fix.replaceAll("{region}", catalog.region),
  };
  return new ProviderFailure(refined, failure.reason);
}
