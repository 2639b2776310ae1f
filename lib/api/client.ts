import { type EndpointName, type Method, type Params, pathOf, splitAddress } from "@/lib/addresses";
import type { Problem } from "@/lib/errors";
import type { Query } from "@/lib/paths";
import type { AnswerOf, BodyInput, QueryInput, TakesFile, TakesIfMatch } from "./endpoints";

/** A refusal of the API, with its problem document. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }
}

/** An error that isn't a refusal of the API but also has a heading and a sentence for people. */
export class ReadableError extends Error {
  readonly title: string;

  constructor(title: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.title = title;
  }
}

/** No answer arrived. Whether the server acted is unknown. */
export class NetworkError extends ReadableError {
  constructor(cause: unknown) {
    super(
      "No connection",
      "The console's server did not answer. Check that it is running and that you are connected, then try again.",
      { cause },
    );
    this.name = "NetworkError";
  }
}

/** Absent if the value can only be undefined; optional if it may be undefined. */
type Field<Key extends string, Value> = [Value] extends [undefined]
  ? { [K in Key]?: undefined }
  : undefined extends Value
    ? { [K in Key]?: Value }
    : { [K in Key]: Value };

/** Booleans, which the URL writes as `true` or `false`. */
type QueryValues<Input> = {
  [Name in keyof Input]: Input[Name] | ("true" extends Input[Name] ? boolean : never) | null;
};

/** The arguments of a call, derived from the endpoint's row. */
export type Call<Name extends EndpointName> = Params<Name> &
  Field<"query", QueryInput<Name> extends object ? QueryArgument<QueryInput<Name>> : undefined> &
  Field<"body", BodyInput<Name>> &
  (TakesFile<Name> extends true
    ? {
        /** Sent unchanged, with its own media type. */
        file: Blob;
      }
    : object) &
  (TakesIfMatch<Name> extends true
    ? {
        /**
         * The `etag` of the record as it was read. The write fails with 412 if the record has
         * changed.
         */
        ifMatch?: string;
      }
    : object) & { signal?: AbortSignal };

/** Optional if every field is optional. */
type QueryArgument<Input> = object extends Input
  ? QueryValues<Input> | undefined
  : QueryValues<Input>;

type Arguments<Name extends EndpointName> =
  object extends Call<Name> ? [call?: Call<Name>] : [call: Call<Name>];

type Sent = {
  params?: Record<string, string>;
  query?: Query;
  body?: unknown;
  file?: Blob;
  ifMatch?: string;
  signal?: AbortSignal;
};

/**
 * Calls an endpoint and returns its JSON; undefined for an empty answer.
 * @throws ApiError (refused), NetworkError (no answer), or the signal's reason (aborted)
 */
export async function apiFetch<Name extends EndpointName>(
  name: Name,
  ...call: Arguments<Name>
): Promise<AnswerOf<Name>> {
  const response = await apiResponse(name, ...call);
  // Contract tests parse every answer with the schema behind this type.
  return (await readAnswer(response, call[0]?.signal)) as AnswerOf<Name>;
}

/** As above, but returns the response itself, for streams. */
export async function apiResponse<Name extends EndpointName>(
  name: Name,
  ...[call]: Arguments<Name>
): Promise<Response> {
  // Every call has these members.
  const sent = (call ?? {}) as Sent;
  const [method] = splitAddress(name);
  return rejectProblem(await send(method, pathOf(name, sent), sent));
}

/** Makes a call whose method and path the server sent, such as the fix of a finding. */
export async function apiCall(method: Method, path: string, body: unknown): Promise<unknown> {
  return readAnswer(await rejectProblem(await send(method, path, { body })), undefined);
}

async function rejectProblem(response: Response): Promise<Response> {
  if (response.ok) return response;
  if (response.status === 401) notifySessionEnded();
  throw new ApiError(await readProblem(response));
}

async function readAnswer(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw signal?.aborted ? cause : new NetworkError(cause);
  });
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(fallbackProblem(response));
  }
}

let onSignedOut: (() => void) | null = null;

/** Registers a callback for answers that show that the session has ended. */
export function onSessionEnded(onEnd: () => void): () => void {
  onSignedOut = onEnd;
  return () => {
    onSignedOut = null;
  };
}

/** For code that detects the end of a session without `apiFetch`, which notifies by itself. */
export function notifySessionEnded(): void {
  onSignedOut?.();
}

async function send(method: Method, path: string, sent: Sent): Promise<Response> {
  const { body, file, ifMatch, signal } = sent;
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (ifMatch !== undefined) headers.set("If-Match", `"${ifMatch}"`);
  try {
    return await fetch(path, {
      method,
      headers,
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      cache: "no-store",
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new NetworkError(cause);
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const type = response.headers.get("content-type") ?? "";
  if (!/[/+]json\b/.test(type)) return fallbackProblem(response);
  const body: unknown = await response.json().catch(() => null);
  return isProblem(body) ? body : fallbackProblem(response);
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === "object" &&
    body !== null &&
    "code" in body &&
    "detail" in body &&
    typeof body.code === "string" &&
    typeof body.detail === "string"
  );
}

/** For an answer that doesn't come from the API, such as a proxy's. */
function fallbackProblem(response: Response): Problem {
  return {
    type: "about:blank",
    title: `The server answered ${response.status}`,
    status: response.status,
    detail: `The server answered ${response.status} and did not say why. Try again; if it stays, look at the server's log.`,
    code: "internal",
    request_id: response.headers.get("x-request-id") ?? "",
  };
}
