import { CallerPayload } from "@/lib/runtime/schema";

export type CallerPayloadReading =
  | { payload: CallerPayload; errorMessage: null }
  | { payload: null; errorMessage: string };

/** Parses a Lambda input as the caller does. An invalid input fails with the caller's own message. */
export function readCallerPayload(input: unknown): CallerPayloadReading {
  const parsed = CallerPayload.safeParse(input);
  if (parsed.success) return { payload: parsed.data, errorMessage: null };
  const paths = parsed.error.issues.map(({ path }) => path);
  const [first = []] = paths.toSorted((a, b) => (placeOf(a, input) < placeOf(b, input) ? -1 : 1));
  return { payload: null, errorMessage: messageOf(first, input) };
}

/**
 * The caller reads members in the order of their names, and reports a missing one only after all of
 * them.
 */
function placeOf(path: PropertyKey[], input: unknown): string {
  const isMissing = valueAt(path, input) === undefined;
  const isLast = isMissing && path.length === 1;
  return [isLast ? "1" : "0", String(path[0]), isMissing ? "1" : "0"].join(" ");
}

const valueAt = (path: PropertyKey[], input: unknown) =>
  path.reduce<unknown>((within, name) => memberOf(within, name), input);

/** The error for a path whose member is missing or has the wrong type. */
function messageOf(path: PropertyKey[], input: unknown): string {
  const value = valueAt(path, input);
  const name = String(path.at(-1) ?? "");
  const isContent = path[0] === "messages" && path[2] === "content";
  if (isContent) return "data did not match any variant of untagged enum MessageContent";
  if (value === undefined && name !== "") return `missing field \`${name}\``;
  const type = expectedAt(path);
  // An integer out of the type's range has the right type but the wrong value.
  const fault = Number.isInteger(value) && /^u\d/.test(type) ? "value" : "type";
  return `invalid ${fault}: ${rustName(value)}, expected ${type}`;
}

const expected: Record<string, string> = {
  messages: "a sequence",
  tools: "a sequence",
  temperature: "f32",
  top_p: "f32",
  max_tokens: "u32",
  stream: "a boolean",
  provider_config: "struct ProviderConfig",
  "provider_config.timeout": "u64",
  "provider_config.custom_headers": "a map",
};

/** The caller's type at a path, as Rust's serde describes it. */
function expectedAt(path: PropertyKey[]): string {
  const expectedValue = expected[path.map(String).join(".")];
  if (expectedValue) return expectedValue;
  const isElement = typeof path.at(-1) === "number";
  if (!isElement) return "a string";
  return path[0] === "messages" ? "struct Message" : "struct Tool";
}

function memberOf(within: unknown, name: PropertyKey): unknown {
  if (typeof within !== "object" || within === null) return undefined;
  return (within as Record<PropertyKey, unknown>)[name]; // An object by the line above.
}

function rustName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  if (typeof value === "object") return "map";
  if (typeof value === "string") return `string ${JSON.stringify(value)}`;
  if (typeof value === "number") {
    return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
  }
  return `${typeof value} \`${String(value)}\``;
}
