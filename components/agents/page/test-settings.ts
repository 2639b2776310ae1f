import { agentTools } from "@/lib/agents/rules/tools";
import type { AgentRecord } from "@/lib/agents/schema";
import type { CompletionRequest, Tool } from "@/lib/completions/schema";

/** What a test uses of the agent's row, besides provider and model. */
export type AgentTestSettings = Pick<
  CompletionRequest,
  "system" | "max_tokens" | "temperature" | "tools" | "stream"
>;

export type AgentTestPlan = {
  settings: AgentTestSettings;
  /** What the test leaves out of the row, each with the reason. */
  leftOut: string[];
};

/** Tool names that every provider accepts. */
const toolName = /^[a-zA-Z0-9_-]{1,64}$/;

/** What the agent's caller would send with a prompt, as far as the row says. */
export function agentTestPlan(agent: AgentRecord): AgentTestPlan {
  const { max_tokens, temperature } = agent.parameters ?? {};
  const { tools, leftOut } = sentTools(agent);
  const isLimit = typeof max_tokens === "number" && Number.isInteger(max_tokens) && max_tokens > 0;
  const isTemperature = typeof temperature === "number" && temperature >= 0 && temperature <= 2;
  if (max_tokens !== undefined && !isLimit) {
    leftOut.push(`max_tokens ${JSON.stringify(max_tokens)}: no whole number above 0`);
  }
  if (temperature !== undefined && !isTemperature) {
    leftOut.push(`temperature ${JSON.stringify(temperature)}: no number from 0 to 2`);
  }
  return {
    settings: {
      stream: false,
      ...(agent.system_prompt && { system: agent.system_prompt }),
      ...(isLimit && { max_tokens }),
      ...(isTemperature && { temperature }),
      ...(tools.length > 0 && { tools }),
    },
    leftOut,
  };
}

/** The row holds only the tools' names; their arguments are in the agent's code. */
function sentTools(agent: AgentRecord): { tools: Tool[]; leftOut: string[] } {
  const names = new Set<string>();
  const leftOut: string[] = [];
  for (const { name, enabled } of agentTools(agent.tools)) {
    if (!enabled) leftOut.push(`${name}: switched off`);
    else if (!toolName.test(name))
      leftOut.push(`${name}: no name that a provider takes for a tool`);
    else names.add(name);
  }
  const parameters = { type: "object", properties: {} };
  return { tools: [...names].map((name) => ({ name, parameters })), leftOut };
}
