import "server-only";
import { createHash } from "node:crypto";
import { TextEncoderStream, ReadableStream as WebStream } from "node:stream/web";
import { rawJson } from "@/lib/aws/attributes";
import { errorName, log } from "@/lib/log";

declare const answered: unique symbol;
/** A response with this body. The compiler compares it with the answer that the endpoint declares. */
export type Answered<Body> = Response & { readonly [answered]?: Body };

type JsonOptions = { status?: number; etag?: string; headers?: Record<string, string> };

/** A JSON answer that isn't cached. `etag` is sent as the header. */
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
 * A JSON answer with an ETag of its content, or 304 if the caller already has it.
 * @param cacheControl `no-store` for content that a browser must not store, such as prompts
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
 * A file that is generated while it is sent. If a later chunk fails, the status has already been
 * sent; the connection is closed, so that a partial file isn't mistaken for a complete one.
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
  // At runtime this is the web stream that Response takes; only the two type libraries differ.
  return download(name, type, bytes as unknown as BodyInit);
}

async function* abortingOnError(chunks: AsyncIterable<string>, requestId: string) {
  try {
    yield* chunks;
  } catch (error) {
    log("error", "Download broken off", { request_id: requestId, name: errorName(error) });
    // Next logs the message of any other error, and of its cause.
    throw new DOMException("The file could not be sent completely.", "AbortError");
  }
}
