import type { JsonObject } from "./json";

/** A service that speaks AWS's JSON protocol: POST /, operation named by `x-amz-target`. */
export interface AwsService {
  /** The prefix of the operation in `x-amz-target`, including the dot. */
  readonly targetPrefix: string;
  readonly contentType: string;
  /** The service's query protocol, if it has one. */
  readonly query?: { version: string; namespace: string; operations: readonly string[] };
  /** Resolves to the reply's body; rejects with AwsError, or anything else on an internal error. */
  handle(operation: string, body: JsonObject): Promise<JsonObject>;
  /** Waits for the requests in progress and releases the data folder. */
  close(): Promise<void>;
}

/** A request of the REST-JSON protocol, which names the operation by method and path. */
export interface RestCall {
  method: string;
  /** Still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** The region for which the request is signed; null without a signature. */
  region: string | null;
}

/** A service that speaks REST-JSON; its requests have no body. */
export interface AwsRestService {
  /** Returns the reply's body, or null for a path of another service; throws AwsError. */
  answer(call: RestCall): JsonObject | null;
}
