import {
  invokeLambda,
  loadAgent,
  loadTools,
  type MachineOptions,
  mapToolCalls,
  retryLambdaFaults,
  tokenMetrics,
} from "./states";

export type OlderOptions = MachineOptions & {
  /** The caller, built for one provider: claude, openai, gemini, … */
  caller: string;
};

/** The definition of an older agent: its caller fixes the provider, and LLMModels isn't read. */
export function olderMachine(options: OlderOptions): string {
  const { agent_name, version, region, environment, caller } = options;
  const functionName = `arn:aws:lambda:${region}:000000000000:function:${caller}-llm-${environment}`;
  const definition = {
    Comment: `Agent ${agent_name} ${version}, ${caller}`,
    QueryLanguage: "JSONata",
    StartAt: "Load Agent Configuration",
    States: {
      "Load Agent Configuration": {
        ...loadAgent(options, {
          system_prompt: "{% $states.result.Item.system_prompt.S %}",
          llm_model: "{% $states.result.Item.llm_model.S %}",
        }),
        Next: "Load Tool Definitions",
      },
      "Load Tool Definitions": {
        ...loadTools(options, {
          tools: "{% $states.result %}",
          messages: "{% $states.context.Execution.Input.messages %}",
        }),
        Next: "Call LLM",
      },
      "Call LLM": {
        ...invokeLambda(functionName, {
          system: "{% $system_prompt %}",
          messages: "{% $messages %}",
          tools: "{% $tools %}",
          model_id: "{% $llm_model %}",
        }),
        Assign: { messages: "{% $append($messages, [$states.result.Payload.message]) %}" },
        Output: "{% $states.result.Payload %}",
        Retry: retryLambdaFaults,
        Next: "Update Token Metrics",
      },
      "Update Token Metrics": {
        ...tokenMetrics(options, { model: "{% $llm_model %}" }),
        Next: "Check for Tool Calls",
      },
      "Check for Tool Calls": {
        Type: "Choice",
        Choices: [
          {
            Condition: "{% $type($states.input.function_calls) = 'array' %}",
            Next: "Map Tool Calls",
          },
        ],
        Default: "Agent Done",
      },
      "Map Tool Calls": { ...mapToolCalls(options), Next: "Call LLM" },
      "Agent Done": {
        Type: "Succeed",
        Output: { messages: "{% $messages %}", metadata: "{% $states.input.metadata %}" },
      },
    },
  };
  return JSON.stringify(definition, null, 2);
}
