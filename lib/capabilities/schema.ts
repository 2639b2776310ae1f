import * as z from "zod/mini";
import { completionCodes } from "@/lib/providers/rules/codes";

export const capabilityNames = ["tools", "vision", "streaming"] as const;
export type CapabilityName = (typeof capabilityNames)[number];

const RequestFlag = z.optional(z.boolean({ error: "Must be true or false" }));

/** The capabilities to probe: those that are true. If none is, all that aren't false. */
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
  /** Why no answer arrived. Also set for a refusal that disproves the capability. */
  code: z.nullable(z.enum(completionCodes)),
  /** What to do; null if nothing is needed. */
  fix: z.nullable(z.string()),
  simulated: z.boolean(),
});
export type CapabilityProof = z.infer<typeof CapabilityProof>;

/** Null means never probed. A `not_known` never replaces an earlier verdict. */
export const CapabilitiesProved = z.record(z.enum(capabilityNames), z.nullable(CapabilityProof));
export type CapabilitiesProved = z.infer<typeof CapabilitiesProved>;

/** Estimated input tokens of a probe. Token counts for images vary widely between models. */
export const probeInputTokens: Record<CapabilityName, number> = {
  tools: 110,
  vision: 320,
  streaming: 30,
};

/**
 * The output limit of one probe, the same as in the agents' caller. Reasoning models use most of
 * it.
 */
export const probeMaxOutputTokens = 4096;
