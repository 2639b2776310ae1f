/** Definitions in the shapes of the platform's generator, for tests without an endpoint. */
export const secretPath = "/ai-agent/llm-secrets/prod";

const mapped = {
  openai: {
    endpoint: "https://api.openai.com/v1/chat/completions",
    auth_header_name: "Authorization",
    auth_header_prefix: "Bearer ",
    secret_key_name: "OPENAI_API_KEY",
    request_transformer: "openai_v1",
    response_transformer: "openai_v1",
  },
  anthropic: {
    endpoint: "https://api.anthropic.com/v1/messages",
    auth_header_name: "x-api-key",
    secret_key_name: "ANTHROPIC_API_KEY",
    request_transformer: "anthropic_v1",
    response_transformer: "anthropic_v1",
  },
};

const bedrock = (region: string) => `
  'bedrock': {
    'endpoint': 'https://bedrock-runtime.${region}.amazonaws.com/model/' & $model_id & '/converse',
    'auth_header_name': 'Authorization', 'auth_header_prefix': 'Bearer ',
    'secret_key_name': 'AWS_BEARER_TOKEN_BEDROCK',
    'request_transformer': 'bedrock_v1', 'response_transformer': 'bedrock_v1' }`;

const google = `
  'google': {
    'endpoint': 'https://generativelanguage.googleapis.com/v1beta/models/' & $model_id & ':generateContent',
    'auth_header_name': 'x-goog-api-key', 'secret_key_name': 'GEMINI_API_KEY',
    'request_transformer': 'gemini_v1', 'response_transformer': 'gemini_v1' }`;

const others = JSON.stringify(mapped).slice(1, -1);

/** The expression that builds the provider's configuration, for one Bedrock region. */
const buildConfig = (region: string, timeout: number) => `{% (
  $parts := $split($llm_config.pk.S, '#');
  $provider := $parts[0];
  $model_id := $parts[1];
  $map := { ${others}, ${google}, ${bedrock(region)} };
  $found := $lookup($map, $provider);
  { 'provider_id': $provider, 'model_id': $model_id, 'endpoint': $found.endpoint,
    'auth_header_name': $found.auth_header_name, 'auth_header_prefix': $found.auth_header_prefix,
    'secret_path': '${secretPath}', 'secret_key_name': $found.secret_key_name,
    'request_transformer': $found.request_transformer,
    'response_transformer': $found.response_transformer, 'timeout': ${timeout} }
) %}`;

const loadTools = {
  Type: "Map",
  Items: "{% $parse($agent.tools.S) %}",
  ItemProcessor: {
    ProcessorConfig: { Mode: "INLINE" },
    StartAt: "Get Tool Details",
    States: {
      "Get Tool Details": {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:getItem",
        Arguments: {
          TableName: "ToolRegistry-prod",
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
  Assign: { tools: "{% $states.result %}" },
};

const routing = {
  Type: "Map",
  Items: "{% $states.input %}",
  ItemProcessor: {
    ProcessorConfig: { Mode: "INLINE" },
    StartAt: "Route",
    States: {
      Route: {
        Type: "Choice",
        Choices: [{ Condition: "{% $states.input.name = 'web_search' %}", Next: "Run web_search" }],
        Default: "Unknown Tool",
      },
      "Run web_search": {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: "web-search", Payload: "{% $states.input %}" },
        End: true,
      },
      "Unknown Tool": { Type: "Pass", Output: { error: "unknown" }, End: true },
    },
  },
  End: true,
};

type Options = {
  name?: string;
  version?: string;
  region?: string;
  defaultModel?: string;
  /** Seconds that the caller waits for the provider. */
  timeout?: number;
};

export function unifiedMachine({
  name = "sample-agent",
  version = "v1.0",
  region = "eu-west-1",
  defaultModel = "claude-default",
  timeout = 30,
}: Options = {}) {
  return {
    QueryLanguage: "JSONata",
    StartAt: "Load Agent Configuration",
    States: {
      "Load Agent Configuration": {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:getItem",
        Arguments: {
          TableName: "AgentRegistry-prod",
          Key: { agent_name: { S: name }, version: { S: version } },
        },
        Assign: {
          agent: "{% $states.result.Item %}",
          system_prompt: "{% $states.result.Item.system_prompt.S %}",
          llm_provider:
            "{% $states.result.Item.llm_provider.S ? $states.result.Item.llm_provider.S : 'anthropic' %}",
          llm_model: `{% $states.result.Item.llm_model.S ? $states.result.Item.llm_model.S : '${defaultModel}' %}`,
        },
        Next: "Load LLM Provider Config",
      },
      "Load LLM Provider Config": {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:getItem",
        Arguments: {
          TableName: "LLMModels-prod",
          Key: { pk: { S: "{% $llm_provider & '#' & $llm_model %}" } },
        },
        Assign: { llm_config: "{% $states.result.Item %}" },
        Next: "Build Provider Config",
      },
      "Build Provider Config": {
        Type: "Pass",
        Assign: { provider_config: buildConfig(region, timeout) },
        Next: "Load Tool Definitions",
      },
      "Load Tool Definitions": { ...loadTools, Next: "Call Unified LLM" },
      "Call Unified LLM": {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: {
          FunctionName: "unified-llm-caller",
          Payload: {
            provider_config: "{% $provider_config %}",
            messages:
              "{% $append([{'role': 'system', 'content': $system_prompt}], $states.context.Execution.Input.messages) %}",
            tools: "{% $tools %}",
            temperature: 0.7,
            max_tokens: 4096,
            stream: false,
          },
        },
        Next: "Map Tool Calls",
      },
      "Map Tool Calls": routing,
    },
  };
}

export function olderMachine({ name = "sample-agent", version = "v1.0" }: Options = {}) {
  return {
    QueryLanguage: "JSONata",
    StartAt: "Load Agent Configuration",
    States: {
      "Load Agent Configuration": {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:getItem",
        Arguments: {
          TableName: "AgentRegistry-prod",
          Key: { agent_name: { S: name }, version: { S: version } },
        },
        Assign: {
          agent: "{% $states.result.Item %}",
          system_prompt: "{% $states.result.Item.system_prompt.S %}",
          llm_model: "{% $states.result.Item.llm_model.S %}",
        },
        Next: "Load Tool Definitions",
      },
      "Load Tool Definitions": { ...loadTools, Next: "Call LLM" },
      "Call LLM": {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: {
          FunctionName: "claude-caller",
          Payload: {
            system: "{% $system_prompt %}",
            messages: "{% $states.context.Execution.Input.messages %}",
            tools: "{% $tools %}",
            model_id: "{% $llm_model %}",
          },
        },
        End: true,
      },
    },
  };
}
