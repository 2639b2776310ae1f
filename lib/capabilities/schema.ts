import * as z from "zod/mini";
import type { CompletionCode } from "@/lib/completions/schema";

export const capabilityNames = ["tools", "vision", "streaming"] as const;
export type CapabilityName = (typeof capabilityNames)[number];

const Asked = z.optional(z.boolean({ error: "Must be true or false" }));

/** Which capabilities to probe: those that are true; without any, all that are not false. */
export const ProbeRequest = z
  .strictObject({ tools: Asked, vision: Asked, streaming: Asked })
  .check(
    z.refine((asked) => askedNames(asked).length > 0, { error: "Choose at least one capability" }),
  );
export type ProbeRequest = z.infer<typeof ProbeRequest>;

/** The capabilities that a request asks for, in the order in which they are probed. */
export function askedNames(asked: Partial<Record<CapabilityName, boolean>>): CapabilityName[] {
  const named = capabilityNames.filter((name) => asked[name] === true);
  return named.length > 0 ? named : capabilityNames.filter((name) => asked[name] !== false);
}

export type CapabilityVerdict = "proved" | "disproved" | "not_known";

/** What asking a model for a capability has shown. */
export type CapabilityProof = {
  verdict: CapabilityVerdict;
  at: string;
  by: string;
  /** What the model did, or why nothing is known, in a sentence. */
  detail: string;
  /** Why no answer came. A refusal that disproves has its code too. */
  code: CompletionCode | null;
  /** What to do about it; null when nothing has to be done. */
  fix: string | null;
  simulated: boolean;
};

/** Null is a capability that was never probed. A `not_known` never takes the place of an older verdict. */
export type CapabilitiesProved = Record<CapabilityName, CapabilityProof | null>;

export type ProbeResult = {
  provider: string;
  model_id: string;
  /** What this probe has shown; null is what it was not asked for. */
  results: CapabilitiesProved;
  /** All that is known by now, earlier probes included. */
  capabilities_proved: CapabilitiesProved;
  /** False when it could not be noted, such as before our table exists. */
  kept: boolean;
  /** Null when the provider did not report them. */
  usage: { input_tokens: number | null; output_tokens: number | null };
  /** USD; null when the model has no price or the provider reported no tokens. */
  cost_usd: number | null;
};

/**
 * About how many input tokens the question of a probe has. The image is the uncertain part: models
 * count the same picture quite differently.
 */
export const probeInputTokens: Record<CapabilityName, number> = {
  tools: 110,
  vision: 320,
  streaming: 30,
};

/** Most output tokens of one probe. Usually it is a few dozen; models that reason may need more. */
export const probeOutputLimit = 1024;
