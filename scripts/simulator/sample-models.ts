import models from "./models.json" with { type: "json" };
import { type ProviderId, RequestFault } from "./protocol";

export interface SampleModel {
  id: string;
  name?: string;
  created?: string;
  input?: number;
  output?: number;
  methods?: string[];
}

const samples: Record<ProviderId, SampleModel[]> = models;

/** The models that the sandbox lists for a provider. */
export function sampleModels(provider: ProviderId): SampleModel[] {
  return samples[provider];
}

/** One listed model; throws the provider's unknown-model failure for any other id. */
export function sampleModel(provider: ProviderId, id: string): SampleModel {
  const found = samples[provider].find((model) => model.id === id);
  if (!found) throw new RequestFault("unknown_model", "", id);
  return found;
}
