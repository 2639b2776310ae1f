import { foundationModels } from "../embedded/bedrock/catalog";
import table from "./models.json" with { type: "json" };
import { type Prompt, type ProviderId, RequestFault } from "./protocol";

export interface SampleModel {
  id: string;
  name: string;
  /** ISO date. */
  created?: string;
  input: number | null;
  output: number | null;
  lifecycle: "active" | "legacy" | "retired";
  /** ISO date from which calls fail, if the provider has announced it. */
  retires_on?: string;
  /** Other ids of the same model. */
  aliases?: string[];
  /** Answers calls although the provider's list lacks it. */
  not_listed?: boolean;
  tools: boolean | null;
  vision: boolean | null;
  /** Gemini's supportedGenerationMethods, if they differ from a chat model's. */
  methods?: string[];
  /** The owner of a fine-tuned OpenAI model. */
  owner?: string;
  /** Absent for chat models. */
  kind?: string;
}

/**
 * How a model calls tools incorrectly: a tool other than the requested one, or arguments of the
 * wrong types.
 */
export type Quirk = "other_tool" | "invalid_arguments";

interface Facts {
  models: Record<ProviderId, SampleModel[]>;
  quirks: Partial<Record<ProviderId, Record<string, Quirk>>>;
  shows: Record<ProviderId, Record<string, { tools?: boolean; vision?: boolean }>>;
}

const facts = table as unknown as Facts; // Checked by the contract tests.

function findModel(provider: ProviderId, id: string): SampleModel | undefined {
  const own = ownId(provider, id);
  return facts.models[provider].find(
    (model) => model.id === own || (model.aliases?.includes(own) ?? false),
  );
}

const isRetired = ({ lifecycle, retires_on }: SampleModel) =>
  lifecycle === "retired" || (retires_on !== undefined && Date.parse(retires_on) <= Date.now());

/**
 * The failure code of a provider's model for the simulated account: `retired`, or `unknown_model` for
 * an id that the provider doesn't have. Null if the model answers.
 */
export function modelIdFailure(
  provider: ProviderId,
  id: string,
): "retired" | "unknown_model" | null {
  // Belongs to the account, whose models aren't in the table.
  if (provider === "openai" && id.startsWith("ft:")) return null;
  const model = findModel(provider, id);
  if (!model) return "unknown_model";
  return isRetired(model) ? "retired" : null;
}

/** The models that the sandbox lists for a provider; retired ones only if requested. */
export function sampleModels(
  provider: ProviderId,
  lifecycles: readonly string[] = ["active", "legacy"],
): SampleModel[] {
  return facts.models[provider]
    .filter(({ not_listed }) => !not_listed)
    .map((model) => (isRetired(model) ? { ...model, lifecycle: "retired" as const } : model))
    .filter(({ lifecycle }) => lifecycles.includes(lifecycle));
}

/** A listed model; throws the provider's unknown-model failure for any other id. */
export function sampleModel(provider: ProviderId, id: string): SampleModel {
  const model = sampleModels(provider).find((model) => model.id === id);
  if (!model) throw new RequestFault("unknown_model", "", id);
  return model;
}

/** The capabilities of a model; unknown models have all of them. */
export function capabilitiesOf(
  provider: ProviderId,
  id: string,
): { tools: boolean; vision: boolean } {
  const model = findModel(provider, id);
  const listed =
    provider === "bedrock"
      ? foundationModels.find(({ modelId }) => modelId === ownId(provider, id))
      : undefined;
  const override = facts.shows[provider][id];
  return {
    tools: override?.tools ?? model?.tools ?? true,
    vision: override?.vision ?? model?.vision ?? listed?.inputModalities.includes("IMAGE") ?? true,
  };
}

/** How this model calls tools incorrectly; null for most models. */
export function quirkOf(provider: ProviderId, id: string): Quirk | null {
  return facts.quirks[provider]?.[ownId(provider, id)] ?? null;
}

/** Whether a model chats; unlisted ids count as chat models. */
function isChatModel(provider: ProviderId, id: string): boolean {
  const base = ownId(provider, id);
  if (provider === "bedrock")
    return foundationModels.every(
      (model) => model.modelId !== base || model.outputModalities.includes("TEXT"),
    );
  return findModel(provider, id)?.kind === undefined;
}

/** A Bedrock id without its ARN and geography, which don't affect capabilities. */
function ownId(provider: ProviderId, id: string): string {
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
