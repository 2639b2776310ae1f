import type * as z from "zod/mini";
import type { Role } from "@/lib/auth/actor";
import type { ErrorCode } from "@/lib/errors";
import type { Limited } from "@/lib/rate-limits/service";

type Schema = z.core.$ZodType;

export type RequestBody =
  | { kind: "json"; schema: Schema; maxBytes?: number; optional?: true }
  /** A form of a page, or the same fields as JSON. */
  | { kind: "form"; schema: Schema }
  /** Sent as it is, under one of these media types. */
  | { kind: "file"; types: readonly string[] };

export type Answer =
  | JsonAnswer
  | { kind: "file"; types: readonly string[] }
  | { kind: "empty" }
  /** What next-auth answers. */
  | { kind: "sign_in" }
  /** Every call is refused. */
  | { kind: "none" };

export type JsonAnswer = JsonOptions & { kind: "json"; schema: Schema };

type JsonOptions = {
  /** 200 when absent. */
  status?: 201 | 202;
  /** The answer carries the record's ETag; for a list, If-None-Match leads to a 304. */
  etag?: "record" | "list";
  /** It may also be empty (204). */
  orEmpty?: true;
  /** The same body comes with this status as well. */
  alsoStatus?: 503;
  /** The schema of each server-sent event of a stream. */
  events?: Schema;
};

/** An endpoint: its role, input and answer. */
export type Row = {
  role: Role | "open";
  /** What it does: an imperative without a full stop. */
  summary: string;
  /** What a caller has to know beyond the schemas. */
  description?: string;
  /** Of the path; values that this refuses are answered with 404. */
  params?: Schema;
  query?: Schema;
  body?: RequestBody;
  answer: Answer;
  /** Calls are counted by person and minute. */
  limit?: Limited;
  /** A stale If-Match is refused with 412. */
  ifMatch?: true;
  /** Codes of refusals beyond those of every endpoint. */
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
