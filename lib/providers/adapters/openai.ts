import "server-only";
import { openaiAdapter } from "@/lib/providers/openai";
import { openaiModels } from "@/lib/providers/openai-models";
import { bearer, type Protocol } from "@/lib/providers/provider";

/** OpenAI's reasoning models refuse `max_tokens`; all its chat models take the newer name. */
export const protocol: Protocol = {
  adapter: openaiAdapter("max_completion_tokens"),
  models: openaiModels,
  identity: bearer,
};
