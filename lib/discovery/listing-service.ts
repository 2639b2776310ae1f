import "server-only";
import { AppError } from "@/lib/errors";
import { formatProviderName } from "@/lib/format";
import { describeShape, keyShape } from "@/lib/keys/rules/key-shape";
import { keyStatusOf, readKey } from "@/lib/keys/service";
import { readBedrockCatalog } from "@/lib/providers/bedrock-catalog";
import { ProviderFailure } from "@/lib/providers/errors";
import { listModels } from "@/lib/providers/list-models";
import { profilesOf } from "@/lib/providers/rules/bedrock-id";
import { runtimeBedrockRegion } from "@/lib/providers/runtime";
import type { ListedModel, ProviderId } from "@/lib/providers/schema";
import type { AvailableModel, BedrockBase, BedrockCatalog, BedrockProfile } from "./schema";

/** A listed model, with Bedrock's additions. */
export type ListedOption = ListedModel &
  Pick<AvailableModel, "kind" | "needs_profile" | "profiles">;

export type Listing = {
  offers: ListedOption[];
  bedrock: BedrockCatalog | null;
  /** When it was read. */
  as_of: string;
};

/**
 * The provider's own list, read with the stored key. For Bedrock, read from the control plane of
 * the runtime's region with the server's own credentials.
 * @throws AppError with the failure's code, cause and fix
 */
export async function readListing(provider: ProviderId, signal: AbortSignal): Promise<Listing> {
  if (provider === "bedrock") return readBedrock(signal);
  const key = (await readKey(provider)) ?? "";
  await assertOwnKey(provider, key);
  const models = await listModels(provider, key, signal).catch(throwAsAppError);
  return { offers: models.map(toOffer), bedrock: null, as_of: new Date().toISOString() };
}

/** Prevents sending another provider's key to the wrong company whenever a viewer opens the list. */
async function assertOwnKey(provider: ProviderId, key: string): Promise<void> {
  const shape = keyShape(provider, key);
  // A gateway may accept any form.
  if (shape === null || (await keyStatusOf(provider)) === "verified") return;
  const name = formatProviderName(provider);
  const cause = `${describeShape(shape)} It wasn't sent to ${name}.`;
  const fix = `Paste the key of ${name} on Models.`;
  throw new AppError("bad_key", `${cause} ${fix}`, { extra: { cause, fix } });
}

function throwAsAppError(error: unknown): never {
  if (!(error instanceof ProviderFailure)) throw error;
  const failure = error.toJSON();
  const message = `${failure.cause} ${failure.fix}`;
  throw new AppError(failure.code, message, { cause: error, extra: { ...failure } });
}

const toOffer = (model: ListedModel): ListedOption => ({
  ...model,
  kind: "model",
  needs_profile: false,
  profiles: [],
});

async function readBedrock(signal: AbortSignal): Promise<Listing> {
  const region = runtimeBedrockRegion();
  const reading = await readBedrockCatalog(region, signal, { retryFailure: true });
  if (reading.state !== "read") {
    const { state, cause, fix } = reading;
    const code = state === "not_allowed" ? "no_access" : "aws_unavailable";
    throw new AppError(code, `${cause} ${fix}`, { extra: { cause, fix } });
  }
  const { catalog } = reading;
  const bases = new Map(catalog.bases.map((base) => [base.model_id, base]));
  // Provisioned capacity has its own ARNs, and agents use only models that write text.
  const usable = catalog.bases.filter((base) => base.writes_text && base.runs !== "provisioned");
  const profiles = catalog.profiles.filter((profile) => writesText(profile, bases));
  return {
    bedrock: catalog,
    as_of: catalog.as_of,
    offers: [
      ...profiles.map((profile) => profileOffer(profile, bases)),
      ...usable.map((base) => baseOffer(base, catalog)),
    ],
  };
}

type Bases = Map<string, BedrockBase>;

/** A profile may route only to regions whose models aren't listed here. */
function writesText({ bases: ids }: BedrockProfile, bases: Bases): boolean {
  return ids.every((id) => bases.get(id)?.writes_text ?? true);
}

function profileOffer(profile: BedrockProfile, bases: Bases): ListedOption {
  const base = bases.get(profile.bases[0] ?? "");
  return {
    ...unknownLimits,
    model_id: profile.model_id,
    display_name: profile.display_name ?? base?.display_name ?? null,
    supports_vision: base?.supports_vision ?? null,
    lifecycle: base?.lifecycle ?? null,
    retires_on: base?.retires_on ?? null,
    created_at: profile.created_at,
    kind: "inference_profile",
    needs_profile: false,
    profiles: [],
  };
}

function baseOffer(base: BedrockBase, catalog: BedrockCatalog): ListedOption {
  const { model_id, display_name, supports_vision, lifecycle, retires_on = null, runs } = base;
  return {
    ...unknownLimits,
    model_id,
    display_name,
    supports_vision,
    lifecycle,
    retires_on,
    created_at: null,
    kind: "model",
    needs_profile: runs === "profile",
    profiles: profilesOf(model_id, catalog),
  };
}

/** The control plane reports neither limits nor prices nor tool support. */
const unknownLimits = {
  max_tokens: null,
  max_output_tokens: null,
  supports_tools: null,
  prices: null,
};
