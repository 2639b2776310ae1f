import "server-only";
import Big from "big.js";
import type { Actor } from "@/lib/auth/actor";
import {
  type CapabilitiesProved,
  type CapabilityName,
  type CapabilityProof,
  type ProbeRequest,
  type ProbeResult,
  requestedCapabilities,
} from "@/lib/capabilities/schema";
import { costOf } from "@/lib/costs/rules/cost";
import { AppError, invalidField } from "@/lib/errors";
import { readKey, recordKeyOutcome } from "@/lib/keys/service";
import { keepCapability } from "@/lib/models/reference-service";
import type { ModelKey, ModelRecord } from "@/lib/models/schema";
import { getModel } from "@/lib/models/service";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";
import { type Probed, probe } from "./probe-service";

const nothing: CapabilitiesProved = { tools: null, vision: null, streaming: null };

type Probing = {
  actor: Actor;
  model: ModelRecord;
  id: ProviderId;
  key: string;
  results: CapabilitiesProved;
  known: CapabilitiesProved;
  kept: boolean;
};

/**
 * Asks a registered model for what it can do, with the stored key, one question after the other, and
 * keeps each outcome with its row as it comes. A failure that the next question would meet as well
 * (the key, the model itself) ends the asking.
 * @throws AppError `not_found`, `model_defective`, `invalid` when nobody knows the provider
 */
export async function probeModel(
  actor: Actor,
  key: ModelKey,
  request: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const model = await getModel(key);
  const id = providerIdOf(model.provider);
  if (id === null) {
    throw invalidField("provider", `Unknown provider. Choose one of ${providerIds.join(", ")}.`);
  }
  const known = { ...(model.capabilities_proved ?? nothing) };
  const stored = (await readKey(id)) ?? "";
  const probing = { actor, model, id, key: stored, results: { ...nothing }, known, kept: true };
  const answers = await askAll(probing, requestedCapabilities(request), signal);
  return {
    provider: model.provider,
    model_id: model.model_id,
    results: probing.results,
    capabilities_proved: probing.known,
    kept: probing.kept,
    usage: {
      input_tokens: sumOf(answers.map((answer) => answer.input_tokens)),
      output_tokens: sumOf(answers.map((answer) => answer.output_tokens)),
    },
    cost_usd: sumOf(answers.map((answer) => answer.cost_usd)),
  };
}

type Spent = Record<"input_tokens" | "output_tokens" | "cost_usd", number | null>;

async function askAll(
  probing: Probing,
  names: CapabilityName[],
  signal: AbortSignal,
): Promise<Spent[]> {
  const answers: Spent[] = [];
  let hopeless: CapabilityProof | null = null;
  for (const name of names) {
    if (hopeless) {
      await settle(probing, name, hopeless);
      continue;
    }
    const probed = await probe(name, probing, signal).catch((error: unknown) => {
      throw signal.aborted ? stopped() : error;
    });
    if (probed.usage) answers.push(spent(probed, probing.model));
    const proof = toProof(probing.actor, probed);
    await settle(probing, name, proof);
    await noteKey(probing, probed);
    if (proof.verdict === "not_known" && proof.code && meetsNextToo.has(proof.code)) {
      hopeless = proof;
    }
  }
  return answers;
}

/** Why asking the same model something else would end alike. */
const meetsNextToo = new Set<CompletionCode>([
  "bad_key",
  "key_missing",
  "key_expired",
  "no_access",
  "unknown_model",
  "needs_inference_profile",
  "wrong_region",
  "quota_exhausted",
  "rate_limited",
  "unreachable",
  "timeout",
]);

function toProof(actor: Actor, { usage: _, ...shown }: Probed): CapabilityProof {
  return { ...shown, at: new Date().toISOString(), by: actor.name };
}

/** What is not known now is no reason to forget what was. */
async function settle(probing: Probing, name: CapabilityName, proof: CapabilityProof) {
  probing.results[name] = proof;
  const before = probing.known[name];
  if (proof.verdict === "not_known" && before && before.verdict !== "not_known") return;
  probing.known[name] = proof;
  // A probe is answered even where nothing can be noted, such as before our table exists.
  await keepCapability(probing.model.pk, name, proof).catch(() => {
    probing.kept = false;
  });
}

/** Whoever answers has accepted the key. */
async function noteKey({ id, key }: Probing, { usage, code }: Probed): Promise<void> {
  const status =
    code === "bad_key" ? "rejected" : code === "key_expired" ? "expired" : usage && "verified";
  if (status) await recordKeyOutcome(id, key, status).catch(() => {});
}

function spent({ usage }: Probed, model: ModelRecord): Spent {
  const { input_tokens = null, output_tokens = null } = usage ?? {};
  return { input_tokens, output_tokens, cost_usd: usage && costOf(usage, model) };
}

/** One unknown part makes the sum unknown. Without float drift: costs are small. */
function sumOf(parts: (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  if (known.length < parts.length) return null;
  return known.reduce((sum, part) => sum.plus(part), new Big(0)).toNumber();
}

function stopped(): AppError {
  return new AppError("provider_error", "The probe was stopped before it was complete.");
}
