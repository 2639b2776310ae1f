import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crc32, gunzipSync } from "node:zlib";
import { AwsError, unknownOperation } from "./aws-error";
import type { AwsRestService, AwsService } from "./aws-service";
import { isJsonObject, type JsonObject } from "./json-object";

const restContentType = "application/json";
const maximumBodyBytes = 16 * 1024 * 1024;

/** The services of the endpoint, by the protocol that they speak. */
export interface Services {
  json: AwsService[];
  rest: AwsRestService[];
}

/** Reads one request, hands it to the service it names, and writes the reply. */
export async function answer(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let contentType = "application/x-amz-json-1.0";
  try {
    refuseForeignHosts(request);
    const body = await readBody(request);
    if (request.method === "GET" && !request.headers["x-amz-target"]) {
      contentType = restContentType;
      reply(response, 200, contentType, restReply(services.rest, request));
      return;
    }
    const target = String(request.headers["x-amz-target"] ?? "");
    const service = services.json.find(({ targetPrefix }) => target.startsWith(targetPrefix));
    if (!service) throw unknownOperation();
    contentType = service.contentType;
    const operation = target.slice(service.targetPrefix.length);
    reply(response, 200, contentType, await service.handle(operation, parseBody(body)));
  } catch (error) {
    // The client hung up: there is nobody to answer.
    if (response.destroyed) return;
    const failure = error instanceof AwsError ? error : faultOfOurs(request, error);
    if (contentType === restContentType) response.setHeader("x-amzn-errortype", failure.code);
    reply(response, failure.status, contentType, failure.body);
  }
}

/** Of a REST-JSON service; any other GET asks whether the endpoint is there. */
function restReply(services: AwsRestService[], request: IncomingMessage): JsonObject {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const call = { method: request.method ?? "GET", path: pathname, query: searchParams };
  for (const service of services) {
    const body = service.answer(call);
    if (body) return body;
  }
  return { status: "running" };
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

function parseBody(body: Buffer): JsonObject {
  const malformed = new AwsError("SerializationException", "The request body is not JSON.");
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    throw malformed;
  }
  if (!isJsonObject(parsed)) throw malformed;
  return parsed;
}

function reply(response: ServerResponse, status: number, contentType: string, body: JsonObject) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(text),
    "x-amzn-requestid": randomUUID(),
    "x-amz-crc32": crc32(text),
  });
  response.end(text);
}

function faultOfOurs(request: IncomingMessage, error: unknown): AwsError {
  console.error(`Embedded AWS failed at ${request.headers["x-amz-target"]}:`, error);
  return new AwsError("InternalServerError", "The local AWS endpoint failed.", {}, 500);
}
