import * as z from "zod/mini";
import { CapabilitiesProved } from "@/lib/capabilities/schema";
import { CallCost } from "@/lib/costs/schema";

export const ProbeResult = z.strictObject({
  provider: z.string(),
  model_id: z.string(),
  /** Results of this probe; null for capabilities that weren't requested. */
  results: CapabilitiesProved,
  /** All results, earlier probes included. */
  capabilities_proved: CapabilitiesProved,
  /** False if the results couldn't be saved, for example before our table exists. */
  kept: z.boolean(),
  /** Null if the provider didn't report them. */
  usage: z.strictObject({
    input_tokens: z.nullable(z.number()),
    output_tokens: z.nullable(z.number()),
  }),
  ...CallCost.shape,
});
export type ProbeResult = z.infer<typeof ProbeResult>;
