import type { NoteTone } from "@/components/ui/text/note";
import type { StatusTone } from "@/components/ui/text/status";
import { pluralize } from "@/lib/format";
import { keyExpiry } from "@/lib/keys/rules/expiry";
import type { KeyTestOutcome, ProviderKey, ProviderRecord } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";

export type KeyState = {
  tone: StatusTone;
  label: string;
  /** ISO 8601. When the label is "Expires", the time of expiry. */
  until: string | null;
};

/**
 * A key's state as one word and the tone of its mark.
 * @param now milliseconds since 1970
 */
export function keyState({ key, agents }: ProviderRecord, now: number): KeyState {
  switch (key.status) {
    case "missing":
      return { tone: agents > 0 ? "bad" : "off", label: "Missing", until: null };
    case "placeholder":
      return { tone: agents > 0 ? "bad" : "warn", label: "Placeholder", until: null };
    case "rejected":
      return { tone: "bad", label: "Rejected", until: null };
    case "expired":
      return { tone: "bad", label: "Expired", until: null };
    default:
      return storedState(key, now);
  }
}

function storedState(key: ProviderKey, now: number): KeyState {
  const expiry = keyExpiry(key, now);
  // The list may have been read before the key expired.
  if (expiry?.state === "past") return { tone: "bad", label: "Expired", until: null };
  if (expiry?.state === "near") return { tone: "warn", label: "Expires", until: expiry.at };
  if (key.status === "verified") return { tone: "good", label: "Works", until: null };
  return { tone: "off", label: "Stored", until: null };
}

/** Identifies a key's value, so that an old key's test result isn't shown for a new key. */
export function keyIdentity({ updated_at, last_four }: ProviderKey): string {
  return `${updated_at}#${last_four}`;
}

/** The provider's term for its key. */
export function keyLabel(id: ProviderId): "Bearer token" | "API key" {
  return id === "bedrock" ? "Bearer token" : "API key";
}

const kinds: Record<string, string> = {
  short_term: "short-term",
  long_term: "long-term",
};

/** "short-term, eu-west-1" or "long-term" for a Bedrock key, otherwise null. */
export function formatKeyKind({ kind, region }: ProviderKey): string | null {
  const label = kind && kinds[kind];
  if (!label) return null;
  return region ? `${label}, ${region}` : label;
}

/** "no agents", "1 agent", "3 agents" */
export function agentCount(count: number): string {
  return count === 0 ? "no agents" : pluralize(count, "agent");
}

type Description = { tone: NoteTone; title: string; detail: string | null };

/** The outcome of a key test as a sentence, with the reason from the provider or the network. */
export function describeKeyTest(result: KeyTestOutcome, name: string): Description {
  const { outcome, code, cause } = result;
  const simulated = result.simulated ? " (simulated)" : "";
  switch (outcome) {
    case "verified":
      // For example a model that the account may not use, or an exhausted quota.
      return code === null
        ? { tone: "good", title: `${name} accepts it${simulated}.`, detail: null }
        : { tone: "warn", title: `${name} accepts it${simulated}, but:`, detail: cause };
    case "rejected":
      return {
        tone: "bad",
        title: `${name} rejects it${simulated}.`,
        detail: describeProviderMessage(result, name) ?? cause,
      };
    case "expired":
      return {
        tone: "bad",
        title: `It has expired${simulated}.`,
        detail: describeProviderMessage(result, name) ?? cause,
      };
    case "not_known":
      return {
        tone: "warn",
        title: `Whether ${name} accepts it could not be found out${simulated}.`,
        detail: cause,
      };
  }
}

function describeProviderMessage(
  { provider_message, provider_status }: KeyTestOutcome,
  name: string,
) {
  if (!provider_message) return null;
  const status = provider_status === null ? "" : ` (status ${provider_status})`;
  return `${name} said${status}: ${provider_message}`;
}
