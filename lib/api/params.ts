import * as z from "zod/mini";
import { providerIds } from "@/lib/providers/schema";

/** Parsed into the model's key. */
export const ModelParams = z.pipe(
  z.strictObject({ provider: z.string(), modelId: z.string() }),
  z.transform(({ provider, modelId }) => ({ provider, model_id: modelId })),
);

/** Parsed into the agent's key. */
export const AgentParams = z.pipe(
  z.strictObject({ name: z.string(), version: z.string() }),
  z.transform(({ name, version }) => ({ agent_name: name, version })),
);

/** Parsed into the agent's key and the run's ID. */
export const RunParams = z.pipe(
  z.strictObject({ name: z.string(), version: z.string(), id: z.string() }),
  z.transform(({ name, version, id }) => ({ key: { agent_name: name, version }, id })),
);

/** Parsed into the agent's key, the trial's ID and the index of a case. */
export const CaseParams = z.pipe(
  z.strictObject({
    name: z.string(),
    version: z.string(),
    id: z.string(),
    index: z.string().check(z.regex(/^\d{1,3}$/, "A case has a number.")),
  }),
  z.transform(({ name, version, id, index }) => ({
    key: { agent_name: name, version },
    id,
    index: Number(index),
  })),
);

export const IdParams = z.strictObject({ id: z.string() });

export const PkParams = z.strictObject({ pk: z.string() });

export const ProviderParams = z.strictObject({
  id: z.enum(providerIds, {
    error: ({ input }) => `There is no provider "${input}". Known: ${providerIds.join(", ")}.`,
  }),
});
