import { isJsonObject, type JsonObject, listOf, objectOf, stringOf } from "../embedded/json";

const maxDepth = 6;

const formatExamples: Record<string, string> = {
  date: "2025-01-31",
  "date-time": "2025-01-31T12:00:00Z",
  time: "12:00:00Z",
  email: "someone@example.com",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

interface Context {
  /** The complete schema, which references point into. */
  root: JsonObject;
  prompt: string;
}

/**
 * A plausible value for a JSON schema: its constant, default, enum or example, if any. Objects get
 * their required properties, or all if none is required. Strings and numbers come from the prompt.
 */
function exampleOf(unresolved: unknown, name: string, context: Context, depth = 0): unknown {
  const schema = resolve(unresolved, context.root);
  if (!isJsonObject(schema) || depth > maxDepth) return {};
  const value = declaredValue(schema);
  if (value !== undefined) return value;
  const variant = variantOf(schema);
  if (variant !== undefined) return exampleOf(variant, name, context, depth + 1);
  switch (typeOf(schema)) {
    case "object":
      return exampleObject(schema, context, depth);
    case "array":
      return exampleArray(schema, name, context, depth);
    case "integer":
      return Math.ceil(exampleNumber(schema, context.prompt));
    case "number":
      return exampleNumber(schema, context.prompt);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return formatExamples[stringOf(schema.format)] ?? exampleString(schema, name, context.prompt);
  }
}

/** Follows references inside the schema (`#/$defs/City`). */
function resolve(schema: unknown, root: JsonObject, depth = 0): unknown {
  const path = stringOf(objectOf(schema).$ref);
  if (!path.startsWith("#/") || depth > maxDepth) return schema;
  const resolved = path
    .slice(2)
    .split("/")
    .reduce<unknown>((part, key) => objectOf(part)[key], root);
  return resolve(resolved, root, depth + 1);
}

/** The first alternative, or the merged parts of an `allOf`. */
function variantOf(schema: JsonObject): unknown {
  const { allOf, ...rest } = schema;
  const parts = listOf(allOf).filter(isJsonObject);
  if (parts.length === 0) return listOf(schema.anyOf ?? schema.oneOf)[0];
  const all = [rest, ...parts];
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map((part) => objectOf(part.properties))),
    required: all.flatMap((part) => listOf(part.required)),
  };
}

/** Example arguments for a tool with this input schema. */
export function exampleArguments(schema: unknown, prompt: string): JsonObject {
  const root = isJsonObject(schema) ? schema : { type: "object" };
  return objectOf(exampleOf(root, "", { root, prompt }));
}

function declaredValue(schema: JsonObject): unknown {
  if ("const" in schema) return schema.const;
  if ("default" in schema) return schema.default;
  return listOf(schema.enum)[0] ?? listOf(schema.examples)[0] ?? schema.example;
}

/** Gemini capitalizes types (`"OBJECT"`); JSON schema allows a list of types. */
function typeOf(schema: JsonObject): string {
  const declared = listOf(schema.type).find((type) => type !== "null") ?? schema.type;
  if (typeof declared === "string") return declared.toLowerCase();
  if (isJsonObject(schema.properties)) return "object";
  return schema.items === undefined ? "string" : "array";
}

function exampleArray(schema: JsonObject, name: string, context: Context, depth: number) {
  const item = () => exampleOf(schema.items ?? { type: "string" }, name, context, depth + 1);
  return Array.from({ length: Math.max(1, Number(schema.minItems ?? 1)) }, item);
}

function exampleObject(schema: JsonObject, context: Context, depth: number): JsonObject {
  const properties = objectOf(schema.properties);
  const required = listOf(schema.required).filter((key) => typeof key === "string");
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(
    names.map((key) => [key, exampleOf(properties[key] ?? {}, key, context, depth + 1)]),
  );
}

/** The first number in the prompt that is in range, else the schema's minimum, else 1. */
function exampleNumber(schema: JsonObject, prompt: string): number {
  const candidates = (prompt.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  const isInRange = (value: number) =>
    value >= Number(schema.minimum ?? value) &&
    value <= Number(schema.maximum ?? value) &&
    value > Number(schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
    value < Number(schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY);
  const example = candidates.find(isInRange);
  if (example !== undefined) return example;
  const low = Number(schema.minimum ?? schema.exclusiveMinimum ?? Number.NaN);
  const high = Number(schema.maximum ?? schema.exclusiveMaximum ?? Number.NaN);
  if (!Number.isNaN(low)) return schema.minimum === undefined ? low + 1 : low;
  return !Number.isNaN(high) && high < 1 ? Math.floor(high) - 1 : 1;
}

function exampleString(schema: JsonObject, name: string, prompt: string): string {
  const words = prompt.replace(/\s+/g, " ").trim().slice(0, 60);
  const text = words === "" ? name || "example" : words;
  const padded = text.padEnd(Number(schema.minLength ?? 0), ".");
  return padded.slice(0, Number(schema.maxLength ?? padded.length));
}
