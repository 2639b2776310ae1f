import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crc32, gunzipSync } from "node:zlib";
import type { ActionRecorder } from "./action-log";
import { AwsError, invalidAction, unknownOperation } from "./aws-error";
import type { AwsRestService, AwsService } from "./aws-service";
import {
  cborFormat,
  type Encoded,
  type Format,
  jsonFormat,
  queryFormat,
  restFormat,
} from "./formats";
import type { JsonObject } from "./json";
import type { RequestLimit } from "./quotas";

const faultNamespace = "http://webservices.amazon.com/AWSFault/2005-15-09";
const maxBodyBytes = 16 * 1024 * 1024;

/** The services of the endpoint by protocol. */
export interface Services {
  json: AwsService[];
  rest: AwsRestService[];
  /** Called for every request before it is executed. */
  record: ActionRecorder;
  /** Rejects calls above AWS's quotas; null if every call is answered. */
  limit: RequestLimit | null;
}

/** A request's format, operation and handler. */
interface Call {
  format: Format;
  /** The prefix of the operation in `x-amz-target`; empty for REST-JSON. */
  prefix: string;
  /** The path for REST-JSON. */
  operation: string;
  run: (body: JsonObject) => JsonObject | Promise<JsonObject>;
}

/** Reads a request, passes it to its service, and writes the reply. */
export async function respond(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let format = jsonFormat("application/x-amz-json-1.0");
  try {
    assertLocalHost(request);
    const body = await readBody(request);
    const call = parseCall(services, request, body);
    format = call.format;
    const input = call.format.read(body);
    services.record(request.headers["user-agent"] ?? "", { ...call, input });
    services.limit?.(call, input);
    const result = await call.run(input);
    reply(response, 200, format.write(call.operation, result));
  } catch (error) {
    // The client disconnected.
    if (response.destroyed) return;
    const failure = error instanceof AwsError ? error : internalError(request, error);
    reply(response, failure.status, format.fail(failure));
  }
}

function parseCall(services: Services, request: IncomingMessage, body: Buffer): Call {
  const url = new URL(`http://localhost${request.url?.replace(/^\/+/, "/") ?? "/"}`);
  const [, prefix, rpcOperation] = /^\/service\/(\w+)\/operation\/(\w+)$/.exec(url.pathname) ?? [];
  if (prefix && rpcOperation && request.headers["smithy-protocol"] === "rpc-v2-cbor")
    return targetCall(services, `${prefix}.${rpcOperation}`, cborFormat);
  const target = request.headers["x-amz-target"];
  if (target !== undefined) return targetCall(services, String(target));
  if (request.method === "GET") return restCall(services.rest, request, url);
  if (/application\/x-www-form-urlencoded/.test(request.headers["content-type"] ?? ""))
    return queryCall(services, new URLSearchParams(body.toString("utf8")));
  throw unknownOperation();
}

/** A call in the query protocol, which identifies the service only by its API version. */
function queryCall({ json }: Services, form: URLSearchParams): Call {
  const [operation, version] = [form.get("Action"), form.get("Version")];
  if (!operation) throw unknownOperation();
  const service = json.find(({ query }) => query?.version === version);
  const format = queryFormat(service?.query?.namespace ?? faultNamespace);
  const run = async (body: JsonObject) => {
    if (!service?.query?.operations.includes(operation)) throw invalidAction(operation, version);
    return service.handle(operation, body);
  };
  return { format, prefix: service?.targetPrefix ?? "", operation, run };
}

/** A call by target, in the service's JSON protocol unless `format` is set. */
function targetCall({ json }: Services, target: string, format?: Format): Call {
  const service = json.find(({ targetPrefix }) => target.startsWith(targetPrefix));
  if (!service) throw unknownOperation();
  const operation = target.slice(service.targetPrefix.length);
  return {
    format: format ?? jsonFormat(service.contentType),
    prefix: service.targetPrefix,
    operation,
    run: (body) => service.handle(operation, body),
  };
}

/** A call of a REST-JSON service. Any other GET is a health check. */
function restCall(services: AwsRestService[], request: IncomingMessage, url: URL): Call {
  const { pathname: path, searchParams: query } = url;
  const region = signedRegion(request);
  const call = { method: request.method ?? "GET", path, query, region };
  const run = () => {
    for (const service of services) {
      const body = service.answer(call);
      if (body) return body;
    }
    return { status: "running" };
  };
  return { format: restFormat, prefix: "", operation: path, run };
}

/** The region for which a request is signed; null without a signature. */
function signedRegion({ headers }: IncomingMessage): string | null {
  const signed = /^AWS4-HMAC-SHA256 Credential=[^/,\s]{1,128}\/\d{8}\/([a-z0-9-]{1,32})\//;
  return signed.exec(headers.authorization ?? "")?.[1] ?? null;
}

/** Prevents DNS rebinding: a web page whose host name resolves to 127.0.0.1 must not read secrets. */
function assertLocalHost(request: IncomingMessage): void {
  const host = request.headers.host ?? "";
  if (!/^(127\.0\.0\.1|localhost|\[::1\]|[\w.-]+\.localhost)(:\d+)?$/.test(host))
    throw new AwsError("AccessDeniedException", `Host ${host} is not this machine.`, {}, 403);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Without setEncoding a request yields buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Drain the body even if it is too large, so that the client receives the response.
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  if (bytes > maxBodyBytes)
    throw new AwsError("RequestEntityTooLargeException", "The request is over 16 MB.", {}, 413);
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

function reply(response: ServerResponse, status: number, { headers, bytes }: Encoded): void {
  response.writeHead(status, {
    ...headers,
    "content-length": bytes.length,
    "x-amzn-requestid": randomUUID(),
    "x-amz-crc32": crc32(bytes),
  });
  response.end(bytes);
}

function internalError(request: IncomingMessage, error: unknown): AwsError {
  console.error(`Embedded AWS failed at ${request.headers["x-amz-target"] ?? request.url}:`, error);
  return new AwsError("InternalServerError", "The local AWS endpoint failed.", {}, 500);
}
