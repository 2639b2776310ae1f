import { isObject, type JsonObject, listOf, objectOf, stringOf } from "./json";

const MAX_DEPTH = 6;

const FORMATS: Record<string, string> = {
  date: "2025-01-31",
  "date-time": "2025-01-31T12:00:00Z",
  time: "12:00:00Z",
  email: "someone@example.com",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/**
 * A plausible value for a JSON schema: defaults, examples, constants and enums first; objects get
 * their required properties, or all of them if none is required. Strings take words of the prompt.
 */
function exampleOf(schema: unknown, name: string, prompt: string, depth = 0): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return {};
  const given = givenValue(schema);
  if (given !== undefined) return given;
  const variant = listOf(schema.anyOf ?? schema.oneOf ?? schema.allOf)[0];
  if (variant !== undefined) return exampleOf(variant, name, prompt, depth + 1);
  switch (typeOf(schema)) {
    case "object":
      return exampleObject(schema, prompt, depth);
    case "array":
      return [exampleOf(schema.items ?? { type: "string" }, name, prompt, depth + 1)];
    case "integer":
    case "number":
      return exampleNumber(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return FORMATS[stringOf(schema.format)] ?? exampleString(schema, name, prompt);
  }
}

/** Arguments for a tool with this input schema. */
export function exampleArguments(schema: unknown, prompt: string): JsonObject {
  return objectOf(exampleOf(isObject(schema) ? schema : { type: "object" }, "", prompt));
}

function givenValue(schema: JsonObject): unknown {
  if ("const" in schema) return schema.const;
  if ("default" in schema) return schema.default;
  return listOf(schema.enum)[0] ?? listOf(schema.examples)[0] ?? schema.example;
}

/** Gemini writes types in capitals (`"OBJECT"`); JSON schema allows a list of types. */
function typeOf(schema: JsonObject): string {
  const declared = listOf(schema.type).find((type) => type !== "null") ?? schema.type;
  if (typeof declared === "string") return declared.toLowerCase();
  if (isObject(schema.properties)) return "object";
  return schema.items === undefined ? "string" : "array";
}

function exampleObject(schema: JsonObject, prompt: string, depth: number): JsonObject {
  const properties = objectOf(schema.properties);
  const required = listOf(schema.required).filter((key) => typeof key === "string");
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(
    names.map((key) => [key, exampleOf(properties[key] ?? {}, key, prompt, depth + 1)]),
  );
}

function exampleNumber(schema: JsonObject): number {
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
