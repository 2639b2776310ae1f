import "server-only";
import type { CompletionFailure } from "@/lib/completions/schema";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import table from "@/lib/providers/failures.json";
import { judgeBedrockId } from "@/lib/providers/rules/bedrock-id";
import { readBedrockCatalog } from "./bedrock-catalog";
import { ProviderFailure } from "./errors";
import { runtimeBedrockRegion } from "./runtime";
import type { ProviderId } from "./schema";

/** Whoever waits for the answer of a test does not wait longer for what explains it better. */
const patienceMs = 3000;

/**
 * Bedrock has one sentence for an id that is nowhere and for one of another geography or region: what
 * the runtime's region lists tells them apart. Where the list cannot be read, the failure stays as it is.
 * @param signal ends the waiting; never throws
 */
export async function refineBedrockFailure(
  failure: ProviderFailure,
  provider: ProviderId,
  modelId: string,
  signal: AbortSignal,
): Promise<ProviderFailure> {
  if (provider !== "bedrock" || failure.code !== "unknown_model") return failure;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const reading = await readBedrockCatalog(runtimeBedrockRegion(), patience);
  return reading.state === "read" ? refineByCatalog(reading.catalog, failure, modelId) : failure;
}

/** The failure under `wrong_region` where the list says so, else itself. */
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
    // The sentence names no more of the id than its geography: the rest may hold what was pasted.
    cause: sentence ?? failure.cause,
    fix: table.wrong_region.fix.replaceAll("{region}", catalog.region),
  };
  return new ProviderFailure(refined, failure.reason);
}
