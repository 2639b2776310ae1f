import "server-only";
import { createHash } from "node:crypto";
import type { AgentRow } from "@/lib/agents/row";
import type { AgentKey } from "@/lib/agents/schema";
import { type Line, openLine } from "@/lib/completions/agent-call-service";
import { type AgentPayload, readAgentPayload } from "@/lib/completions/agent-payload-service";
import type { Message } from "@/lib/completions/schema";
import { findPricedModel, type PricedRow } from "@/lib/costs/call-cost-service";
import { AppError } from "@/lib/errors";
import { callerTimeoutMs } from "@/lib/runtime/rules/caller-request";
import { asReturned, executionMessages } from "@/lib/runtime/rules/turns";
import type { CallerPayload, CallerTool, RunFailure } from "@/lib/runtime/schema";
import type { ModelKey } from "./schema";

/** What is sent for every case on one model, or how every run on it fails before the call. */
export type Template = ModelKey & {
  model: PricedRow | null;
  digest: string;
  timeout_ms: number;
} & (
    | { line: Line; payload: CallerPayload; place: number; agent: AgentPayload; broken: null }
    | { line: null; agent: null; broken: RunFailure }
  );

/** Marks where a case's messages go in the conversation. */
const placeholder = "The messages of a case";

/**
 * @param requested null for the agent's present model
 * @throws AppError `not_found`, `model_not_registered`, `provider_fixed`
 */
export async function readTemplate(row: AgentRow, requested: ModelKey | null): Promise<Template> {
  const key: AgentKey = row;
  const test = {
    as_agent: { agent_name: key.agent_name, version: key.version },
    messages: [{ role: "user" as const, content: placeholder }],
    ...requested,
  };
  try {
    const agent = await readAgentPayload(test);
    const line = await openLine(agent, new AbortController().signal);
    const { payload, target } = agent;
    const place = payload.messages.findIndex(({ content }) => content === placeholder);
    if (place < 0) throw changesMessages();
    const model = await findPricedModel(target.provider, target.model_id);
    const sent = JSON.stringify(payload);
    const digest = createHash("sha256").update(sent).digest("base64url").slice(0, 22);
    const timeout_ms = callerTimeoutMs(payload);
    return { ...target, model, digest, timeout_ms, line, payload, place, agent, broken: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "run_would_fail") throw error;
    const named = requested ?? {
      provider: row.llm_provider ?? "unknown",
      model_id: row.llm_model ?? "unknown",
    };
    const model = await findPricedModel(named.provider, named.model_id);
    const nothingSent = { digest: "", timeout_ms: 0, line: null, agent: null };
    return { ...named, model, ...nothingSent, broken: failureOf(error) };
  }
}

const changesMessages = () =>
  new AppError("run_would_fail", "The state machine changes the messages before it sends them.", {
    extra: { would_fail_with: null },
  });

function failureOf({ message, extra }: AppError): RunFailure {
  // The type with which agent-payload-service and agent-call-service throw it.
  const failure = extra?.would_fail_with as RunFailure | null | undefined;
  return failure ?? { error: "run_would_fail", cause: message, state: null };
}

type Working = Extract<Template, { broken: null }>;

/** The caller's input for one case. */
export function payloadOf({ payload, place, line }: Working, messages: Message[]): CallerPayload {
  const all = payload.messages.toSpliced(place, 1, ...executionMessages(messages));
  return asReturned({ ...payload, messages: all }, line.request);
}

/** The agent's tools with their schemas from ToolRegistry. */
export const toolsOf = ({ payload }: Working): CallerTool[] => payload.tools ?? [];
