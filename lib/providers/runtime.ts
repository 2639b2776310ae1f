import "server-only";
import { env } from "@/lib/env";

/** The provider names in the runtime's fixed map. Only these work in a unified agent's row. */
export function runtimeProviders(): readonly string[] {
  return env().RUNTIME_PROVIDERS;
}

/** The Bedrock region that is compiled into the agents' state machines. */
export function runtimeBedrockRegion(): string {
  return env().BEDROCK_REGION;
}
