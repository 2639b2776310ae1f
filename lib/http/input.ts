import "server-only";
import { NextRequest } from "next/server";
import * as z from "zod";
import { AppError, type FieldError } from "@/lib/errors";
import { parseJsonText } from "@/lib/parse-json";

// zod/mini brings no messages of its own; schemas without explicit ones get these.
z.config(z.locales.en());

const jsonBytes = 1_000_000;
/** 5,000 models with all their attributes are about 2 MB. */
const fileBytes = 10_000_000;

/**
 * The parsed JSON body, of at most 1 MB unless `most` (bytes) says otherwise.
 * @throws AppError `malformed` (not JSON), `too_large`, `invalid` with every wrong field.
 */
export async function readJson<Schema extends z.core.$ZodType>(
  request: NextRequest,
  schema: Schema,
  most: number = jsonBytes,
): Promise<z.output<Schema>> {
  return check(schema, parseJson(await readText(request, most)));
}

/** The same where the body may be left out: no body is an empty object. */
export async function readJsonIfAny<Schema extends z.core.$ZodType>(
  request: NextRequest,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body = await readText(request, jsonBytes);
  return check(schema, body.trim() === "" ? {} : parseJson(body));
}

function parseJson(body: string): unknown {
  try {
    return parseJsonText(body);
  } catch {
    throw new AppError("malformed", "The body is not valid JSON.");
  }
}

/** The parsed query parameters; parameters that the schema does not name are ignored. */
export function readQuery<Schema extends z.core.$ZodType>(
  request: NextRequest,
  schema: Schema,
): z.output<Schema> {
  return check(schema, Object.fromEntries(request.nextUrl.searchParams));
}

/** The value of If-Match without its quotes; null when absent, or `*`. */
export function ifMatch(request: NextRequest): string | null {
  const header = request.headers.get("if-match")?.trim();
  if (!header || header === "*") return null;
  return header.replace(/^W\//, "").replace(/^"(.*)"$/, "$1");
}

function check<Schema extends z.core.$ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors);
  const named = errors.map((error) =>
    error.path ? `${error.path}: ${error.message}` : error.message,
  );
  throw new AppError("invalid", named.join("; "), { errors });
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.join(".");
  if (issue.code === "invalid_union") {
    const within = meantOption(issue).map((inner) => ({
      ...inner,
      path: [...issue.path, ...inner.path],
    }));
    if (within.length > 0) return within.flatMap(fieldErrors);
  }
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: [...issue.path, key].join("."),
    message: "There is no such field. Remove it.",
  }));
}

/** What is wrong in the one option of a union that fits from outside, if there is such a one. */
function meantOption({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const fitting = errors.filter((issues) => issues.every(({ path }) => path.length > 0));
  return fitting.length === 1 ? (fitting[0] ?? []) : [];
}

/** The whole body of an upload, as text. @throws AppError `too_large` */
export function readFileText(request: NextRequest): Promise<string> {
  return readText(request, fileBytes);
}

/** A sign-in's form: a token or what a provider sends back. */
const formBytes = 64_000;

/**
 * The same request with its body in memory, for a library that reads bodies of any length.
 * @throws AppError `too_large`
 */
export async function withSmallBody(request: NextRequest): Promise<NextRequest> {
  if (request.body === null) return request;
  const { url, method, headers } = request;
  return new NextRequest(url, { method, headers, body: await readText(request, formBytes) });
}

async function readText(request: NextRequest, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  // Stopping in the middle of a body cuts the connection, perhaps before the answer has arrived.
  refuseTooLarge(Number(request.headers.get("content-length") ?? 0), most);
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    refuseTooLarge(size, most);
    chunks.push(chunk);
  }
  return decoded(Buffer.concat(chunks));
}

/** Text in another encoding would be stored with its letters replaced; a byte order mark is no text. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("malformed", "The body is not UTF-8 text. Save or send it as UTF-8.");
  }
}

function refuseTooLarge(bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new AppError("too_large", `The body is larger than ${most} bytes.`);
}
