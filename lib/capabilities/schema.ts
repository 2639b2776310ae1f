import * as z from "zod/mini";
import { completionCodes } from "@/lib/providers/rules/codes";

export const capabilityNames = ["tools", "vision", "streaming"] as const;
export type CapabilityName = (typeof capabilityNames)[number];

const RequestFlag = z.optional(z.boolean({ error: "Must be true or false" }));

/** Which capabilities to probe: those that are true; without any, all that are not false. */
export const ProbeRequest = z
  .strictObject({ tools: RequestFlag, vision: RequestFlag, streaming: RequestFlag })
  .check(
    z.refine((request) => requestedCapabilities(request).length > 0, {
      error: "Choose at least one capability",
    }),
  );
export type ProbeRequest = z.infer<typeof ProbeRequest>;

/** The requested capabilities, in probing order. */
export function requestedCapabilities(
  request: Partial<Record<CapabilityName, boolean>>,
): CapabilityName[] {
  const named = capabilityNames.filter((name) => request[name] === true);
  return named.length > 0 ? named : capabilityNames.filter((name) => request[name] !== false);
}

const CapabilityVerdict = z.enum(["proved", "disproved", "not_known"]);
export type CapabilityVerdict = z.infer<typeof CapabilityVerdict>;

/** The result of probing one capability. */
export const CapabilityProof = z.strictObject({
  verdict: CapabilityVerdict,
  at: z.string(),
  by: z.string(),
  /** What the model did, or why the result is unknown. */
  detail: z.string(),
  /** Why no answer came; also set for a refusal that disproves. */
  code: z.nullable(z.enum(completionCodes)),
  /** What to do; null if nothing is needed. */
  fix: z.nullable(z.string()),
  simulated: z.boolean(),
});
export type CapabilityProof = z.infer<typeof CapabilityProof>;

/** Null means never probed. A `not_known` never replaces an earlier verdict. */
export const CapabilitiesProved = z.record(z.enum(capabilityNames), z.nullable(CapabilityProof));
export type CapabilitiesProved = z.infer<typeof CapabilitiesProved>;

export const ProbeResult = z.strictObject({
  provider: z.string(),
  model_id: z.string(),
  /** This probe's results; null if not requested. */
  results: CapabilitiesProved,
  /** All results, earlier probes included. */
  capabilities_proved: CapabilitiesProved,
  /** False if it couldn't be saved, for example before our table exists. */
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

/** Estimated input tokens of a probe. Models count images very differently. */
export const probeInputTokens: Record<CapabilityName, number> = {
  tools: 110,
  vision: 320,
  streaming: 30,
};

/** Output limit of one probe, as the agents' caller sets it. Models that think need most of it. */
export const probeMaxOutputTokens = 4096;
