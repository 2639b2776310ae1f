import "server-only";
import Big from "big.js";
import type { Actor } from "@/lib/auth/actor";
import {
  type CapabilitiesProved,
  type CapabilityName,
  type CapabilityProof,
  type ProbeRequest,
  requestedCapabilities,
} from "@/lib/capabilities/schema";
import { callCost } from "@/lib/costs/call-cost-service";
import { joinCallPriceNotes } from "@/lib/costs/rules/call-price-notes";
import type { CallCost } from "@/lib/costs/schema";
import { AppError, invalidField } from "@/lib/errors";
import { readKey, recordKeyOutcome } from "@/lib/keys/service";
import { saveCapabilityProof, saveProbeOutcome } from "@/lib/models/reference-service";
import { noAnswer } from "@/lib/models/rules/answered";
import type { ModelKey, ModelRecord } from "@/lib/models/schema";
import { getModel } from "@/lib/models/service";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";
import { type ProbeOutcome, probe } from "./probe-service";
import type { ProbeResult } from "./schema";

const noProofs: CapabilitiesProved = { tools: null, vision: null, streaming: null };

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
 * Probes a registered model with the stored key, one capability after another, and saves each
 * result. A failure that would affect the next probe too ends the run.
 * @throws AppError `not_found`, `model_defective`, `invalid` for an unknown provider
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
  const known = { ...(model.capabilities_proved ?? noProofs) };
  const stored = (await readKey(id)) ?? "";
  const probing = {
    actor,
    model,
    id,
    key: stored,
    results: { ...noProofs },
    known,
    kept: true,
  };
  const answers = await probeAll(probing, requestedCapabilities(request), signal);
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
    ...joinCallPriceNotes(answers),
  };
}

type Spent = CallCost & Record<"input_tokens" | "output_tokens", number | null>;

async function probeAll(
  probing: Probing,
  names: CapabilityName[],
  signal: AbortSignal,
): Promise<Spent[]> {
  const answers: Spent[] = [];
  let fatalOutcome: CapabilityProof | null = null;
  for (const name of names) {
    if (fatalOutcome) {
      await settle(probing, name, fatalOutcome);
      continue;
    }
    const probed = await probe(name, probing, signal).catch((error: unknown) => {
      throw signal.aborted ? stoppedError() : error;
    });
    if (probed.usage) answers.push(await spent(probed, probing.model));
    const proof = toProof(probing.actor, probed);
    await settle(probing, name, proof);
    await recordOutcome(probing, proof, probed);
    await recordKeyState(probing, probed);
    if (proof.verdict === "not_known" && proof.code && fatalCodes.has(proof.code)) {
      fatalOutcome = proof;
    }
  }
  return answers;
}

/** Failures that would affect every probe of the model. */
const fatalCodes = new Set<CompletionCode>([
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

function toProof(
  actor: Actor,
  { usage: _, answered: __, ...result }: ProbeOutcome,
): CapabilityProof {
  return { ...result, at: new Date().toISOString(), by: actor.name };
}

/** An inconclusive probe doesn't replace the earlier verdict. */
async function settle(probing: Probing, name: CapabilityName, proof: CapabilityProof) {
  probing.results[name] = proof;
  const before = probing.known[name];
  if (proof.verdict === "not_known" && before && before.verdict !== "not_known") return;
  probing.known[name] = proof;
  // The result is returned even if it can't be saved, for example before our table exists.
  await saveCapabilityProof(probing.model.pk, name, proof).catch(() => {
    probing.kept = false;
  });
}

/** A refusal of a capability is also an answer: the model can be called. */
async function recordOutcome(
  { model }: Probing,
  { code, at, by }: CapabilityProof,
  { answered }: ProbeOutcome,
) {
  const outcome = answered ? "ok" : (code ?? noAnswer);
  await saveProbeOutcome(model.pk, { at, outcome, by }).catch(() => {});
}

/** An answer proves that the provider accepted the key. */
async function recordKeyState({ id, key }: Probing, { usage, code }: ProbeOutcome): Promise<void> {
  const status =
    code === "bad_key" ? "rejected" : code === "key_expired" ? "expired" : usage && "verified";
  if (status) await recordKeyOutcome(id, key, status).catch(() => {});
}

async function spent({ usage }: ProbeOutcome, model: ModelRecord): Promise<Spent> {
  const { input_tokens = null, output_tokens = null } = usage ?? {};
  const cost = usage ? await callCost(model, usage) : { cost_usd: null };
  return { input_tokens, output_tokens, ...cost };
}

/** Decimal sum; null if any part is unknown. */
function sumOf(parts: (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  if (known.length < parts.length) return null;
  return known.reduce((sum, part) => sum.plus(part), new Big(0)).toNumber();
}

function stoppedError(): AppError {
  return new AppError("provider_error", "The probe was stopped before it was complete.");
}
