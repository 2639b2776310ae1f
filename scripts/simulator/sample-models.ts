import known from "@/lib/models/known-models.json" with { type: "json" };
import { foundationModels } from "../embedded/bedrock/catalog";
import table from "./models.json" with { type: "json" };
import { type ProviderId, RequestFault } from "./protocol";

export interface SampleModel {
  id: string;
  name: string;
  /** ISO date. */
  created?: string | undefined;
  input: number | null;
  output: number | null;
  lifecycle: "active" | "legacy" | "retired";
  /** ISO date, if the provider has named it. */
  retires?: string | null;
  /** Gemini's supportedGenerationMethods, where they are not those of a chat model. */
  methods?: string[] | undefined;
  /** Who owns a fine-tuned model of OpenAI. */
  owner?: string | undefined;
  /** Absent for models that chat. */
  kind?: string | undefined;
}

interface ProviderTable {
  not_listed: string[];
  created: Record<string, string>;
  more: (Partial<SampleModel> & { id: string })[];
  shows: Record<string, { tools?: boolean; vision?: boolean }>;
}

const tables = table as unknown as Record<ProviderId, ProviderTable>; // Checked by the contract tests.

/** Every model that a provider has ever had, as far as the sandbox knows. */
function allModels(provider: ProviderId): SampleModel[] {
  const { not_listed, created, more } = tables[provider];
  const ofTable = known.models.filter(
    (model) => model.provider === provider && !not_listed.includes(model.model_id),
  );
  return [
    ...ofTable.map((model) => ({
      id: model.model_id,
      name: model.display_name,
      created: created[model.model_id],
      input: model.max_tokens,
      output: model.max_output_tokens,
      retires: model.retires_on,
      // The table says active, legacy, retired, or null for not known.
      lifecycle: (model.lifecycle ?? "active") as SampleModel["lifecycle"],
    })),
    ...more.map((model) => ({
      name: model.id,
      input: null,
      output: null,
      lifecycle: "active" as const,
      ...model,
    })),
  ];
}

/** The models that the sandbox lists for a provider: retired ones only where asked for. */
export function sampleModels(
  provider: ProviderId,
  lifecycles: readonly string[] = ["active", "legacy"],
): SampleModel[] {
  return allModels(provider).filter(({ lifecycle }) => lifecycles.includes(lifecycle));
}

/** One listed model; throws the provider's unknown-model failure for any other id. */
export function sampleModel(provider: ProviderId, id: string): SampleModel {
  const found = sampleModels(provider).find((model) => model.id === id);
  if (!found) throw new RequestFault("unknown_model", "", id);
  return found;
}

/** What a model of the sandbox takes; a model that it does not know takes everything. */
export function abilities(provider: ProviderId, id: string): { tools: boolean; vision: boolean } {
  const base = baseId(provider, id);
  const row = known.models.find(
    (model) => model.provider === provider && baseId(provider, model.model_id) === base,
  );
  const listed =
    provider === "bedrock" ? foundationModels.find((model) => model.modelId === base) : undefined;
  const shown = tables[provider].shows[id];
  return {
    tools: shown?.tools ?? row?.supports_tools ?? true,
    vision:
      shown?.vision ?? row?.supports_vision ?? listed?.inputModalities.includes("IMAGE") ?? true,
  };
}

/** Whether a listed model is one that chats; ids that are not listed are taken for one. */
export function isChatModel(provider: ProviderId, id: string): boolean {
  const base = baseId(provider, id);
  if (provider === "bedrock")
    return foundationModels.every(
      (model) => model.modelId !== base || model.outputModalities.includes("TEXT"),
    );
  return tables[provider].more.every((model) => model.id !== id || model.kind === undefined);
}

/** A Bedrock id without its ARN and geography: what a model takes does not depend on where. */
function baseId(provider: ProviderId, id: string): string {
  if (provider !== "bedrock") return id;
  return id.replace(/^.*\//, "").replace(/^(us-gov|us|eu|apac|global|jp|au|ca)\./, "");
}
