import * as z from "zod/mini";
import { completionCodes } from "@/lib/providers/rules/codes";

export const capabilityNames = ["tools", "vision", "streaming"] as const;
export type CapabilityName = (typeof capabilityNames)[number];

const Asked = z.optional(z.boolean({ error: "Must be true or false" }));

/** Which capabilities to probe: those that are true; without any, all that are not false. */
export const ProbeRequest = z.strictObject({ tools: Asked, vision: Asked, streaming: Asked }).check(
  z.refine((asked) => requestedCapabilities(asked).length > 0, {
    error: "Choose at least one capability",
  }),
);
export type ProbeRequest = z.infer<typeof ProbeRequest>;

/** The capabilities that a request asks for, in the order in which they are probed. */
export function requestedCapabilities(
  asked: Partial<Record<CapabilityName, boolean>>,
): CapabilityName[] {
  const named = capabilityNames.filter((name) => asked[name] === true);
  return named.length > 0 ? named : capabilityNames.filter((name) => asked[name] !== false);
}

const CapabilityVerdict = z.enum(["proved", "disproved", "not_known"]);
export type CapabilityVerdict = z.infer<typeof CapabilityVerdict>;

/** What asking a model for a capability has shown. */
export const CapabilityProof = z.strictObject({
  verdict: CapabilityVerdict,
  at: z.string(),
  by: z.string(),
  /** What the model did, or why nothing is known, in a sentence. */
  detail: z.string(),
  /** Why no answer came. A refusal that disproves has its code too. */
  code: z.nullable(z.enum(completionCodes)),
  /** What to do about it; null when nothing has to be done. */
  fix: z.nullable(z.string()),
  simulated: z.boolean(),
});
export type CapabilityProof = z.infer<typeof CapabilityProof>;

/** Null is a capability that was never probed. A `not_known` never takes the place of an older verdict. */
export const CapabilitiesProved = z.record(z.enum(capabilityNames), z.nullable(CapabilityProof));
export type CapabilitiesProved = z.infer<typeof CapabilitiesProved>;

export const ProbeResult = z.strictObject({
  provider: z.string(),
  model_id: z.string(),
  /** What this probe has shown; null is what it was not asked for. */
  results: CapabilitiesProved,
  /** All that is known by now, earlier probes included. */
  capabilities_proved: CapabilitiesProved,
  /** False when it could not be noted, such as before our table exists. */
  kept: z.boolean(),
  /** Null when the provider did not report them. */
  usage: z.strictObject({
    input_tokens: z.nullable(z.number()),
    output_tokens: z.nullable(z.number()),
  }),
  /** USD; null when the model has no price or the provider reported no tokens. */
  cost_usd: z.nullable(z.number()),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

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
export const probeMaxOutputTokens = 1024;
