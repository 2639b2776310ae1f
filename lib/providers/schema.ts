import type { CompletionCode } from "@/lib/completions/schema";
import { type ProviderRow, providerRows } from "./providers";

export type ProviderId = (typeof providerRows)[number]["id"];

const ids: readonly ProviderId[] = providerRows.map(({ id }) => id);
/** In the order of the table, which is not empty. */
export const providerIds = ids as readonly [ProviderId, ...ProviderId[]];

/** Whether a name is a provider's id; an alias is none. */
export function isProviderId(name: string): name is ProviderId {
  return providerIds.some((id) => id === name);
}

export type ProviderInfo = ProviderRow & {
  id: ProviderId;
  base_url: { variable: (typeof providerRows)[number]["base_url"]["variable"] };
};

/** The providers, in the order in which screens list them. */
export const providers: readonly ProviderInfo[] = providerRows;

const byName = new Map<string, ProviderInfo>(
  providers.flatMap((info) => [info.id, ...info.aliases].map((name) => [name, info] as const)),
);

/** The provider id of a stored provider name, aliases included; null when nobody knows the name. */
export function providerIdOf(stored: string): ProviderId | null {
  return byName.get(stored)?.id ?? null;
}

/** The row of the table of providers. */
export function providerInfo(id: ProviderId): ProviderInfo {
  const info = byName.get(id);
  if (!info) throw new Error(`No provider "${id}" in the table of providers`);
  return info;
}

/** All names under which rows may store this provider, its id first. */
export function providerNames(id: ProviderId): string[] {
  const info = providerInfo(id);
  return [info.id, ...info.aliases];
}

export const keyStatuses = ["missing", "stored", "verified", "rejected", "expired"] as const;
export type KeyStatus = (typeof keyStatuses)[number];

export type ProviderKey = {
  status: KeyStatus;
  last_four: string | null;
  updated_at: string | null;
  updated_by: string | null;
  /** `api_key`, or for Bedrock `short_term` | `long_term`. */
  kind: string | null;
  region: string | null;
  expires_at: string | null;
  /** When every running agent will have the key: callers cache the secret for 5 minutes. */
  effective_at: string | null;
  /** True when this key's earlier value is kept. */
  can_roll_back: boolean;
  /** When it was written here, if an older value has been put over it since. */
  overwritten_since: string | null;
};

export type ProviderRecord = {
  id: ProviderId;
  name: string;
  secret_key_name: string;
  models: number;
  agents: number;
  /** The agents' table does not exist: how many need the key is not known. */
  agents_unknown?: true;
  key: ProviderKey;
};

/** One entry of a provider's own list of models; null is what the provider does not say. */
export type ListedModel = {
  model_id: string;
  display_name: string | null;
  /** Context window in tokens. */
  max_tokens: number | null;
  max_output_tokens: number | null;
  supports_tools: boolean | null;
  supports_vision: boolean | null;
  lifecycle: "active" | "legacy" | "retired" | null;
  created_at: string | null;
};

/** What trying a key showed. */
export type KeyVerdict = {
  /** `not_known`: the provider gave no answer that tells, such as when it is not reachable. */
  outcome: "verified" | "rejected" | "expired" | "not_known";
  code: CompletionCode | null;
  cause: string | null;
  fix: string | null;
  provider_status: number | null;
  /** The provider's own words, the key removed. */
  provider_message: string | null;
  simulated: boolean;
};
