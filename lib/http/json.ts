import "server-only";
import { createHash } from "node:crypto";
import { TextEncoderStream, ReadableStream as WebStream } from "node:stream/web";
import { rawJson } from "@/lib/aws/attributes";
import { errorName, log } from "@/lib/log";

declare const answered: unique symbol;
/** A response with this body: the compiler compares it with the answer that the endpoint declares. */
export type Answered<Body> = Response & { readonly [answered]?: Body };

type JsonOptions = { status?: number; etag?: string; headers?: Record<string, string> };

/** A JSON answer that isn't cached; `etag` becomes the header. */
export function json<Body>(
  body: Body,
  { status = 200, etag, headers }: JsonOptions = {},
): Answered<Body> {
  return new Response(rawJson(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...(etag && { etag: `"${etag}"` }),
      ...headers,
    },
  });
}

/** An empty answer (204). */
export function noContent(): Answered<undefined> {
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}

/**
 * A JSON answer with an ETag of its content, or 304 when the caller has it already.
 * @param cacheControl `no-store` for what a browser must not keep, such as prompts
 */
export function cacheableJson<Body>(
  request: Request,
  body: Body,
  cacheControl: "private, no-cache" | "no-store" = "private, no-cache",
): Answered<Body> {
  const text = rawJson(body);
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  const headers = { etag, "cache-control": cacheControl };
  const etags =
    request.headers
      .get("if-none-match")
      ?.split(",")
      .map((tag) => tag.trim()) ?? [];
  if (etags.some((tag) => tag.replace(/^W\//, "") === etag)) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(text, { headers: { ...headers, "content-type": "application/json" } });
}

/** A file for the browser to save. */
export function download(name: string, type: string, content: BodyInit): Response {
  return new Response(content, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}

/**
 * A file that is written while it is sent. The status is out when a later chunk fails: the
 * connection breaks, so that a partial answer isn't mistaken for a whole one.
 */
export function downloadStream(
  name: string,
  type: string,
  chunks: AsyncIterable<string>,
  requestId: string,
): Response {
  const bytes = WebStream.from(abortingOnError(chunks, requestId)).pipeThrough(
    new TextEncoderStream(),
  );
  // Node's web stream is the one that its Response takes; only the two type libraries differ.
  return download(name, type, bytes as unknown as BodyInit);
}

async function* abortingOnError(chunks: AsyncIterable<string>, requestId: string) {
  try {
    yield* chunks;
  } catch (error) {
    log("error", "Download broken off", { request_id: requestId, name: errorName(error) });
    // Next writes the message of any other error, and of its cause, into the log.
    throw new DOMException("The file could not be sent completely.", "AbortError");
  }
}
