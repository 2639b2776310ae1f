import type { Finding } from "@/lib/findings/schema";
import { noAnswerMessage } from "@/lib/runtime/rules/caller-answer";
import { readCallerPayload } from "@/lib/runtime/rules/caller-payload";
import { callerRequest, callerTimeoutMs, transformerOf } from "@/lib/runtime/rules/caller-request";
import { type AddressProblem, addressProblem } from "@/lib/runtime/rules/provider-address";
import { unreadableAnswer } from "@/lib/runtime/rules/unreadable-answer";
import type { CallerPayload } from "@/lib/runtime/schema";
import { configOf, type DefinedRun } from "./agent-run";
import { agentEntityId } from "./entity";

type Run = Pick<DefinedRun, "run" | "outline">;

/** How a unified agent's caller parses its input; null if the run makes no call. */
function readPayload({ run, outline }: Run) {
  if (run.end.kind !== "called" || outline.shape !== "unified") return null;
  return readCallerPayload(run.end.payload);
}

/** The caller's error for a payload that it can't use; null if it can, or if the run makes no call. */
export function payloadProblem(run: Run): string | null {
  const reading = readPayload(run);
  if (!reading) return null;
  return reading.payload ? unusable(reading.payload) : reading.errorMessage;
}

/** The characters allowed in a header's name (RFC 9110, token). */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function unusable(payload: CallerPayload): string | null {
  const { endpoint, request_transformer, response_transformer, ...config } =
    payload.provider_config;
  const { auth_header_name, auth_header_prefix, custom_headers } = config;
  const request = transformerOf(request_transformer);
  const lacking = [request_transformer, response_transformer].find((name) => !transformerOf(name));
  if (!request || lacking !== undefined) return `Transformer not found: ${lacking}`;
  const headers = [
    ...Object.entries(custom_headers ?? {}),
    [auth_header_name, auth_header_prefix ?? ""],
  ];
  const areSendable = headers.every(
    ([name = "", value = ""]) => headerName.test(name) && !/[^\P{Cc}\t]/u.test(value),
  );
  if (!areSendable || !URL.canParse(endpoint)) return "HTTP request failed: builder error";
  if (callerTimeoutMs(payload) > 0) return null;
  return noAnswerMessage(callerRequest(payload, request).url);
}

/**
 * Why the provider refuses the map's URL or auth header; null if it accepts them or that isn't
 * known.
 */
export function callAddressProblem(run: Run): AddressProblem | null {
  const payload = readPayload(run)?.payload;
  return payload && !unusable(payload) ? addressProblem(payload) : null;
}

/** The caller's error for any answer of the provider; null if it can read them. */
export function answerProblem(run: Run): string | null {
  const payload = readPayload(run)?.payload;
  return payload && !unusable(payload) ? unreadableAnswer(payload) : null;
}

/**
 * A finding if the caller can't use its payload, or can't read any answer. An unmapped provider has
 * a finding of its own.
 */
export function payloadFinding(
  agent: { agent_name: string; version: string },
  run: DefinedRun,
): Finding | null {
  const problem = payloadProblem(run);
  const address = callAddressProblem(run);
  const unread = answerProblem(run);
  if (!(problem || address || unread) || typeof configOf(run).endpoint !== "string") return null;
  const defect = {
    code: "agent_defective",
    severity: "error",
    subject: { kind: "agent", id: agentEntityId(agent) },
  } as const;
  if (address) {
    const title = `The state machine of ${agent.agent_name} calls its provider in a way that it refuses`;
    return { ...defect, title, evidence: `Each run fails. ${address.detail}`, fix: address.fix };
  }
  return {
    ...defect,
    title: problem
      ? `The LLM caller of ${agent.agent_name} can't use its input`
      : `The LLM caller of ${agent.agent_name} can't read what a model answers`,
    evidence: `Each run fails. ${problem ?? unread}`,
    fix: problem ? payloadFix : answerFix,
  };
}

export const payloadFix = "Repair what the definition sends, or the tools that it loads.";
export const answerFix =
  "Repair the definition: the caller reads whole answers only, by the provider's own transformer.";
