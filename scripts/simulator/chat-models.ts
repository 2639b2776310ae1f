import type { JsonObject } from "../embedded/json";
import { type ChatProvider, type Operation, RequestFault } from "./protocol";
import { capabilitiesOf, type SampleModel, sampleModel, sampleModels } from "./sample-models";

const owners = { openai: "system", xai: "xai", deepseek: "deepseek" };

/**
 * OpenAI's model list, which has no pages, including xAI's and DeepSeek's dialects.
 * Sources: platform.openai.com/docs/api-reference/models, docs.x.ai/docs/api-reference (also
 * language-models, which lists modalities), api-docs.deepseek.com/api/list-models.
 */
export function readModels(provider: ChatProvider, route: string): Operation | null {
  const [, kind, id] = /^\/(models|language-models)(?:\/(.+))?$/.exec(route) ?? [];
  if (!kind || (kind === "language-models" && provider !== "xai")) return null;
  const record = kind === "models" ? modelRecord : languageModel;
  if (id !== undefined) {
    const model = decodeURIComponent(id);
    return { kind: "read", answer: () => record(provider, sampleModel(provider, model)) };
  }
  const records = () => sampleModels(provider).map((model) => record(provider, model));
  if (kind === "models")
    return { kind: "read", answer: () => ({ object: "list", data: records() }) };
  const chatModels = () => sampleModels("xai").filter((model) => model.kind === undefined);
  const answer = () => ({ models: chatModels().map((model) => languageModel("xai", model)) });
  return { kind: "read", answer };
}

function modelRecord(provider: ChatProvider, model: SampleModel): JsonObject {
  const created = model.created ? { created: Date.parse(model.created) / 1000 } : {};
  const owned_by = model.owner ?? owners[provider];
  return { id: model.id, object: "model", ...created, owned_by };
}

/** Omits prices. Throws for models that don't chat. */
function languageModel(provider: ChatProvider, model: SampleModel): JsonObject {
  if (model.kind !== undefined) throw new RequestFault("unknown_model", "", model.id);
  const { vision } = capabilitiesOf(provider, model.id);
  return {
    ...modelRecord(provider, model),
    fingerprint: "fp_simulated",
    version: "1.0",
    input_modalities: vision ? ["text", "image"] : ["text"],
    output_modalities: ["text"],
    aliases: [],
  };
}
