import { randomUUID } from "node:crypto";
import type { AwsError } from "./aws-error";
import { isJsonObject, type JsonObject } from "./json";
import { Timestamp } from "./timestamp";

// Forms are untyped; these members of CloudWatch's requests aren't strings.
// docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/making-api-requests.html
const numbers =
  /(^|\.)(Values\.member\.\d+|Counts\.member\.\d+|SampleCount|Sum|Minimum|Maximum|Period|EvaluationPeriods|DatapointsToAlarm|Threshold|MaxDatapoints|MaxRecords)$/;
const datumValue = /(^|\.)MetricData\.member\.\d+\.Value$/;
const booleans = /(^|\.)(ActionsEnabled|ReturnData)$/;

/** Parses `MetricData.member.1.Value=2` into the object that the JSON protocols send. */
export function readQuery(form: URLSearchParams): JsonObject {
  const root: JsonObject = {};
  for (const [name, text] of form) {
    if (name === "Action" || name === "Version") continue;
    const path = name.replaceAll(".member.", ".#").split(".");
    setAt(root, path, typed(name, text));
  }
  // The root has named members, so it stays an object.
  return withLists(root) as JsonObject;
}

function typed(name: string, text: string): unknown {
  if (booleans.test(name)) return text === "true";
  return numbers.test(name) || datumValue.test(name) ? Number(text) : text;
}

function setAt(target: JsonObject, [key = "", ...rest]: string[], value: unknown): void {
  // Prevent prototype pollution.
  if (key === "__proto__") return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const next: JsonObject = isJsonObject(inner) ? inner : {};
  target[key] = next;
  setAt(next, rest, value);
}

/** Converts objects with numbered members into lists, sorted by number. */
function withLists(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, withLists(member)] as const);
  if (entries.length === 0 || !entries.every(([key]) => key.startsWith("#")))
    return Object.fromEntries(entries);
  const position = (key: string) => Number(key.slice(1));
  return entries.sort(([a], [b]) => position(a) - position(b)).map(([, member]) => member);
}

export function queryReply(operation: string, body: JsonObject, namespace: string): string {
  const result = Object.keys(body).length > 0 ? element(`${operation}Result`, body) : "";
  const metadata = element("ResponseMetadata", { RequestId: randomUUID() });
  return `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`;
}

export function queryError({ queryCode, message, status }: AwsError, namespace: string): string {
  const error = { Type: status < 500 ? "Sender" : "Receiver", Code: queryCode, Message: message };
  const inner = element("Error", error) + element("RequestId", randomUUID());
  return `<ErrorResponse xmlns="${namespace}">${inner}</ErrorResponse>`;
}

function element(name: string, value: unknown): string {
  if (value === undefined) return "";
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (value instanceof Timestamp) return new Date(value.seconds * 1000).toISOString();
  if (Array.isArray(value)) return value.map((item) => element("member", item)).join("");
  if (isJsonObject(value))
    return Object.entries(value)
      .map(([name, member]) => element(name, member))
      .join("");
  return String(value).replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}
