import "server-only";
import { anthropicAdapter, anthropicIdentity } from "@/lib/providers/anthropic";
import { anthropicModels } from "@/lib/providers/anthropic-models";
import type { Protocol } from "@/lib/providers/provider";

export const protocol: Protocol = {
  adapter: anthropicAdapter,
  models: anthropicModels,
  identity: anthropicIdentity,
};
