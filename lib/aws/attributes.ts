import "server-only";
import { createHash } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import Big from "big.js";

export type { AttributeValue };

/** A row as DynamoDB stores it, unknown attributes included. */
export type RawItem = Record<string, AttributeValue>;

export const stringAttribute = (value: string): AttributeValue => ({ S: value });
export const booleanAttribute = (value: boolean): AttributeValue => ({ BOOL: value });
/** Written without an exponent, as DynamoDB returns it: reading a row must not change its etag. */
export const numberAttribute = (value: number): AttributeValue => ({ N: new Big(value).toFixed() });

/** JSON with binary attribute values in base64, as in DynamoDB's own JSON. */
export function rawJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString("base64") : part,
  );
}

/** Reads typed attributes of one row; collects mismatches instead of throwing. */
export function attributeReader(item: RawItem) {
  const reasons: string[] = [];

  function read<T>(name: string, type: string, pick: (value: AttributeValue) => T | undefined) {
    const value = item[name];
    if (value === undefined || value.NULL) return null;
    const result = pick(value);
    if (result !== undefined) return result;
    reasons.push(`${name} is ${describeValue(value)}, but must be ${type}`);
    return null;
  }

  return {
    reasons,
    string: (name: string) => read(name, "a string (S)", (value) => value.S),
    boolean: (name: string) => read(name, "a boolean (BOOL)", (value) => value.BOOL),
    number: (name: string) =>
      read(name, "a number (N)", (value) => (value.N === undefined ? undefined : Number(value.N))),
    oneOf: <const T extends string>(name: string, allowed: readonly T[]) =>
      read(name, `one of ${allowed.map((entry) => `"${entry}"`).join(", ")} (S)`, (value) =>
        allowed.find((entry) => entry === value.S),
      ),
  };
}

function describeValue(value: AttributeValue): string {
  const [type, content] = Object.entries(value)[0] ?? ["nothing", null];
  const start = typeof content === "string" ? ` "${content.slice(0, 60)}"` : "";
  return `of type ${type}${start}`;
}

/** A fingerprint of a row that changes with any attribute. */
export function etagOf(item: RawItem): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(item)))
    .digest("base64url")
    .slice(0, 22);
}

function canonical(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, canonical(part)] as const);
  return Object.fromEntries(
    entries
      .map(([name, part]) => [name, isSet(name, part) ? [...part].sort() : part] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** DynamoDB returns sets in no particular order. */
function isSet(name: string, value: unknown): value is unknown[] {
  return (name === "SS" || name === "NS" || name === "BS") && Array.isArray(value);
}
