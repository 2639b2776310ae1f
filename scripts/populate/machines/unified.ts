import type { MappedProvider } from "./providers";
import {
  invokeLambda,
  loadAgent,
  loadTools,
  type MachineOptions,
  mapToolCalls,
  retryLambdaFaults,
  type State,
  tokenMetrics,
} from "./states";

export type UnifiedOptions = MachineOptions & {
  providers: Record<string, MappedProvider>;
  /** Used if the row has no value, or an empty one. */
  defaults: { llm_provider: string; llm_model: string };
  /** Timeout in seconds. */
  timeout?: number;
  /** The tool with which an agent with an output schema ends. */
  outputTool?: { name: string; description: string; input_schema: object };
};

/** The definition of a unified agent: provider and model come from the tables at each run. */
export function unifiedMachine(options: UnifiedOptions): string {
  const { agent_name, version, tables, defaults, outputTool } = options;
  const definition = {
    Comment: `Agent ${agent_name} ${version}, unified`,
    QueryLanguage: "JSONata",
    StartAt: "Load Agent Configuration",
    States: {
      "Load Agent Configuration": {
        ...loadAgent(options, {
          system_prompt: "{% $states.result.Item.system_prompt.S %}",
          llm_provider: withDefault("llm_provider", defaults.llm_provider),
          llm_model: withDefault("llm_model", defaults.llm_model),
        }),
        Next: "Load LLM Provider Config",
      },
      "Load LLM Provider Config": {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:getItem",
        Arguments: {
          TableName: tables.models,
          Key: { pk: { S: "{% $llm_provider & '#' & $llm_model %}" } },
        },
        Assign: { llm_config: "{% $states.result.Item %}" },
        Next: "Build Provider Config",
      },
      "Build Provider Config": {
        Type: "Pass",
        Assign: { provider_config: providerConfig(options) },
        Next: "Load Tool Definitions",
      },
      "Load Tool Definitions": {
        ...loadTools(options, {
          tools: outputTool
            ? `{% $append($states.result, [${JSON.stringify(outputTool)}]) %}`
            : "{% $states.result %}",
          messages:
            "{% $append([{'role': 'system', 'content': $system_prompt}], $states.context.Execution.Input.messages) %}",
        }),
        Next: "Call Unified LLM",
      },
      "Call Unified LLM": {
        ...callUnified(options),
        Next: "Update Token Metrics",
      },
      "Update Token Metrics": {
        ...tokenMetrics(options, { provider: "{% $llm_provider %}", model: "{% $llm_model %}" }),
        Next: "Check for Tool Calls",
      },
      "Check for Tool Calls": checkToolCalls(outputTool?.name),
      "Map Tool Calls": { ...mapToolCalls(options), Next: "Call Unified LLM" },
      ...(outputTool && {
        "Return Structured Output": {
          Type: "Succeed",
          Output: {
            messages: "{% $messages %}",
            structured_output: `{% $states.input.function_calls[name = '${outputTool.name}'][0].input %}`,
          },
        },
      }),
      "Agent Done": {
        Type: "Succeed",
        Output: { messages: "{% $messages %}", metadata: "{% $states.input.metadata %}" },
      },
    },
  };
  return JSON.stringify(definition, null, 2);
}

function withDefault(name: string, value: string): string {
  const stored = `$states.result.Item.${name}.S`;
  return `{% ${stored} ? ${stored} : '${value}' %}`;
}

/**
 * A single expression. Fields that an unmapped provider lacks are left out, which isn't an error
 * yet.
 */
function providerConfig({ providers, secretId, timeout = 30 }: UnifiedOptions): string {
  const entries = Object.entries(providers).map(([id, { endpoint, transformer, ...mapped }]) => {
    const members = {
      ...mapped,
      request_transformer: transformer,
      response_transformer: transformer,
    };
    const fields = Object.entries(members).map(([name, value]) => `'${name}': '${value}'`);
    return `'${id}': {'endpoint': ${endpoint}, ${fields.join(", ")}}`;
  });
  const taken = [
    "endpoint",
    "auth_header_name",
    "auth_header_prefix",
    "secret_key_name",
    "request_transformer",
    "response_transformer",
  ].map((name) => `'${name}': $mapped.${name}`);
  return [
    "{% (",
    "$parts := $split($llm_config.pk.S, '#');",
    "$provider := $parts[0];",
    "$model := $parts[1];",
    `$mapped := $lookup({${entries.join(", ")}}, $provider);`,
    `{'provider_id': $provider, 'model_id': $model, ${taken.join(", ")}, 'secret_path': '${secretId}', 'timeout': ${timeout}}`,
    ") %}",
  ].join(" ");
}

function callUnified({ region, environment }: UnifiedOptions): State {
  const functionName = `arn:aws:lambda:${region}:000000000000:function:unified-llm-caller-${environment}`;
  return {
    ...invokeLambda(functionName, {
      provider_config: "{% $provider_config %}",
      messages: "{% $messages %}",
      tools: "{% $tools %}",
      temperature: 0.7,
      max_tokens: 4096,
      stream: false,
    }),
    Assign: { messages: "{% $append($messages, [$states.result.Payload.message]) %}" },
    Output: "{% $states.result.Payload %}",
    Retry: retryLambdaFaults,
  };
}

function checkToolCalls(outputTool: string | undefined): State {
  const calls = "$states.input.function_calls";
  const isEnd = outputTool && {
    Condition: `{% $type(${calls}) = 'array' and '${outputTool}' in ${calls}.name %}`,
    Next: "Return Structured Output",
  };
  return {
    Type: "Choice",
    Choices: [
      ...(isEnd ? [isEnd] : []),
      { Condition: `{% $type(${calls}) = 'array' %}`, Next: "Map Tool Calls" },
    ],
    Default: "Agent Done",
  };
}
