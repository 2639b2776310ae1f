import "server-only";
import type { NextRequest } from "next/server";
import * as z from "zod";
import type { RequestBody } from "@/lib/api/row";
import { AppError, type FieldError } from "@/lib/errors";
import { parseJsonText } from "@/lib/parse-json";
import { inputMessage } from "./input-messages";

z.config({ localeError: inputMessage });

const jsonBytes = 1_000_000;
/** The maximum size of an import in bytes. 5,000 models with all their attributes take about 2 MB. */
const fileBytes = 10_000_000;

/**
 * The parsed body as an endpoint's row describes it: JSON by its schema (a body that may be left out
 * counts as an empty object), the text of an upload, or undefined.
 * @throws AppError `malformed`, `too_large`, `invalid` with every wrong field
 */
export async function readBody(request: NextRequest, body: RequestBody | undefined) {
  if (!body) return requireEmptyBody(request);
  if (body.kind === "form") return check(body.schema, await readFields(request));
  const text = await readText(request, maxBytesOf(body));
  if (body.kind === "file") return text;
  return check(body.schema, body.optional && text.trim() === "" ? {} : parseJson(text));
}

function parseJson(body: string): unknown {
  try {
    return parseJsonText(body);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("malformed", "The body is not valid JSON.");
  }
}

/** The parsed query parameters; parameters that the schema does not name are ignored. */
export function readQuery(request: NextRequest, schema: z.core.$ZodType): unknown {
  return check(schema, Object.fromEntries(request.nextUrl.searchParams));
}

/** The parsed parameters of the path. @throws AppError `not_found` if one is invalid */
export function readParams(
  params: Record<string, string | string[]>,
  schema: z.core.$ZodType,
): unknown {
  const parsed = z.safeParse(schema, params);
  if (parsed.success) return parsed.data;
  throw new AppError("not_found", parsed.error.issues[0]?.message ?? "There is nothing here.");
}

/** The value of If-Match without its quotes; null when absent, or `*`. */
export function ifMatch(request: NextRequest): string | null {
  const header = request.headers.get("if-match")?.trim();
  if (!header || header === "*") return null;
  return header.replace(/^W\//, "").replace(/^"(.*)"$/, "$1");
}

/** The most fields that one refusal lists. */
const maxErrors = 100;
const maxPathCharacters = 200;

function check(schema: z.core.$ZodType, value: unknown): unknown {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const errors = issues.slice(0, maxErrors).flatMap(fieldErrors).slice(0, maxErrors);
  const named = errors.map((error) =>
    error.path ? `${error.path}: ${error.message}` : error.message,
  );
  throw new AppError("invalid", named.join("; "), { errors });
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.join(".").slice(0, maxPathCharacters);
  if (issue.code === "invalid_union") {
    const within = closestUnionOption(issue).map((inner) => ({
      ...inner,
      path: [...issue.path, ...inner.path],
    }));
    if (within.length > 0) return within.flatMap(fieldErrors);
  }
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.slice(0, maxErrors).map((key) => ({
    path: [...issue.path, key].join(".").slice(0, maxPathCharacters),
    message: "There is no such field. Remove it.",
  }));
}

/** The issues of the only union option whose discriminating values match, if there is exactly one. */
function closestUnionOption({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const matching = errors.filter((issues) => issues.every(({ path }) => path.length > 0));
  return matching.length === 1 ? (matching[0] ?? []) : [];
}

/** The maximum size of a sign-in form in bytes. */
const formBytes = 64_000;

async function readFields(request: NextRequest): Promise<unknown> {
  const text = await readText(request, formBytes);
  const isJson = request.headers.get("content-type")?.includes("application/json");
  return isJson ? parseJson(text) : Object.fromEntries(new URLSearchParams(text));
}

/** Enough for the `{}` that some clients send with every POST. */
const maxEmptyBodyBytes = 100;

/**
 * For an endpoint that takes no body.
 * @throws AppError `malformed` for anything but an empty object, `too_large`
 */
async function requireEmptyBody(request: NextRequest): Promise<undefined> {
  const text = await readText(request, maxEmptyBodyBytes);
  if (!["", "{}"].includes(text.replace(/\s/g, ""))) {
    throw new AppError("malformed", "This request takes no body.");
  }
}

/**
 * Rejects a body whose announced length is too large, before reading it and before authentication.
 * @throws AppError `too_large`
 */
export function assertAnnouncedSize(request: NextRequest, body: RequestBody | undefined): void {
  const bytes = Number(request.headers.get("content-length") ?? 0);
  if (!body && bytes > maxEmptyBodyBytes)
    throw new AppError("too_large", "This request takes no body.");
  assertSize(bytes, maxBytesOf(body));
}

function maxBytesOf(body: RequestBody | undefined): number {
  if (!body) return maxEmptyBodyBytes;
  if (body.kind === "form") return formBytes;
  return body.kind === "file" ? fileBytes : (body.maxBytes ?? jsonBytes);
}

async function readText(request: NextRequest, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  // Cancelling in the middle of a body would close the connection, perhaps before the answer
  // arrives.
  assertSize(Number(request.headers.get("content-length") ?? 0), maxBytes);
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    assertSize(size, maxBytes);
    chunks.push(chunk);
  }
  return decoded(Buffer.concat(chunks));
}

/**
 * Other encodings would be stored with replacement characters. A byte order mark isn't part of the
 * text.
 */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("malformed", "The body is not UTF-8 text. Save or send it as UTF-8.");
  }
}

function assertSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new AppError("too_large", `The body is larger than ${formatSize(maxBytes)}.`);
}

const formatSize = (bytes: number) =>
  bytes >= 1_000_000 ? `${bytes / 1_000_000} MB` : `${bytes / 1_000} kB`;
