import "server-only";
import type { KeyTestOutcome } from "@/lib/keys/schema";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { complete } from "./complete";
import { ProviderFailure } from "./errors";
import { fetchListing } from "./list-models";
import type { Connection } from "./provider";
import { connectionTo } from "./registry";
import type { ProviderId } from "./schema";

type Options = {
  /** The model on which a Bedrock key is tested. */
  model_id?: string;
  connection?: Connection;
};

/** Small and available in nearly every region. The account doesn't need access to it. */
const DEFAULT_TEST_MODEL = "amazon.nova-micro-v1:0";

const outcomes: Partial<Record<CompletionCode, KeyTestOutcome["outcome"]>> = {
  key_missing: "rejected",
  bad_key: "rejected",
  key_expired: "expired",
  overloaded: "not_known",
  rate_limited: "not_known",
  timeout: "not_known",
  unreachable: "not_known",
  provider_error: "not_known",
};

/**
 * Verifies a key with the cheapest reliable call: the list of models, which is free. Bedrock has no free
 * call that the runtime's token may make, so there it is one Converse call with a two-letter prompt and
 * one output token. A refusal because of the model, the account or the request comes after the key was
 * accepted: `verified`, with that refusal's code.
 * @throws only the reason of `signal` if it aborted, and bugs of our own
 */
export async function verifyKey(
  provider: ProviderId,
  apiKey: string,
  signal: AbortSignal,
  { model_id = DEFAULT_TEST_MODEL, connection = connectionTo(provider) }: Options = {},
): Promise<KeyTestOutcome> {
  try {
    const simulated =
      provider === "bedrock"
        ? await callBedrock(model_id, apiKey, signal, connection)
        : (await fetchListing(provider, apiKey, signal, connection)).simulated;
    return { ...accepted, simulated };
  } catch (error) {
    if (error instanceof ProviderFailure) return verdictOf(error);
    throw error;
  }
}

const accepted = {
  outcome: "verified",
  code: null,
  cause: null,
  fix: null,
  provider_status: null,
  provider_message: null,
} as const;

async function callBedrock(
  model_id: string,
  apiKey: string,
  signal: AbortSignal,
  connection: Connection,
): Promise<boolean> {
  const call = {
    model_id,
    messages: [{ role: "user" as const, content: "Hi" }],
    max_tokens: 1,
    stream: false,
  };
  for await (const event of complete("bedrock", call, apiKey, signal, connection)) {
    if (event.type === "end") return event.simulated;
  }
  throw new Error("An adapter ended without its end event");
}

function verdictOf(failure: ProviderFailure): KeyTestOutcome {
  const { code, cause, fix, provider_status, provider_message, simulated } = failure;
  const outcome = outcomeOf(failure);
  return { outcome, code, cause, fix, provider_status, provider_message, simulated };
}

function outcomeOf({ code, reason }: ProviderFailure): KeyTestOutcome["outcome"] {
  // No agent can use this token. An unsupported country says nothing about the key.
  if (reason === "token" || reason === "bearer") return "rejected";
  if (reason === "location" || reason === "unsendable") return "not_known";
  return outcomes[code] ?? "verified";
}
