import { isObject } from "./definition";
import { type Item, NotFollowed } from "./interpretation";

/** The effect of a Task, if the console can follow it. */
export type TaskCall =
  | { kind: "read"; table: string; key: Item; isOptimised: boolean; attributes: string[] | null }
  | { kind: "model"; payload: Record<string, unknown> }
  | { kind: "other" };

const getItem = /:(aws-sdk:)?dynamodb:getItem$/i;

/**
 * Parses a Task's resource and its evaluated arguments.
 * @throws NotFollowed for a GetItem that can't be sent unchanged
 */
export function taskCall(state: string, resource: string, args: unknown): TaskCall {
  const read = getItem.exec(resource);
  if (read) {
    const { TableName, Key } = isObject(args) ? args : {};
    if (typeof TableName !== "string" || !isObject(Key)) {
      throw new NotFollowed(state, "Its GetItem names no table or no key.");
    }
    const attributes = projectedAttributes(state, isObject(args) ? args : {});
    const isOptimised = read[1] === undefined;
    return { kind: "read", table: TableName, key: Key, isOptimised, attributes };
  }
  if (!/:lambda:/.test(resource)) return { kind: "other" };
  // The older form of the resource is the function's ARN, and its input is the payload.
  const isInvoke = /:states:[^:]*:[^:]*:lambda:invoke/.test(resource);
  const payload = isInvoke && isObject(args) ? args.Payload : args;
  return isModelCall(payload) ? { kind: "model", payload } : { kind: "other" };
}

/** The attributes that a GetItem requests; null for the complete row. */
function projectedAttributes(state: string, args: Item): string[] | null {
  const { ProjectionExpression: text, AttributesToGet, ExpressionAttributeNames } = args;
  if (Array.isArray(AttributesToGet)) return AttributesToGet.map(String);
  if (typeof text !== "string") return null;
  const names = isObject(ExpressionAttributeNames) ? ExpressionAttributeNames : {};
  return text.split(",").map((part) => {
    const name = part.trim();
    if (/[.[\]]/.test(name)) {
      throw new NotFollowed(state, `Its GetItem reads a part of an attribute: ${name}.`);
    }
    return name.startsWith("#") ? String(names[name]) : name;
  });
}

/** The part of a row that a GetItem requests, in the JSON that DynamoDB returns. */
export function projectItem(item: Item, attributes: string[] | null): Item {
  const entries = Object.entries(item).filter(([name]) => attributes?.includes(name) ?? true);
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutBytes(value)]));
}

/** Binary data in JSON is Base64; the SDK reads it as bytes. */
function withoutBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(""));
  }
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutBytes(member)]),
  );
}

/** Step Functions' error for a key whose S or N isn't text; null for a valid key. */
export function keyError(key: Item): string | null {
  const types = Object.values(key).flatMap((value) =>
    isObject(value) ? Object.entries(value) : [],
  );
  const wrong = types.find(
    ([type, value]) => (type === "S" || type === "N") && typeof value !== "string",
  );
  return wrong ? `The value for the field '${wrong[0]}' must be a STRING` : null;
}

/** Whether a Lambda function's input is that of an LLM caller, unified or older. */
export function isModelCall(payload: unknown): payload is Record<string, unknown> {
  if (!isObject(payload)) return false;
  if ("provider_config" in payload) return true;
  return "messages" in payload && ("model_id" in payload || "model" in payload);
}
