import known from "@/lib/models/known-models.json" with { type: "json" };
import { foundationModels } from "../embedded/bedrock/catalog";
import table from "./models.json" with { type: "json" };
import { type Prompt, type ProviderId, RequestFault } from "./protocol";

export interface SampleModel {
  id: string;
  name: string;
  /** ISO date. */
  created?: string | undefined;
  input: number | null;
  output: number | null;
  lifecycle: "active" | "legacy" | "retired";
  /** ISO date, if the provider has announced it. */
  retires?: string | null;
  /** Gemini's supportedGenerationMethods, if they differ from a chat model's. */
  methods?: string[] | undefined;
  /** The owner of a fine-tuned OpenAI model. */
  owner?: string | undefined;
  /** Absent for chat models. */
  kind?: string | undefined;
}

interface ProviderTable {
  not_listed: string[];
  created: Record<string, string>;
  more: (Partial<SampleModel> & { id: string })[];
  shows: Record<string, { tools?: boolean; vision?: boolean }>;
}

const tables = table as unknown as Record<ProviderId, ProviderTable>; // Checked by the contract tests.

/** Every current and former model of a provider that the sandbox knows. */
function allModels(provider: ProviderId): SampleModel[] {
  const { not_listed, created, more } = tables[provider];
  const knownModels = known.models.filter(
    (model) => model.provider === provider && !not_listed.includes(model.model_id),
  );
  return [
    ...knownModels.map((model) => ({
      id: model.model_id,
      name: model.display_name,
      created: created[model.model_id],
      input: model.max_tokens,
      output: model.max_output_tokens,
      retires: model.retires_on,
      // The table has active, legacy, retired, or null for unknown.
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

/** The models that the sandbox lists for a provider; retired ones only if requested. */
export function sampleModels(
  provider: ProviderId,
  lifecycles: readonly string[] = ["active", "legacy"],
): SampleModel[] {
  return allModels(provider).filter(({ lifecycle }) => lifecycles.includes(lifecycle));
}

/** A listed model; throws the provider's unknown-model failure for any other id. */
export function sampleModel(provider: ProviderId, id: string): SampleModel {
  const found = sampleModels(provider).find((model) => model.id === id);
  if (!found) throw new RequestFault("unknown_model", "", id);
  return found;
}

/** The capabilities of a model; unknown models have all of them. */
export function capabilitiesOf(
  provider: ProviderId,
  id: string,
): { tools: boolean; vision: boolean } {
  const base = baseId(provider, id);
  const row = known.models.find(
    (model) => model.provider === provider && baseId(provider, model.model_id) === base,
  );
  const listed =
    provider === "bedrock" ? foundationModels.find((model) => model.modelId === base) : undefined;
  const override = tables[provider].shows[id];
  return {
    tools: override?.tools ?? row?.supports_tools ?? true,
    vision:
      override?.vision ?? row?.supports_vision ?? listed?.inputModalities.includes("IMAGE") ?? true,
  };
}

/** Whether a model chats; unlisted ids count as chat models. */
function isChatModel(provider: ProviderId, id: string): boolean {
  const base = baseId(provider, id);
  if (provider === "bedrock")
    return foundationModels.every(
      (model) => model.modelId !== base || model.outputModalities.includes("TEXT"),
    );
  return tables[provider].more.every((model) => model.id !== id || model.kind === undefined);
}

/** A Bedrock id without its ARN and geography, which don't affect capabilities. */
function baseId(provider: ProviderId, id: string): string {
  if (provider !== "bedrock") return id;
  return id.replace(/^.*\//, "").replace(/^(us-gov|us|eu|apac|global|jp|au|ca)\./, "");
}

/**
 * Throws the provider's failure if the prompt needs a capability that its model lacks: chat, images,
 * tools, or a forced tool.
 */
export function assertSupported(provider: ProviderId, prompt: Prompt): void {
  const { model, images, tools } = prompt;
  const supported = capabilitiesOf(provider, model);
  if (!isChatModel(provider, model)) throw new RequestFault("not_chat", "", model);
  if (images.length > 0 && !supported.vision) throw new RequestFault("no_vision", "", model);
  if (tools.length === 0) return;
  if (!supported.tools) throw new RequestFault("no_tools", "", model);
  const forced = forcedToolMember(prompt);
  if (forced && provider === "bedrock" && /(^|\.)meta\./.test(model))
    throw new RequestFault("no_forced_tool", forced, model);
}

/** The member of Converse's `toolChoice` that forces a tool; null if the model may choose. */
function forcedToolMember({ toolChoice }: Prompt): "tool" | "any" | null {
  if (typeof toolChoice === "object") return "tool";
  return toolChoice === "required" ? "any" : null;
}
