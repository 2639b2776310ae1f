import { callTo } from "@/lib/addresses";
import type { FindingSeverity } from "@/lib/findings/rules/severity";
import type { Finding, FixAction } from "@/lib/findings/schema";
import { formatUtcMinute, pluralize } from "@/lib/format";
import { keyExpiry } from "@/lib/keys/rules/expiry";
import type { ProviderRecord } from "@/lib/keys/schema";
import { pages } from "@/lib/paths";
import { providerIdOf, providerIds, providers } from "@/lib/providers/schema";
import { linkLabel } from "./link-labels";
import { type Check, type Snapshot, usedProviders } from "./snapshot";

const dayMs = 86_400_000;

type FindingDraft = Omit<Finding, "subject">;

/** A check of one provider's key at a time. */
function checkEachKey(
  evaluate: (provider: ProviderRecord, isUsed: boolean, snapshot: Snapshot) => FindingDraft | null,
): Check {
  return (snapshot) => {
    const used = usedProviders(snapshot);
    return snapshot.providers.flatMap((provider) => {
      const draft = evaluate(provider, used.has(provider.id), snapshot);
      const subject = { kind: "key", id: provider.id } as const;
      return draft
        ? [
            {
              action: openKeys(provider.id, linkLabel(draft.code, "See the key")),
              ...draft,
              subject,
            },
          ]
        : [];
    });
  };
}

function openKeys(id: string, label: string): FixAction {
  return { label, href: pages.apiKeys(id) };
}

const severityIfUsed = (isUsed: boolean, otherwise: FindingSeverity): FindingSeverity =>
  isUsed ? "error" : otherwise;

function describeAffectedAgents({ agents, name, agents_unknown }: ProviderRecord): string {
  if (agents_unknown) return "It is not known which agents use it.";
  if (agents === 0) return `No agent names ${name}.`;
  return `${pluralize(agents, "agent names", "agents name")} ${name}: their runs fail.`;
}

export const keyMissing = checkEachKey((provider, isUsed) => {
  if (provider.key.status !== "missing") return null;
  return {
    code: "key_missing",
    severity: severityIfUsed(isUsed, "info"),
    title: `${provider.name} has no key`,
    evidence: `The secret has no text under ${provider.secret_key_name}. ${describeAffectedAgents(provider)}`,
    fix: "Paste a key under API keys.",
  };
});

export const keyPlaceholder = checkEachKey((provider, isUsed) => {
  const { key, name, secret_key_name } = provider;
  if (key.status !== "placeholder") return null;
  const isMasked = key.looks_like === "masked";
  const description = isMasked
    ? "a masked key, as screens show it"
    : "a placeholder, as templates have it";
  return {
    code: "key_placeholder",
    severity: severityIfUsed(isUsed, "warning"),
    title: `The key of ${name} is ${isMasked ? "masked" : "a placeholder"}`,
    evidence: `The secret has ${description}, under ${secret_key_name}. ${describeAffectedAgents(provider)}`,
    fix: "Paste the key under API keys.",
  };
});

export const keyRejected = checkEachKey((provider, isUsed) => {
  if (provider.key.status !== "rejected") return null;
  return {
    code: "key_rejected",
    severity: severityIfUsed(isUsed, "warning"),
    title: `${provider.name} rejected its key`,
    evidence: `The key that ends in ${provider.key.last_four ?? "…"} was refused when it was tried. ${describeAffectedAgents(provider)}`,
    fix: "Paste a key that works under API keys.",
  };
});

export const keyUnsendable = checkEachKey((provider, isUsed, { unsendable_keys }) => {
  if (!unsendable_keys.has(provider.id)) return null;
  return {
    code: "key_rejected",
    severity: severityIfUsed(isUsed, "warning"),
    title: `The key of ${provider.name} has a line end or another control character in it`,
    evidence: `No request can carry it: the caller fails with "HTTP request failed: builder error". ${describeAffectedAgents(provider)}`,
    fix: "Paste the key again under API keys, which removes such characters.",
  };
});

export const keyExpired = checkEachKey((provider, isUsed) => {
  if (provider.key.status !== "expired") return null;
  const at = provider.key.expires_at;
  return {
    code: "key_expired",
    severity: severityIfUsed(isUsed, "warning"),
    title: `The key of ${provider.name} has expired`,
    evidence: `${at ? `It expired on ${formatUtcMinute(at)}.` : "The provider says so."} ${describeAffectedAgents(provider)}`,
    fix: "Paste a new key under API keys, or generate one.",
  };
});

export const keyExpiring = checkEachKey(({ key, name }, isUsed, { now }) => {
  const expiry = keyExpiry(key, now);
  if (expiry?.state !== "near" || key.status === "expired" || key.status === "missing") return null;
  return {
    code: "key_expiring",
    severity: isUsed ? "warning" : "info",
    title: `The key of ${name} expires soon`,
    evidence: `It ends on ${formatUtcMinute(expiry.at)}${expiry.mayEndEarlier ? " at the latest" : ""}.`,
    fix: "Paste a new key under API keys, or generate one.",
  };
});

export const keyOld = checkEachKey(({ key, name }, _isUsed, { now, key_old_days }) => {
  if (key.status === "missing" || key.updated_at === null) return null;
  const days = Math.floor((now - Date.parse(key.updated_at)) / dayMs);
  if (!(days >= key_old_days)) return null;
  return {
    code: "key_old",
    severity: "info",
    title: `The key of ${name} is ${days} days old`,
    evidence: `It was saved on ${formatUtcMinute(key.updated_at)}; the limit is ${key_old_days} days.`,
    fix: "Rotate it: create a new key at the provider and paste it under API keys.",
  };
});

export const keyOverwritten = checkEachKey(({ id, key, name, secret_key_name }) => {
  if (key.overwritten_since === null) return null;
  return {
    code: "key_overwritten",
    severity: "error",
    title: `Somebody has put an older value over the key of ${name}`,
    evidence: `${secret_key_name} was written here on ${formatUtcMinute(key.overwritten_since)} and holds another value now.`,
    fix: "Put the value that was written here back.",
    action: { label: "Put it back", ...callTo("repairKey", { id }), body: {} },
  };
});

/** The provider whose key has that name; the first provider for an unknown name. */
function providerOf(secretKeyName: string): string {
  const named = providers.find((provider) => provider.secret_key_name === secretKeyName);
  return named?.id ?? providerIds[0];
}

export const keyMisnamed: Check = ({ foreign_keys }) =>
  foreign_keys.flatMap(({ name, meant_as }) => {
    if (meant_as === null) return [];
    return [
      {
        code: "key_misnamed",
        severity: "warning",
        subject: { kind: "key", id: name },
        title: `${name} is a name that no agent looks up`,
        evidence: `Agents take ${meant_as} from the secret.`,
        fix: `Save the key under API keys, where it gets the name ${meant_as}. ${name} stays for whoever else reads it.`,
        action: openKeys(providerOf(meant_as), `Save it as ${meant_as}`),
      },
    ];
  });

export const keyNotString: Check = ({ foreign_keys }) =>
  foreign_keys.flatMap(({ name, is_string }) => {
    if (is_string) return [];
    return [
      {
        code: "key_not_string",
        severity: "warning",
        subject: { kind: "key", id: name },
        title: `The value of ${name} is not text`,
        evidence: "Callers ignore values of the secret that are not strings.",
        fix: "Save the key again under API keys, or make the value a string.",
        action: openKeys(providerOf(name), "Save it again"),
      },
    ];
  });

export const keyShared: Check = ({ shared_keys, providers: listed }) =>
  shared_keys.flatMap(({ secret_key_name, secret_id }) => {
    const provider = listed.find((candidate) => candidate.secret_key_name === secret_key_name);
    if (!provider || providerIdOf(provider.id) === null) return [];
    return [
      {
        code: "key_shared",
        severity: "warning",
        subject: { kind: "key", id: provider.id },
        title: `Another environment uses the same key of ${provider.name}`,
        evidence: `${secret_key_name} has the same value in ${secret_id}: limits, costs and a leak are shared.`,
        fix: "Create a key of its own for this environment.",
        action: openKeys(provider.id, "Replace the key"),
      },
    ];
  });
