import { olderMachine } from "./machines/older";
import { platformProviders } from "./machines/providers";
import type { MachineOptions } from "./machines/states";
import { type UnifiedOptions, unifiedMachine } from "./machines/unified";
import sampleAgents from "./sample-agents.json";
import sampleTools from "./sample-tools.json";

export type NamedMachine = { name: string; definition: string };

type Environment = Pick<MachineOptions, "environment" | "tables" | "secretId" | "region">;

/** The older agents' callers. Any other sample agent with a machine is unified. */
const olderCallers: Record<string, string> = {
  "timeseries-agent": "claude",
  "broken-agent": "openai",
};

const defaults = { llm_provider: "anthropic", llm_model: "claude-haiku-4-5-20251001" };

const outputTools: Record<string, UnifiedOptions["outputTool"]> = {
  "invoice-agent": {
    name: "return_invoice_agent_data",
    description: "Returns the invoice's lines as data.",
    input_schema: {
      type: "object",
      properties: { lines: { type: "array", items: { type: "object" } } },
      required: ["lines"],
    },
  },
};

/**
 * A machine for each sample agent, which reads the agent's version v1.0. Two rows may name one
 * machine.
 */
export function sampleMachines(environment: Environment): NamedMachine[] {
  return sampleAgents.flatMap(({ agent_name, version, state_machine_arn, tools }) => {
    if (state_machine_arn === undefined || version !== "v1.0") return [];
    const options = { ...environment, agent_name, version, tools: routedTools(tools) };
    const caller = olderCallers[agent_name];
    const definition = caller
      ? olderMachine({ ...options, caller })
      : unifiedMachine({
          ...options,
          defaults,
          providers: platformProviders(environment.region),
          outputTool: outputTools[agent_name],
        });
    return [{ name: state_machine_arn.split(":").at(-1) ?? agent_name, definition }];
  });
}

/** The registered tools that a row names, in any of the formats. */
function routedTools(tools = ""): MachineOptions["tools"] {
  return sampleTools
    .filter(({ tool_name }) => tools.includes(`"${tool_name}"`))
    .map(({ tool_name, lambda_arn, human_approval_required }) => ({
      tool_name,
      lambda_arn,
      approval: human_approval_required,
    }));
}
