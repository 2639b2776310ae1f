import type { JsonObject } from "./json";
import { type ChatProvider, type Operation, RequestFault } from "./protocol";
import { abilities, type SampleModel, sampleModel, sampleModels } from "./sample-models";

const OWNERS = { openai: "system", xai: "xai", deepseek: "deepseek" };

/**
 * What a GET of the models asks for: OpenAI's list, which is not paged, and the dialects of it.
 * Sources: platform.openai.com/docs/api-reference/models, docs.x.ai/docs/api-reference (also
 * language-models, which tells modalities), api-docs.deepseek.com/api/list-models.
 */
export function readModels(provider: ChatProvider, route: string): Operation | null {
  const [, kind, id] = /^\/(models|language-models)(?:\/(.+))?$/.exec(route) ?? [];
  if (!kind || (kind === "language-models" && provider !== "xai")) return null;
  const record = kind === "models" ? modelRecord : languageModel;
  if (id !== undefined) {
    const model = decodeURIComponent(id);
    return { kind: "read", answer: () => record(provider, sampleModel(provider, model)) };
  }
  const listed = () => sampleModels(provider).map((model) => record(provider, model));
  if (kind === "models")
    return { kind: "read", answer: () => ({ object: "list", data: listed() }) };
  const chats = () => sampleModels("xai").filter((model) => model.kind === undefined);
  const answer = () => ({ models: chats().map((model) => languageModel("xai", model)) });
  return { kind: "read", answer };
}

function modelRecord(provider: ChatProvider, model: SampleModel): JsonObject {
  const created = model.created ? { created: Date.parse(model.created) / 1000 } : {};
  const owned_by = model.owner ?? OWNERS[provider];
  return { id: model.id, object: "model", ...created, owned_by };
}

/** Without prices, which the sandbox does not know. Throws for models that do not chat. */
function languageModel(provider: ChatProvider, model: SampleModel): JsonObject {
  if (model.kind !== undefined) throw new RequestFault("unknown_model", "", model.id);
  const { vision } = abilities(provider, model.id);
  return {
    ...modelRecord(provider, model),
    fingerprint: "fp_simulated",
    version: "1.0",
    input_modalities: vision ? ["text", "image"] : ["text"],
    output_modalities: ["text"],
    aliases: [],
  };
}
