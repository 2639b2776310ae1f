/** A state in the Amazon States Language. */
export type State = Record<string, unknown>;
export type States = Record<string, State>;

/** A tool that a machine routes to a Lambda function, with or without a person's approval. */
export type RoutedTool = { tool_name: string; lambda_arn: string; approval?: boolean };

/** The settings that are compiled into a definition. */
export type MachineOptions = {
  agent_name: string;
  /** The version of the agent's row that the machine reads. */
  version: string;
  /** Such as prod: the suffix of every table's and machine's name. */
  environment: string;
  tables: { agents: string; models: string; tools: string };
  secretId: string;
  /** The region of the machine's own resources. */
  region: string;
  tools: readonly RoutedTool[];
};

const getItem = "arn:aws:states:::dynamodb:getItem";

/** Reads the agent's row, which must contain the attributes in `assign`. */
export function loadAgent(options: MachineOptions, assign: State): State {
  const { tables, agent_name, version } = options;
  return {
    Type: "Task",
    Resource: getItem,
    Arguments: {
      TableName: tables.agents,
      Key: { agent_name: { S: agent_name }, version: { S: version } },
    },
    Assign: { agent: "{% $states.result.Item %}", ...assign },
  };
}

/** Reads the definition of each tool in the agent's row from ToolRegistry. */
export function loadTools({ tables }: MachineOptions, assign: State): State {
  return {
    Type: "Map",
    Items: "{% $parse($agent.tools.S) %}",
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: "Get Tool Details",
      States: {
        "Get Tool Details": {
          Type: "Task",
          Resource: getItem,
          Arguments: {
            TableName: tables.tools,
            Key: { tool_name: { S: "{% $states.input.tool_name %}" } },
          },
          Output: {
            name: "{% $states.result.Item.tool_name.S %}",
            description: "{% $states.result.Item.description.S %}",
            input_schema: "{% $parse($states.result.Item.input_schema.S) %}",
          },
          End: true,
        },
      },
    },
    Assign: assign,
  };
}

export function invokeLambda(functionName: string, payload: State): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: functionName, Payload: payload },
  };
}

/** Errors of the Lambda service itself, never those that a function returns. */
export const retryLambdaFaults = [
  {
    ErrorEquals: [
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.TooManyRequestsException",
    ],
    IntervalSeconds: 2,
    MaxAttempts: 3,
    BackoffRate: 2,
  },
];

/**
 * Writes the tokens that the caller counted, with these dimensions in addition to agent and
 * machine.
 */
export function tokenMetrics(
  { agent_name, environment }: MachineOptions,
  dimensions: Record<string, string>,
): State {
  const all = {
    agent: agent_name,
    state_machine_name: `${agent_name}-${environment}`,
    ...dimensions,
  };
  const Dimensions = Object.entries(all).map(([Name, Value]) => ({ Name, Value }));
  const datum = (MetricName: string, count: string) => ({
    MetricName,
    Value: `{% $states.input.metadata.tokens_used.${count} %}`,
    Unit: "Count",
    Dimensions,
  });
  return {
    Type: "Task",
    Resource: "arn:aws:states:::aws-sdk:cloudwatch:putMetricData",
    Arguments: {
      Namespace: "AI-Agents",
      MetricData: [datum("InputTokens", "input_tokens"), datum("OutputTokens", "output_tokens")],
    },
    Output: "{% $states.input %}",
  };
}

/** Calls the tools that the model requested, and adds their results as a user message. */
export function mapToolCalls(options: MachineOptions): State {
  return {
    Type: "Map",
    Items: "{% $states.input.function_calls %}",
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: "Route Tool Call",
      States: toolStates(options),
    },
    Assign: {
      messages: "{% $append($messages, [{'role': 'user', 'content': $states.result}]) %}",
    },
  };
}

function toolStates(options: MachineOptions): States {
  const { tools } = options;
  const unknown = { error: "{% 'Unknown tool: ' & $states.input.name %}" };
  // A Choice needs at least one rule, even in a machine without tools.
  if (tools.length === 0)
    return { "Route Tool Call": { Type: "Pass", Output: unknown, End: true } };
  const route = {
    Type: "Choice",
    Choices: tools.map(({ tool_name, approval }) => ({
      Condition: `{% $states.input.name = '${tool_name}' %}`,
      Assign: { call: "{% $states.input %}" },
      Next: approval ? `Request Approval ${tool_name}` : `Execute ${tool_name}`,
    })),
    Default: "Unknown Tool",
  };
  const routed = tools.map((tool) => ({
    ...(tool.approval && approvalStates(options, tool)),
    [`Execute ${tool.tool_name}`]: {
      ...invokeLambda(tool.lambda_arn, {
        id: "{% $call.id %}",
        name: "{% $call.name %}",
        input: "{% $call.input %}",
      }),
      Output: "{% $states.result.Payload %}",
      Retry: retryLambdaFaults,
      End: true,
    },
  }));
  return {
    "Route Tool Call": route,
    ...Object.assign({}, ...routed),
    "Unknown Tool": { Type: "Pass", Output: unknown, End: true },
  };
}

function approvalStates(
  { agent_name, environment, region }: MachineOptions,
  { tool_name }: RoutedTool,
): States {
  return {
    [`Request Approval ${tool_name}`]: {
      Type: "Task",
      Resource: `arn:aws:states:${region}:000000000000:activity:tool-approval-${environment}`,
      TimeoutSeconds: 3600,
      Arguments: {
        agent_name,
        tool_name,
        tool_use_id: "{% $call.id %}",
        tool_input: "{% $call.input %}",
      },
      Next: `Approved ${tool_name}?`,
    },
    [`Approved ${tool_name}?`]: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.approved %}", Next: `Execute ${tool_name}` }],
      Default: `Rejected ${tool_name}`,
    },
    [`Rejected ${tool_name}`]: {
      Type: "Pass",
      Output: {
        status: "rejected",
        tool_use_id: "{% $call.id %}",
        reason:
          "{% $exists($states.input.reason) ? $states.input.reason : 'No reason was given.' %}",
      },
      End: true,
    },
  };
}
