import type * as z from "zod/mini";
import type { Role } from "@/lib/auth/actor";
import type { ErrorCode } from "@/lib/errors";
import type { Limited } from "@/lib/rate-limits/service";

type Schema = z.core.$ZodType;

export type RequestBody =
  | { kind: "json"; schema: Schema; maxBytes?: number; optional?: true }
  /** A form of a page, or the same fields as JSON. */
  | { kind: "form"; schema: Schema }
  /** Sent unchanged, with one of these media types. */
  | { kind: "file"; types: readonly string[] };

export type Answer =
  | JsonAnswer
  | { kind: "file"; types: readonly string[] }
  | { kind: "empty" }
  /** The answer of next-auth. */
  | { kind: "sign_in" }
  /** Every call is refused. */
  | { kind: "none" };

export type JsonAnswer = JsonOptions & { kind: "json"; schema: Schema };

type JsonOptions = {
  /** 200 if absent. */
  status?: 201 | 202;
  /** The answer carries the record's ETag; a list answers If-None-Match with 304. */
  etag?: "record" | "list";
  /** The answer may also be empty (204). */
  orEmpty?: true;
  /** The same body may also come with this status. */
  alsoStatus?: 503;
  /** The schema of each server-sent event of a stream. */
  events?: Schema;
};

/** An endpoint: its role, input and answer. */
export type Row = {
  role: Role | "open";
  /** What the endpoint does, in the imperative and without a full stop. */
  summary: string;
  /** What a caller must know beyond the schemas. */
  description?: string;
  /** Parameters of the path. Values that don't match are answered with 404. */
  params?: Schema;
  query?: Schema;
  body?: RequestBody;
  answer: Answer;
  /** The rate limit, counted per person and minute. */
  limit?: Limited;
  /** A stale If-Match is refused with 412. */
  ifMatch?: true;
  /** Refusal codes beyond those that every endpoint has. */
  refusals?: readonly ErrorCode[];
};

export type Rows = Record<string, Row>;

/** A JSON body, of at most 1 MB unless `maxBytes` allows more. */
export const body = <
  S extends Schema,
  Options extends { maxBytes?: number; optional?: true } = object,
>(
  schema: S,
  options?: Options,
) => ({ kind: "json" as const, schema, ...options }) as { kind: "json"; schema: S } & Options;

export const json = <S extends Schema, Options extends JsonOptions = object>(
  schema: S,
  options?: Options,
) => ({ kind: "json" as const, schema, ...options }) as { kind: "json"; schema: S } & Options;

export const empty = { kind: "empty" } as const;

export const file = <Types extends readonly string[]>(...types: Types) => ({
  kind: "file" as const,
  types,
});
