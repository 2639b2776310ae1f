import type { BedrockCatalog, BedrockProfile } from "@/lib/discovery/schema";

export type BedrockIdProblem =
  | "spaces"
  | "pasted_arn"
  | "application_id"
  | "needs_profile"
  | "provisioned_only"
  | "foreign_geography"
  | "foreign_region"
  | "no_text"
  | "unknown";

export type BedrockIdVerdict = {
  /** The most serious problem; null if nothing is wrong or nothing could be checked. */
  problem: BedrockIdProblem | null;
  /** False if the region's list couldn't be read, or doesn't cover this kind of ID. */
  checked: boolean;
  /** The problem, explained to the person who typed the ID. */
  sentence: string | null;
  /** IDs to use instead, the best one first; empty if there are none. */
  corrections: string[];
};

type Judgement = BedrockIdVerdict;

const valid: Judgement = { problem: null, checked: true, sentence: null, corrections: [] };
const notChecked: Judgement = { ...valid, checked: false };

/**
 * Judges a Bedrock model ID by the region's list: what is wrong with it, and which ID to use instead.
 * @param catalog null if the region's list couldn't be read; then only the format is judged
 */
export function judgeBedrockId(typed: string, catalog: BedrockCatalog | null): BedrockIdVerdict {
  const trimmed = typed.trim();
  if (trimmed === "") return notChecked;
  const arn = readBedrockArn(trimmed);
  const id = arn?.named ?? trimmed;
  const inner = judgeTrimmed(trimmed, arn, id, catalog);
  const surface = surfaceOf(typed, trimmed, arn);
  if (!surface) return inner;
  return {
    problem: inner.problem ?? surface.problem,
    checked: inner.checked,
    sentence: [surface.sentence, inner.sentence].filter(Boolean).join(" "),
    corrections: inner.problem === null ? [id] : inner.corrections,
  };
}

function judgeTrimmed(
  trimmed: string,
  arn: BedrockArn | null,
  id: string,
  catalog: BedrockCatalog | null,
): Judgement {
  if (arn && arn.named === null) return judgeWholeArn(arn, catalog);
  if (arn === null && trimmed.startsWith("arn:")) return judgeOtherArn();
  return catalog ? judgeId(id, catalog) : notChecked;
}

type BedrockArn = {
  region: string;
  /** The ID in a foundation-model or inference-profile ARN; null for other ARNs. */
  named: string | null;
};

const arnShape = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]*):\d*:([a-z-]+)\/(\S+)$/;

/** ARNs of an account's own deployments, which the runtime takes unchanged. */
const deploymentKinds = new Set([
  "application-inference-profile",
  "provisioned-model",
  "custom-model",
  "custom-model-deployment",
  "imported-model",
  "prompt-router",
  "default-prompt-router",
]);

function readBedrockArn(text: string): BedrockArn | null {
  const [, region = "", kind = "", id = ""] = arnShape.exec(text) ?? [];
  if (kind === "foundation-model" || kind === "inference-profile") return { region, named: id };
  return deploymentKinds.has(kind) ? { region, named: null } : null;
}

/** The ID at the end of a pasted foundation-model or inference-profile ARN; other IDs unchanged. */
export function reduceBedrockArn(modelId: string): string {
  return readBedrockArn(modelId.trim())?.named ?? modelId;
}

function surfaceOf(typed: string, trimmed: string, arn: BedrockArn | null) {
  if (arn?.named) {
    const sentence = "This is a whole ARN. Agents look up the ID at its end.";
    return { problem: "pasted_arn" as const, sentence };
  }
  if (typed === trimmed) return null;
  return { problem: "spaces" as const, sentence: "There are spaces around the ID." };
}

function judgeWholeArn({ region }: BedrockArn, catalog: BedrockCatalog | null): Judgement {
  if (!catalog || region === "" || region === catalog.region) return notChecked;
  return {
    problem: "foreign_region",
    checked: true,
    sentence: `This ARN belongs to ${region}; the agents' runtime calls ${catalog.region}.`,
    corrections: [],
  };
}

function judgeOtherArn(): Judgement {
  const sentence = "This is no ARN of a model or an inference profile of Bedrock.";
  return { problem: "unknown", checked: true, sentence, corrections: [] };
}

function judgeId(id: string, catalog: BedrockCatalog): Judgement {
  if (catalog.profiles.some((profile) => profile.model_id === id)) return valid;
  const own = catalog.profiles.find(
    ({ kind, model_id }) => kind === "application" && model_id.endsWith(`/${id}`),
  );
  if (own) {
    const sentence = "This is the ID of an application profile. Bedrock takes its whole ARN.";
    return { problem: "application_id", checked: true, sentence, corrections: [own.model_id] };
  }
  const isBase = catalog.bases.some((base) => base.model_id === id);
  if (isBase || profilesOf(id, catalog).length > 0) return judgeBase(id, catalog);
  return judgeForeign(id, catalog) ?? judgeUnknown(id, catalog);
}

function judgeBase(id: string, catalog: BedrockCatalog): Judgement {
  const base = catalog.bases.find(({ model_id }) => model_id === id);
  const { region } = catalog;
  if (base && !base.writes_text) {
    const sentence = `"${id}" writes no text, so that no agent can use it.`;
    return { problem: "no_text", checked: true, sentence, corrections: [] };
  }
  if (base?.runs === "on_demand") return valid;
  if (base?.runs === "provisioned") {
    const sentence = `In ${region} "${id}" runs on provisioned throughput only: paste the ARN of yours.`;
    return { problem: "provisioned_only", checked: true, sentence, corrections: [] };
  }
  const corrections = profilesOf(id, catalog);
  const only = `In ${region} "${id}" runs only through an inference profile`;
  const sentence = corrections.length > 0 ? `${only}.` : `${only}, and none is listed for it.`;
  return { problem: "needs_profile", checked: true, sentence, corrections };
}

/** Known geographies. Others are recognized if a listed model follows the first dot. */
const geographies = new Set(["us", "eu", "apac", "global", "us-gov", "jp", "au", "ca"]);

function judgeForeign(id: string, catalog: BedrockCatalog): Judgement | null {
  const dot = id.indexOf(".");
  const [geography, base] = [id.slice(0, dot), id.slice(dot + 1)];
  const runsAsItIs = catalog.bases.some(
    ({ model_id, runs, writes_text }) => model_id === base && runs === "on_demand" && writes_text,
  );
  const corrections = [...profilesOf(base, catalog), ...(runsAsItIs ? [base] : [])];
  if (dot < 1 || !(geographies.has(geography) || corrections.length > 0)) return null;
  const { region } = catalog;
  const offered = geographiesOf(catalog);
  if (offered.includes(geography)) {
    const sentence = `${region} lists no inference profile "${id}".`;
    return { problem: "unknown", checked: true, sentence, corrections };
  }
  const prefixes = offered.length > 0 ? offered.map((name) => `${name}.`).join(" and ") : "no";
  const sentence = `${region} offers ${prefixes} profiles, not ${geography}. ones: a call from there would fail.`;
  return { problem: "foreign_geography", checked: true, sentence, corrections };
}

const maxSuggestions = 3;

function judgeUnknown(id: string, catalog: BedrockCatalog): Judgement {
  const part = id.toLowerCase();
  const usable = [
    ...catalog.profiles.filter(({ kind }) => kind === "system").sort(nearestFirst),
    ...catalog.bases.filter(({ runs, writes_text }) => runs === "on_demand" && writes_text),
  ];
  const similar = usable.filter(({ model_id }) => model_id.toLowerCase().includes(part));
  return {
    problem: "unknown",
    checked: true,
    sentence: `${catalog.region} lists no model or inference profile "${id}".`,
    corrections: part.length < 3 ? [] : similar.slice(0, maxSuggestions).map((m) => m.model_id),
  };
}

/** The profiles that run a base model: first that of the region's geography, then the global one. */
export function profilesOf(base: string, { profiles }: BedrockCatalog): string[] {
  return profiles
    .filter(({ kind, bases }) => kind === "system" && bases.includes(base))
    .sort(nearestFirst)
    .map(({ model_id }) => model_id);
}

/** A narrower geography keeps data closer; the global one routes anywhere. */
function nearestFirst(a: BedrockProfile, b: BedrockProfile): number {
  const isGlobal = ({ model_id }: BedrockProfile) => Number(model_id.startsWith("global."));
  return isGlobal(a) - isGlobal(b) || a.regions - b.regions;
}

function geographiesOf({ profiles }: BedrockCatalog): string[] {
  const system = profiles.filter(({ kind }) => kind === "system").sort(nearestFirst);
  return [...new Set(system.map(({ model_id }) => model_id.slice(0, model_id.indexOf("."))))];
}
