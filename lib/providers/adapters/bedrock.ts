import "server-only";
import { bedrockAdapter } from "@/lib/providers/bedrock";
import { bearer, type Protocol } from "@/lib/providers/provider";

/** Its list comes from AWS's control plane, with the server's credentials: `bedrock-catalog.ts`. */
export const protocol: Protocol = { adapter: bedrockAdapter, models: null, identity: bearer };
