import type { AgentRecord } from "@/lib/agents/schema";
import type { AgentRequest } from "@/lib/models/rules/runtime-tests";
import { readCallerPayload } from "@/lib/runtime/rules/caller-payload";
import {
  callerMaxTokens,
  callerRequest,
  callerTimeoutMs,
  transformerOf,
} from "@/lib/runtime/rules/caller-request";
import { type AgentRun, configOf, type DefinedRun, sentTools } from "./agent-run";
import { agentTools } from "./tools";

type RequestingAgent = Pick<AgentRecord, "unified" | "tools">;

/**
 * The request that the agent's next run sends, in the form that tests and documents are matched
 * against. Traces, preflights, checks and bulk switches all use this rule. Null if the agent's
 * caller sends a different request.
 */
export function agentRequestOf(
  agent: RequestingAgent,
  run: AgentRun | undefined,
): AgentRequest | null {
  if (!agent.unified) return null;
  if (run?.source !== "definition") return { with_tools: agentTools(agent.tools).length > 0 };
  if (!run.isRead || run.outline.shape !== "unified") return null;
  const { request_transformer: name } = configOf(run);
  const tools = sentTools(run) ?? agentTools(agent.tools);
  return {
    with_tools: tools.length > 0,
    tool_names: sentTools(run) ?? [],
    transformer: typeof name === "string" ? transformerOf(name) : null,
    ...sentBy(run),
  };
}

/** Empty if the run doesn't reach the call, or the caller can't use its input. */
function sentBy({ run: { end } }: DefinedRun): Pick<AgentRequest, "body" | "call"> {
  const payload = end.kind === "called" ? readCallerPayload(end.payload).payload : null;
  const transformer = payload && transformerOf(payload.provider_config.request_transformer);
  if (!transformer) return {};
  const { body, url } = callerRequest(payload, transformer);
  const timeout_ms = callerTimeoutMs(payload);
  return { body, call: { url, timeout_ms, max_tokens: callerMaxTokens(payload, transformer) } };
}
