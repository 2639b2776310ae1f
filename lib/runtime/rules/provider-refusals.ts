import { type ProviderId, providerIdOf } from "@/lib/providers/schema";
import type { RunFailure } from "@/lib/runtime/schema";
import { callerFailure, callState } from "./caller-failure";

/** The status with which each provider refuses a key (their API references). */
const keyStatuses: Record<ProviderId, number> = {
  openai: 401,
  anthropic: 401,
  google: 400,
  bedrock: 403,
  xai: 400,
  deepseek: 401,
};

/** The status of other refusals, where all providers agree or one differs. */
const statuses: Record<string, number> = {
  unknown_model: 404,
  no_access: 403,
  needs_inference_profile: 400,
  wrong_region: 400,
  model_retired: 404,
};

/** Bedrock returns 404 only for a retired model, DeepSeek never. */
const isUnknownAs400 = (reason: string, id: ProviderId | null) =>
  (reason === "unknown_model" && (id === "bedrock" || id === "deepseek")) ||
  (reason === "model_retired" && id === "deepseek");

/** A run that ends with a provider's refusal, whose body is unknown before a call. */
export function providerRefusal(
  provider: string,
  reason: string,
  state: string | null = callState,
): RunFailure {
  const id = providerIdOf(provider);
  const status =
    reason === "key" && id
      ? keyStatuses[id]
      : isUnknownAs400(reason, id)
        ? 400
        : (statuses[reason] ?? 400);
  return callerFailure(`Provider API error: ${provider} returned ${status}: …`, state);
}
