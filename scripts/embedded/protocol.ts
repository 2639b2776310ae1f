import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crc32, gunzipSync } from "node:zlib";
import type { ActionRecorder } from "./action-log";
import { AwsError, unknownOperation } from "./aws-error";
import type { AwsRestService, AwsService } from "./aws-service";
import {
  cborFormat,
  type Encoded,
  type Format,
  jsonFormat,
  queryFormat,
  restFormat,
} from "./formats";
import type { JsonObject } from "./json-object";

const maximumBodyBytes = 16 * 1024 * 1024;

/** The services of the endpoint, by the protocol that they speak. */
export interface Services {
  json: AwsService[];
  rest: AwsRestService[];
  /** Is told of every request before it is carried out. */
  record: ActionRecorder;
}

/** What a request asks for: in which format, and who answers. */
interface Call {
  format: Format;
  /** What `x-amz-target` has before the operation; empty for REST-JSON. */
  prefix: string;
  /** For REST-JSON the path. */
  operation: string;
  run: (body: JsonObject) => JsonObject | Promise<JsonObject>;
}

/** Reads one request, hands it to the service it names, and writes the reply. */
export async function answer(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let format = jsonFormat("application/x-amz-json-1.0");
  try {
    refuseForeignHosts(request);
    const body = await readBody(request);
    const call = callOf(services, request, body);
    format = call.format;
    const input = call.format.read(body);
    services.record(request.headers["user-agent"] ?? "", { ...call, input });
    const result = await call.run(input);
    reply(response, 200, format.write(call.operation, result));
  } catch (error) {
    // The client hung up: there is nobody to answer.
    if (response.destroyed) return;
    const failure = error instanceof AwsError ? error : faultOfOurs(request, error);
    reply(response, failure.status, format.fail(failure));
  }
}

function callOf(services: Services, request: IncomingMessage, body: Buffer): Call {
  const url = new URL(`http://localhost${request.url?.replace(/^\/+/, "/") ?? "/"}`);
  const [, prefix, rpcOperation] = /^\/service\/(\w+)\/operation\/(\w+)$/.exec(url.pathname) ?? [];
  if (prefix && rpcOperation && request.headers["smithy-protocol"] === "rpc-v2-cbor")
    return targeted(services, `${prefix}.${rpcOperation}`, cborFormat);
  const target = request.headers["x-amz-target"];
  if (target !== undefined) return targeted(services, String(target));
  if (request.method === "GET") return restCall(services.rest, request, url);
  const action = /application\/x-www-form-urlencoded/.test(request.headers["content-type"] ?? "")
    ? new URLSearchParams(body.toString("utf8")).get("Action")
    : null;
  // Of these services only CloudWatch has ever spoken it.
  if (action) return targeted(services, `GraniteServiceVersion20100801.${action}`, queryFormat);
  throw unknownOperation();
}

/** A call by target; in the service's own JSON protocol unless another format is given. */
function targeted({ json }: Services, target: string, format?: Format): Call {
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

/** Of a REST-JSON service; any other GET asks whether the endpoint is there. */
function restCall(services: AwsRestService[], request: IncomingMessage, url: URL): Call {
  const { pathname: path, searchParams: query } = url;
  const call = { method: request.method ?? "GET", path, query };
  const run = () => {
    for (const service of services) {
      const body = service.answer(call);
      if (body) return body;
    }
    return { status: "running" };
  };
  return { format: restFormat, prefix: "", operation: path, run };
}

/** A web page whose name resolves to 127.0.0.1 could otherwise read the secrets (DNS rebinding). */
function refuseForeignHosts(request: IncomingMessage): void {
  const host = request.headers.host ?? "";
  if (!/^(127\.0\.0\.1|localhost|\[::1\]|[\w.-]+\.localhost)(:\d+)?$/.test(host))
    throw new AwsError("AccessDeniedException", `Host ${host} is not this machine.`, {}, 403);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // A request without setEncoding gives buffers.
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // Read to the end all the same, so that the client gets to see the answer.
    if (bytes <= maximumBodyBytes) parts.push(part);
  }
  if (bytes > maximumBodyBytes)
    throw new AwsError("RequestEntityTooLargeException", "The request is over 16 MB.", {}, 413);
  const body = Buffer.concat(parts);
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

function faultOfOurs(request: IncomingMessage, error: unknown): AwsError {
  console.error(`Embedded AWS failed at ${request.headers["x-amz-target"] ?? request.url}:`, error);
  return new AwsError("InternalServerError", "The local AWS endpoint failed.", {}, 500);
}
