import "server-only";
import { googleAdapter, googleIdentity } from "@/lib/providers/google";
import { googleModels } from "@/lib/providers/google-models";
import type { Protocol } from "@/lib/providers/provider";

export const protocol: Protocol = {
  adapter: googleAdapter,
  models: googleModels,
  identity: googleIdentity,
};
