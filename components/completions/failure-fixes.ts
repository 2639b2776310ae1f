import type { CompletionFailure, CompletionRequest } from "@/lib/completions/schema";
import { formatCount } from "@/lib/format";
import { pages } from "@/lib/paths";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { providerDetails } from "@/lib/providers/rules/details";
import { type ProviderId, providerIdOf, providerInfo } from "@/lib/providers/schema";

/** Settings to change in the next run; undefined removes a setting. */
export type RequestChange = Partial<
  Pick<CompletionRequest, "max_tokens" | "temperature" | "tools" | "system">
>;

/** One action that may resolve a failure. */
export type Fix =
  | { kind: "key"; label: string; href: string }
  | { kind: "page"; label: string; href: string }
  | { kind: "again"; label: string; change: RequestChange; changeLabel?: string }
  /** Another ID of the same model, looked up in the provider's list. */
  | { kind: "profile"; modelId: string }
  | { kind: "prompt"; label: string }
  | { kind: "choose"; label: string; href: string };

type FixKind =
  | "key"
  | "key_of_region"
  | "profile"
  | "page"
  | "again"
  | "fewer_tokens"
  | "more_tokens"
  | "without"
  | "prompt"
  | "choose";

/** Fixes per code, most likely first. Codes without "again" would fail the same way again. */
const fixKinds: Record<CompletionCode, readonly FixKind[]> = {
  bad_key: ["key"],
  key_missing: ["key"],
  key_expired: ["key"],
  no_access: ["page", "choose"],
  unknown_model: ["choose"],
  needs_inference_profile: ["profile", "choose"],
  wrong_region: ["key_of_region", "profile", "choose"],
  quota_exhausted: ["page", "choose"],
  rate_limited: ["again", "choose"],
  context_too_long: ["fewer_tokens", "prompt", "choose"],
  content_filtered: ["prompt", "choose"],
  bad_request: ["more_tokens", "without", "prompt"],
  overloaded: ["again", "choose"],
  timeout: ["again", "fewer_tokens"],
  unreachable: ["again"],
  provider_error: ["again"],
};

type About = {
  failure: CompletionFailure;
  id: ProviderId | null;
  request: CompletionRequest | null;
};

const fixBuilders: Record<FixKind, (about: About) => Fix[]> = {
  key: ({ id }) => (id ? [{ kind: "key", label: "Update API Key", href: pages.apiKeys(id) }] : []),
  key_of_region: (about) => (about.failure.help === "keys" ? fixBuilders.key(about) : []),
  profile: ({ failure, id, request }) =>
    id === "bedrock" && request && failure.help !== "keys"
      ? [{ kind: "profile", modelId: request.model_id }]
      : [],
  page: pageOf,
  again: () => [{ kind: "again", label: "Run again", change: {} }],
  fewer_tokens: ({ request }) => fewerTokens(request?.max_tokens),
  more_tokens: moreTokens,
  without: withoutSettings,
  prompt: () => [{ kind: "prompt", label: "Edit the prompt" }],
  choose: ({ id }) => [
    {
      kind: "choose",
      label: "Choose another model",
      href: pages.models({ provider: id }),
    },
  ],
};

/**
 * Fixes for a failure, likeliest first, the provider's page last.
 * @param request null if it is no longer known; then fixes that change it are left out
 */
export function fixesFor(
  failure: CompletionFailure,
  provider: string,
  request: CompletionRequest | null,
): Fix[] {
  const about = { failure, id: providerIdOf(provider), request };
  const kinds = fixKinds[failure.code];
  const fixes = kinds.flatMap((kind) => fixBuilders[kind](about));
  return kinds.includes("page") ? fixes : [...fixes, ...pageOf(about)];
}

function pageOf({ failure: { help }, id }: About): Fix[] {
  if (!id || !help) return [];
  const { name } = providerInfo(id);
  const page = help === "status" ? "status page" : `page for ${help}`;
  return [{ kind: "page", label: `${name}'s ${page}`, href: providerDetails[id].links[help] }];
}

function fewerTokens(maxTokens: number | undefined): Fix[] {
  if (maxTokens === undefined || maxTokens < 2) return [];
  return [withMaxTokens(Math.floor(maxTokens / 2))];
}

function withMaxTokens(max_tokens: number): Fix {
  const changeLabel = `max tokens ${formatCount(max_tokens)}`;
  return {
    kind: "again",
    label: `Run with ${changeLabel}`,
    change: { max_tokens },
    changeLabel: changeLabel,
  };
}

const tooFewTokens =
  /(higher|larger|more) max_?\w*tokens|max\w*tokens[^.]{0,60}(too (low|small)|at least|greater than|below minimum)/i;
/** Enough for most reasoning models. */
const minMoreTokens = 4096;

function moreTokens({ failure, request }: About): Fix[] {
  const maxTokens = request?.max_tokens;
  if (maxTokens === undefined || !tooFewTokens.test(failure.provider_message ?? "")) return [];
  return [withMaxTokens(Math.max(minMoreTokens, maxTokens * 4))];
}

const settings = [
  { name: "temperature", label: "temperature", pattern: /temperature/i },
  {
    name: "max_tokens",
    label: "max tokens",
    pattern: /max\w*[ _]?(output|completion)?[ _]?tokens/i,
  },
  { name: "tools", label: "tools", pattern: /\btools?\b|function/i },
  { name: "system", label: "the system prompt", pattern: /system|developer/i },
] as const;

/** The settings named in the provider's message, or else every setting of the request. */
function withoutSettings({ failure, request }: About): Fix[] {
  const isSet = (name: (typeof settings)[number]["name"]) => request?.[name] !== undefined;
  const set = settings.filter(({ name }) => isSet(name));
  const named = set.filter(({ pattern }) => pattern.test(failure.provider_message ?? ""));
  return (named.length > 0 ? named : set).map(({ name, label }) => ({
    kind: "again",
    label: `Run without ${label}`,
    change: { [name]: undefined },
    changeLabel: `without ${label}`,
  }));
}
