import type { Prompt, ProviderId } from "./protocol";
import { RequestFault } from "./protocol";
import { abilities, isChatModel } from "./sample-models";

/**
 * Throws what the provider answers when a request asks its model for something it does not take:
 * chat itself, images, tools, or a forced tool.
 */
export function refuseBeyondAbilities(provider: ProviderId, prompt: Prompt): void {
  const { model, images, tools } = prompt;
  const { tools: takesTools, vision } = abilities(provider, model);
  if (!isChatModel(provider, model)) throw new RequestFault("not_chat", "", model);
  if (images.length > 0 && !vision) throw new RequestFault("no_vision", "", model);
  if (tools.length === 0) return;
  if (!takesTools) throw new RequestFault("no_tools", "", model);
  const forced = forcedMember(prompt);
  if (forced && provider === "bedrock" && /(^|\.)meta\./.test(model))
    throw new RequestFault("no_forced_tool", forced, model);
}

/** Converse's name for the choice: `tool` or `any`; null when the model is free to choose. */
function forcedMember({ toolChoice }: Prompt): "tool" | "any" | null {
  if (typeof toolChoice === "object") return "tool";
  return toolChoice === "required" ? "any" : null;
}
