import { CallerPayload } from "@/lib/runtime/schema";

export type CallerPayloadReading =
  | { payload: CallerPayload; errorMessage: null }
  | { payload: null; errorMessage: string };

/** Reads a Lambda input as the caller does; what it can't read fails with the caller's own words. */
export function readCallerPayload(input: unknown): CallerPayloadReading {
  const parsed = CallerPayload.safeParse(input);
  if (parsed.success) return { payload: parsed.data, errorMessage: null };
  const [issue] = parsed.error.issues;
  return { payload: null, errorMessage: messageOf(issue?.path ?? [], input) };
}

/** The member that a path leads to is missing, or isn't what the caller's types say. */
function messageOf(path: PropertyKey[], input: unknown): string {
  const isContent = path[0] === "messages" && path[2] === "content";
  if (isContent) return "data did not match any variant of untagged enum MessageContent";
  const value = path.reduce<unknown>((within, name) => memberOf(within, name), input);
  const name = String(path.at(-1) ?? "");
  if (value === undefined && name !== "") return `missing field \`${name}\``;
  return `invalid type: ${rustName(value)}, at ${path.map(String).join(".") || "the input"}`;
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
