import type { BedrockCatalog } from "@/lib/discovery/schema";
import type { Finding } from "@/lib/findings/schema";
import { formatDay, formatProviderName, formatUtcMinute } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { writesText } from "@/lib/providers/rules/text-models";
import { utcTime } from "@/lib/utc-time";
import { isPastDay, isRetiredByRow } from "./suggestible";
import { isSuggestibleId } from "./suggestible-ids";

/** How a test completion or a probe ended: "ok" if the model answered, otherwise a completion code. */
export type Observation = { at: string; outcome: string; by: string };
export type ModelProof = Observation & { source: "test" | "probe" };

/** A provider's own list, read at `as_of`. */
export type ProviderListing = {
  as_of: string;
  models: readonly {
    model_id: string;
    lifecycle: ModelRecord["lifecycle"];
    retires_on?: string | null;
  }[];
};

/** Everything known about whether a model can be called. */
export type ModelEvidence = Pick<
  ModelRecord,
  "pk" | "provider_id" | "model_id" | "display_name" | "lifecycle" | "retires_on"
> & {
  last_test: Observation | null;
  /** The last test or probe that proved something. Later transient failures don't replace it. */
  last_proof: ModelProof | null;
  /** Null if the provider's list was never read. */
  listing: ProviderListing | null;
};

/** Failures that remain until an admin changes something. */
const permanentFailures = {
  unknown_model: {
    what: "its provider doesn't know the ID",
    fix: "Correct the model ID, or choose another model.",
  },
  no_access: {
    what: "the key has no access to it",
    fix: "Request access for the stored key, or choose another model.",
  },
  needs_inference_profile: {
    what: "it needs an inference profile",
    fix: "Register the inference profile and use that.",
  },
  wrong_region: {
    what: "the runtime's region doesn't offer it",
    fix: "Choose a model or profile of the runtime's region.",
  },
} as const satisfies Partial<Record<CompletionCode, { what: string; fix: string }>>;

type PermanentFailure = keyof typeof permanentFailures;

const isPermanent = (outcome: string): outcome is PermanentFailure => outcome in permanentFailures;

/** Whether an outcome proves that the model can or can't be called. Transient and key failures don't. */
export function isConclusive(outcome: string): boolean {
  return outcome === "ok" || isPermanent(outcome);
}

/** The latest proof; null if there is none. */
export function latestProof({
  last_test,
  last_proof,
}: Pick<ModelEvidence, "last_test" | "last_proof">): ModelProof | null {
  if (!last_test || !isConclusive(last_test.outcome)) return last_proof;
  return newerProof(last_proof, { ...last_test, source: "test" });
}

/** The later of two proofs; the first if they have the same time. */
export function newerProof(first: ModelProof | null, second: ModelProof): ModelProof {
  return first && utcTime(first.at) >= utcTime(second.at) ? first : second;
}

/** Whether the provider has retired the model, according to its row or the provider's list. */
export function isRetired(
  { lifecycle, retires_on, model_id }: Pick<ModelEvidence, "lifecycle" | "retires_on" | "model_id">,
  listing: ProviderListing | null,
  now: number,
): boolean {
  const listed = listing?.models.find((model) => model.model_id === model_id);
  return (
    isRetiredByRow({ lifecycle, retires_on }, now) ||
    listed?.lifecycle === "retired" ||
    // If the provider still lists the model as legacy or active, it has postponed the announced
    // retirement.
    (listed?.lifecycle == null && isPastDay(listed?.retires_on ?? null, now))
  );
}

/**
 * The retirement day in the provider's own list, or in Bedrock's list of the region; otherwise
 * null.
 */
export function listedRetirement(
  model_id: string,
  listing: ProviderListing | null,
  bedrock: BedrockCatalog | null,
): string | null {
  const listed = listing?.models.find((model) => model.model_id === model_id);
  if (listed?.retires_on) return listed.retires_on;
  const profile = bedrock?.profiles.find((offered) => offered.model_id === model_id);
  const ids = profile?.bases ?? [model_id];
  return bedrock?.bases.find((base) => ids.includes(base.model_id))?.retires_on ?? null;
}

export type ModelFindings = { blocking: Finding[]; warnings: Finding[] };

/**
 * Findings about models that can't be called, for every switch, retirement, default, trace and check.
 * Blocking findings can be overridden with a reason.
 * @param now milliseconds since 1970
 */
export function findModelEvidence(model: ModelEvidence, now: number): ModelFindings {
  const blocking = [testFailed(model, now), retired(model, now)].filter(
    (finding) => finding !== null,
  );
  const warning = blocking.length === 0 ? notListed(model, now) : null;
  return { blocking, warnings: warning ? [warning] : [] };
}

const subjectOf = ({ pk }: ModelEvidence) => ({ kind: "model", id: pk }) as const;

/** What the last test or probe proved against the model, in a sentence; null if nothing. */
export function failedProof(model: ModelEvidence): string | null {
  const seen = latestProof(model);
  if (!seen || !isPermanent(seen.outcome)) return null;
  return `The last ${seen.source}, on ${formatDay(seen.at.slice(0, 10))}, failed: ${permanentFailures[seen.outcome].what}.`;
}

function testFailed(model: ModelEvidence, now: number): Finding | null {
  const seen = latestProof(model);
  if (!seen || !isPermanent(seen.outcome)) return null;
  const { what, fix } = permanentFailures[seen.outcome];
  const verb = seen.source === "test" ? "Tested" : "Probed";
  const similar = seen.outcome === "unknown_model" ? describeSimilar(model, now) : "";
  return {
    code: "model_test_failed",
    severity: "error",
    subject: subjectOf(model),
    title: `${model.display_name} failed its last ${seen.source}: ${what}`,
    evidence: `${verb} by ${seen.by} at ${formatUtcMinute(seen.at)}: ${seen.outcome}. Agents would fail the same way.`,
    fix: `${fix}${similar} If this is fixed, test it again.`,
  };
}

function retired(model: ModelEvidence, now: number): Finding | null {
  if (!isRetired(model, model.listing, now)) return null;
  const { lifecycle, retires_on, listing } = model;
  const byRow = isRetiredByRow({ lifecycle, retires_on }, now);
  const listedOn = formatDay(listing?.as_of.slice(0, 10) ?? "");
  const source = byRow
    ? `Its row says so${retires_on ? `, with the date ${formatDay(retires_on)}` : ""}.`
    : `Its provider's list of ${listedOn} says so.`;
  return {
    code: "model_retired",
    severity: "error",
    subject: subjectOf(model),
    title: `${model.display_name} is retired by its provider`,
    evidence: source,
    fix: "Choose another model.",
  };
}

/** Not for Bedrock, which has its own findings about its region's list. */
function notListed(model: ModelEvidence, now: number): Finding | null {
  const { listing, provider_id, model_id, display_name } = model;
  if (!listing || listing.models.length === 0 || provider_id === "bedrock") return null;
  if (listing.models.some((listed) => listed.model_id === model_id)) return null;
  // An alias may work without being listed, which a later test proves.
  const seen = latestProof(model);
  if (seen?.outcome === "ok" && utcTime(seen.at) > utcTime(listing.as_of)) return null;
  const provider = formatProviderName(provider_id);
  return {
    code: "model_not_listed",
    severity: "warning",
    subject: subjectOf(model),
    title: `${provider} doesn't list ${display_name}`,
    evidence: `"${model_id}" isn't among the ${listing.models.length} models that ${provider} listed on ${formatDay(listing.as_of.slice(0, 10))}.`,
    fix: `Test it, or choose a listed model.${describeSimilar(model, now)}`,
  };
}

function describeSimilar({ listing, provider_id, model_id }: ModelEvidence, now: number): string {
  const similar = listing ? findSimilarIds(model_id, candidatesOf(listing, provider_id, now)) : [];
  return similar.length > 0 ? ` Similar IDs that it lists: ${similar.join(", ")}.` : "";
}

const maxSimilar = 3;
const minSimilarity = 0.4;

type Candidate = { id: string; pairs: ReadonlySet<string> };

/** Leaves out models that don't write text. */
export function toCandidates(ids: readonly string[]): Candidate[] {
  return ids.filter(writesText).map((id) => ({ id, pairs: pairsOf(id) }));
}

/** Cached, because the checks compare thousands of models with one list. */
const cachedCandidates = new WeakMap<ProviderListing, Candidate[]>();

function candidatesOf(listing: ProviderListing, provider: string, now: number): Candidate[] {
  const cached = cachedCandidates.get(listing);
  if (cached) return cached;
  const ids = listing.models
    .map((model) => ({ retires_on: null, ...model }))
    .filter((model) => !isRetiredByRow(model, now))
    .map(({ model_id }) => model_id)
    .filter((id) => isSuggestibleId(provider, id, now));
  const candidates = toCandidates(ids);
  cachedCandidates.set(listing, candidates);
  return candidates;
}

/** The IDs most like this one, the most similar first. */
export function findSimilarIds(modelId: string, candidates: readonly Candidate[]): string[] {
  const own = pairsOf(modelId);
  return candidates
    .filter(({ id }) => id !== modelId)
    .map(({ id, pairs }) => ({ id, similarity: similarityOf(own, pairs) }))
    .filter(({ similarity }) => similarity >= minSimilarity)
    .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
    .slice(0, maxSimilar)
    .map(({ id }) => id);
}

function pairsOf(text: string): Set<string> {
  const plain = text.toLowerCase();
  return new Set(
    Array.from({ length: Math.max(0, plain.length - 1) }, (_, at) => plain.slice(at, at + 2)),
  );
}

/** Sørensen–Dice coefficient of character pairs. */
function similarityOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((pair) => b.has(pair)).length;
  return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size);
}
