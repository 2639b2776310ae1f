import type { StatusTone } from "@/components/ui/status";
import type { ProviderId, ProviderKey, ProviderRecord } from "@/lib/providers/schema";

const dayMs = 86_400_000;
/** From here on the end of a key is its state. */
const expiringMs = 7 * dayMs;

export type KeyState = {
  tone: StatusTone;
  word: string;
  /** ISO 8601; when the word is "Expires", what it counts down to. */
  until: string | null;
};

/**
 * A key's state as one word and the tone of its mark.
 * @param now milliseconds since 1970
 */
export function keyState({ key, agents }: ProviderRecord, now: number): KeyState {
  switch (key.status) {
    case "missing":
      return { tone: agents > 0 ? "bad" : "off", word: "Missing", until: null };
    case "rejected":
      return { tone: "bad", word: "Rejected", until: null };
    case "expired":
      return { tone: "bad", word: "Expired", until: null };
    default:
      return isExpiring(key, now)
        ? { tone: "warn", word: "Expires", until: key.expires_at }
        : key.status === "verified"
          ? { tone: "good", word: "Works", until: null }
          : { tone: "off", word: "Stored", until: null };
  }
}

function isExpiring({ expires_at }: ProviderKey, now: number): boolean {
  return expires_at !== null && Date.parse(expires_at) - now < expiringMs;
}

/** What the provider calls the thing that one pastes. */
export function keyLabel(id: ProviderId): "Bearer token" | "API key" {
  return id === "bedrock" ? "Bearer token" : "API key";
}

const kinds: Record<string, string> = {
  short_term: "short-term",
  long_term: "long-term",
};

/** "short-term" or "long-term" for a Bedrock key, else null. */
export function kindWords(key: ProviderKey): string | null {
  return (key.kind && kinds[key.kind]) ?? null;
}

/** "no agents", "1 agent", "3 agents" */
export function agentCount(count: number): string {
  if (count === 0) return "no agents";
  return count === 1 ? "1 agent" : `${count} agents`;
}
