import type { Problem } from "@/lib/errors";

/** The API refused: carries its problem document. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }
}

/** No answer came. Whether the server acted is not known. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super(
      "The console's server did not answer. Check that it is running and that you are connected, then try again.",
      { cause },
    );
    this.name = "NetworkError";
  }
}

export type ApiInit = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, under its own type. */
  file?: Blob;
  /** The `etag` of the record that the change was made on: the write fails with 412 if it moved. */
  ifMatch?: string;
  signal?: AbortSignal;
};

/**
 * Calls the console's API and answers its JSON; undefined for an empty answer.
 * @throws ApiError when it refuses, NetworkError when it cannot be reached, and the signal's own
 *   reason when it was stopped.
 */
export async function apiFetch<T>(path: string, init: ApiInit = {}): Promise<T> {
  const response = await apiResponse(path, init);
  const text = await response.text().catch((cause: unknown) => {
    throw init.signal?.aborted ? cause : new NetworkError(cause);
  });
  if (text === "") return undefined as T; // The caller names T for a route whose answer it knows.
  try {
    return JSON.parse(text) as T; // The same.
  } catch {
    throw new ApiError(wordlessProblem(response));
  }
}

/** The same call, answering the response itself once it is known to be no refusal: for streams. */
export async function apiResponse(path: string, init: ApiInit = {}): Promise<Response> {
  const response = await send(path, init);
  if (response.ok) return response;
  if (response.status === 401) noteSignedOut();
  throw new ApiError(await readProblem(response));
}

let onSignedOut: (() => void) | null = null;

/** For the shell: called whenever the server turns out to know no session any more. */
export function watchForSignedOut(told: () => void): () => void {
  onSignedOut = told;
  return () => {
    onSignedOut = null;
  };
}

/** The session is over. What calls the API by itself need not say so. */
export function noteSignedOut(): void {
  onSignedOut?.();
}

async function send(path: string, init: ApiInit): Promise<Response> {
  const { method, body, file, ifMatch, signal } = init;
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (ifMatch !== undefined) headers.set("If-Match", `"${ifMatch}"`);
  try {
    return await fetch(path, {
      method: method ?? (body === undefined && !file ? "GET" : "POST"),
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
  if (!/[/+]json\b/.test(type)) return wordlessProblem(response);
  const body: unknown = await response.json().catch(() => null);
  return isProblem(body) ? body : wordlessProblem(response);
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

/** What to say when something between us and the API answered in its place. */
function wordlessProblem(response: Response): Problem {
  return {
    type: "about:blank",
    title: `The server answered ${response.status}`,
    status: response.status,
    detail: `The server answered ${response.status} and did not say why. Try again; if it stays, look at the server's log.`,
    code: "internal",
    request_id: response.headers.get("x-request-id") ?? "",
  };
}
