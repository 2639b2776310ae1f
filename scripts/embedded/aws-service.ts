import type { JsonObject } from "./json-object";

/** A service that speaks AWS's JSON protocol: POST /, operation named by `x-amz-target`. */
export interface AwsService {
  /** What comes before the operation in `x-amz-target`, dot included. */
  readonly targetPrefix: string;
  readonly contentType: string;
  /** Answers the reply's body; rejects with AwsError, or with anything else for a fault of ours. */
  handle(operation: string, body: JsonObject): Promise<JsonObject>;
  /** Waits for what is under way and lets go of the data folder. */
  close(): Promise<void>;
}

/** A request of the REST-JSON protocol: no target, the operation is in method and path. */
export interface RestCall {
  method: string;
  /** Still percent-encoded. */
  path: string;
  query: URLSearchParams;
}

/** A service that speaks REST-JSON. Reads only, so far: it gets no body. */
export interface AwsRestService {
  /** Answers the reply's body, null for a path of another service; throws AwsError. */
  answer(call: RestCall): JsonObject | null;
}
