import "server-only";
import { openaiAdapter } from "@/lib/providers/openai";
import { openaiModels } from "@/lib/providers/openai-models";
import { bearer, type Protocol } from "@/lib/providers/provider";

export const protocol: Protocol = {
  adapter: openaiAdapter("max_tokens"),
  models: openaiModels,
  identity: bearer,
};
