import { cbor, tag, tagSymbol } from "@smithy/core/cbor";
import { AwsError } from "./aws-error";
import { isJsonObject, type JsonObject } from "./json";
import { queryError, queryReply, readQuery } from "./query";
import { Timestamp } from "./timestamp";

export interface Encoded {
  headers: Record<string, string>;
  bytes: Uint8Array;
}

/** How one of AWS's protocols parses requests and writes replies. */
export interface Format {
  /** Throws SerializationException for a malformed body. */
  read(body: Buffer): JsonObject;
  write(operation: string, body: JsonObject): Encoded;
  fail(error: AwsError): Encoded;
}

/** AWS's JSON protocols 1.0 and 1.1. The error's name is in the body. */
export function jsonFormat(contentType: string): Format {
  return {
    read: (body) => parseBody(body, () => JSON.parse(body.toString("utf8")), "JSON"),
    write: (_operation, body) => jsonReply(contentType, body),
    fail: (error) => jsonReply(contentType, error.body, queryErrorHeader(error)),
  };
}

/** REST-JSON. The error's name is also in a header. */
export const restFormat: Format = {
  ...jsonFormat("application/json"),
  fail: (error) => jsonReply("application/json", error.body, { "x-amzn-errortype": error.code }),
};

/** Smithy RPC v2 CBOR, which newer AWS CLIs speak to CloudWatch. */
export const cborFormat: Format = {
  read: (body) => parseBody(body, () => fromCbor(cbor.deserialize(body)), "CBOR"),
  write: (_operation, body) => cborReply(body),
  fail: (error) => cborReply(error.body, queryErrorHeader(error)),
};

/** The query protocol of STS, and of CloudWatch for older AWS CLIs: a form with an XML reply. */
export function queryFormat(namespace: string): Format {
  return {
    read: (body) => readQuery(new URLSearchParams(body.toString("utf8"))),
    write: (operation, body) => xmlReply(queryReply(operation, body, namespace)),
    fail: (error) => xmlReply(queryError(error, namespace)),
  };
}

function jsonReply(contentType: string, body: JsonObject, headers = {}): Encoded {
  const bytes = Buffer.from(JSON.stringify(body));
  return { headers: { ...headers, "content-type": contentType }, bytes };
}

/** Services that used to have the query protocol also send its error code. */
function queryErrorHeader({ code, queryCode, status }: AwsError): Record<string, string> {
  if (queryCode === code) return {};
  return { "x-amzn-query-error": `${queryCode};${status < 500 ? "Sender" : "Receiver"}` };
}

function cborReply(body: JsonObject, more = {}): Encoded {
  const headers = {
    ...more,
    "content-type": "application/cbor",
    "smithy-protocol": "rpc-v2-cbor",
  };
  return { headers, bytes: cbor.serialize(toCbor(body)) };
}

/** Tags times as RFC 8949 does (tag 1) and omits undefined members, which `serialize` rejects. */
function toCbor(value: unknown): unknown {
  if (value instanceof Timestamp) return tag({ tag: 1, value: value.seconds });
  if (Array.isArray(value)) return value.map(toCbor);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, toCbor(member)]));
}

/** Removes tags: a tagged time becomes its number of seconds since 1970. */
function fromCbor(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromCbor);
  if (!isJsonObject(value) || value instanceof Uint8Array) return value;
  if (tagSymbol in value) return fromCbor(value.value);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, fromCbor(member)]),
  );
}

function xmlReply(text: string): Encoded {
  return { headers: { "content-type": "text/xml" }, bytes: Buffer.from(text) };
}

function parseBody(body: Buffer, parse: () => unknown, language: string): JsonObject {
  const malformed = new AwsError("SerializationException", `The request body is not ${language}.`);
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = parse();
  } catch {
    throw malformed;
  }
  if (!isJsonObject(parsed)) throw malformed;
  return parsed;
}
