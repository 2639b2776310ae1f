import { anySignal } from "../any-signal";
import type { AwsService } from "../aws-service";
import { isJsonObject } from "../json";
import { lambdaFailure } from "./failure";
import { CallerError } from "./llm-caller/caller-error";
import { callLlm } from "./llm-caller/llm-caller";
import { callOlder } from "./llm-caller/older-caller";
import { keyReader } from "./llm-caller/secret-key";
import type { ProviderUrls } from "./provider-urls";
import { answerTool } from "./sample-answers";

/**
 * Runs a function in this process. @returns its result
 * @throws StateFailure, made by `lambdaFailure`
 */
export type Invoke = (name: string, payload: unknown, signal: AbortSignal) => Promise<unknown>;

interface FunctionOptions {
  providerUrls: () => ProviderUrls;
  secretCacheMs: number;
  /** The older callers' secret. */
  llmSecretId: string;
}

/** The type of every failure of the LLM caller, as the Rust runtime names it. */
const rustError =
  "&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>";
const callerTimeoutMs = 90_000;

/**
 * The Lambda functions of the stand-in: LLM callers, recognized by their payloads, and tools, which
 * return sample answers.
 */
export function openFunctions(secrets: AwsService, options: FunctionOptions): Invoke {
  const { providerUrls, secretCacheMs, llmSecretId } = options;
  const caller = { readKey: keyReader(secrets, secretCacheMs), providerUrls };
  return async (name, payload, signal) => {
    const kind = kindOf(name, payload);
    if (kind === "tool") return answerTool(name, payload);
    const timeout = AbortSignal.timeout(callerTimeoutMs);
    const limit = anySignal(signal, timeout);
    try {
      return kind === "unified"
        ? await callLlm(payload, caller, limit)
        : await callOlder(name, payload, llmSecretId, caller, limit);
    } catch (error) {
      if (!(error instanceof CallerError)) throw error;
      if (timeout.aborted)
        throw lambdaFailure("Sandbox.Timedout", "Error: Task timed out after 90.00 seconds");
      throw lambdaFailure(rustError, error.message);
    }
  };
}

function kindOf(name: string, payload: unknown): "unified" | "older" | "tool" {
  const members = isJsonObject(payload) ? payload : {};
  if ("provider_config" in members) return "unified";
  if ("model_id" in members && "messages" in members) return "older";
  return "messages" in members && /llm/i.test(name) ? "unified" : "tool";
}
