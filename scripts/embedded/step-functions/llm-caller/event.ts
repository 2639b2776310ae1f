import { isJsonObject, type JsonObject } from "../../json";
import { CallerError, missingField } from "./caller-error";

export type Block =
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: unknown }
  | { type: "tool_result"; tool_use_id: string; content: string }
  | { type: "image"; source: JsonObject };

export interface Message {
  role: string;
  content: string | Block[];
}

export interface Tool {
  name: string;
  description: string;
  input_schema: JsonObject;
}

export interface ProviderConfig {
  provider_id: string;
  model_id: string;
  endpoint: string;
  auth_header_name: string;
  auth_header_prefix?: string;
  custom_headers?: Record<string, string>;
  secret_path: string;
  secret_key_name: string;
  request_transformer: string;
  response_transformer: string;
  /** Seconds. */
  timeout: number;
}

/**
 * The parsed payload. Members that it lacks are also left out of the request, or the transformer
 * has a default.
 */
export interface CallerEvent {
  provider_config: ProviderConfig;
  messages: Message[];
  tools?: Tool[];
  temperature?: number;
  max_tokens?: number;
  top_p?: number;
  stream?: boolean;
}

const configFields = [
  "provider_id",
  "model_id",
  "endpoint",
  "auth_header_name",
  "secret_path",
  "secret_key_name",
  "request_transformer",
  "response_transformer",
] as const;

/**
 * Reads the caller's payload as its Rust types do: values in the order of their names, then missing
 * members. @throws CallerError
 */
export function readEvent(payload: unknown): CallerEvent {
  const event = isJsonObject(payload) ? payload : {};
  const max_tokens = optional(event.max_tokens, (value) => isWhole(value, "u32"), "u32");
  const messages = event.messages === undefined ? undefined : readMessages(event.messages);
  const config =
    event.provider_config === undefined ? undefined : readConfig(event.provider_config);
  const stream = optional(event.stream, (value) => typeof value === "boolean", "a boolean");
  const temperature = optional(event.temperature, isNumber, "f32");
  const tools = event.tools == null ? undefined : readTools(event.tools);
  const top_p = optional(event.top_p, isNumber, "f32");
  if (!config) throw missingField("provider_config");
  if (!messages) throw missingField("messages");
  return {
    provider_config: config,
    messages,
    ...(tools !== undefined && { tools }),
    ...(typeof temperature === "number" && { temperature }),
    ...(typeof max_tokens === "number" && { max_tokens }),
    ...(typeof top_p === "number" && { top_p }),
    ...(typeof stream === "boolean" && { stream }),
  };
}

const isNumber = (value: unknown) => typeof value === "number";
const isString = (value: unknown) => typeof value === "string";

const largest = { u32: 2 ** 32 - 1, u64: Number.MAX_SAFE_INTEGER };

/** Whether it is an integer. @throws CallerError if it is out of the type's range */
function isWhole(value: unknown, type: keyof typeof largest): boolean {
  if (!Number.isInteger(value)) return false;
  if (Number(value) < 0 || Number(value) > largest[type])
    throw new CallerError(`invalid value: integer \`${value}\`, expected ${type}`);
  return true;
}

/** A member that may be absent or null. Any type other than the expected one is rejected. */
function optional(value: unknown, isType: (value: unknown) => boolean, expected: string): unknown {
  if (value != null && !isType(value)) throw invalidType(value, expected);
  return value;
}

function readConfig(value: unknown): ProviderConfig {
  if (!isJsonObject(value)) throw invalidType(value, "struct ProviderConfig");
  for (const name of configFields)
    if (value[name] !== undefined && typeof value[name] !== "string")
      throw invalidType(value[name], "a string");
  const missing = configFields.find((name) => value[name] === undefined);
  if (missing) throw missingField(missing);
  const { timeout = 30 } = value;
  const prefix = optional(value.auth_header_prefix, isString, "a string");
  const headers = optional(value.custom_headers, isJsonObject, "a map");
  for (const text of Object.values(headers ?? {}))
    if (!isString(text)) throw invalidType(text, "a string");
  if (!isWhole(timeout, "u64")) throw invalidType(timeout, "u64");
  // Every member was checked above; null members are left out.
  return {
    ...value,
    timeout,
    auth_header_prefix: prefix ?? undefined,
    custom_headers: headers ?? {},
  } as unknown as ProviderConfig;
}

function readMessages(value: unknown): Message[] {
  if (!Array.isArray(value)) throw invalidType(value, "a sequence");
  return value.map((message: unknown) => {
    if (!isJsonObject(message)) throw invalidType(message, "struct Message");
    const content = readContent(message.content);
    const { role } = message;
    if (role === undefined) throw missingField("role");
    if (typeof role !== "string") throw invalidType(role, "a string");
    // Members that the type lacks, such as tool_calls, are dropped.
    return { role, content };
  });
}

function readContent(value: unknown): Message["content"] {
  if (typeof value === "string") return value;
  const blocks = Array.isArray(value) ? value.map(readBlock) : [null];
  if (blocks.every((block) => block !== null)) return blocks;
  throw new CallerError("data did not match any variant of untagged enum MessageContent");
}

function readBlock(value: unknown): Block | null {
  if (!isJsonObject(value)) return null;
  const { type, text, id, name, input, tool_use_id, content, source } = value;
  if (type === "text" && typeof text === "string") return { type, text };
  if (type === "tool_use" && typeof id === "string" && typeof name === "string")
    return { type, id, name, input: input ?? {} };
  if (type === "tool_result" && typeof tool_use_id === "string" && typeof content === "string")
    return { type, tool_use_id, content };
  if (type === "image" && isJsonObject(source)) return { type, source };
  return null;
}

function readTools(value: unknown): Tool[] {
  if (!Array.isArray(value)) throw invalidType(value, "a sequence");
  return value.map((tool: unknown) => {
    if (!isJsonObject(tool)) throw invalidType(tool, "struct Tool");
    const { name, description, input_schema: schema } = tool;
    for (const [field, text] of Object.entries({ name, description })) {
      if (text === undefined) throw missingField(field);
      if (typeof text !== "string") throw invalidType(text, "a string");
    }
    if (schema === undefined) throw missingField("input_schema");
    return {
      name: String(name),
      description: String(description),
      input_schema: cutSchema(schema),
    };
  });
}

/** Of a schema's top level, only the properties and the required names are sent to a provider. */
function cutSchema(schema: unknown): JsonObject {
  // Such as a schema that was encoded twice and is therefore text.
  if (!isJsonObject(schema)) return { type: "object", properties: {} };
  const { properties, required } = schema;
  return {
    type: "object",
    ...(properties !== undefined && { properties }),
    ...(Array.isArray(required) && required.length > 0 && { required }),
  };
}

function invalidType(value: unknown, expected: string): CallerError {
  return new CallerError(`invalid type: ${nameOf(value)}, expected ${expected}`);
}

/** The name of a value in serde's errors. */
function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  if (typeof value === "string") return `string ${JSON.stringify(value)}`;
  if (typeof value === "boolean") return `boolean \`${value}\``;
  if (typeof value !== "number") return "map";
  return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
}
