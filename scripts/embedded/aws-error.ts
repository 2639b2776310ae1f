/** A typed error of an AWS service, with the status and the JSON body that the client receives. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
    readonly status = 400,
    /** The namespace that precedes the code in DynamoDB's errors. */
    readonly namespace = "",
    /** The code in the query protocol, if it differs. */
    readonly queryCode = code,
  ) {
    super(message);
    this.name = code;
  }

  /** The body in the service's JSON protocol. */
  get body(): Record<string, unknown> {
    return { __type: `${this.namespace}${this.code}`, ...this.fields, message: this.message };
  }
}

/** AWS's error in the query protocol for an operation or version that it doesn't know. */
export function invalidAction(operation: string, version: string | null): AwsError {
  return new AwsError(
    "InvalidAction",
    `Could not find operation ${operation} for version ${version ?? "NO_VERSION_SPECIFIED"}`,
  );
}

/** AWS's error for a target or path that it doesn't know. */
export function unknownOperation(): AwsError {
  return new AwsError("UnknownOperationException", "The requested operation is not known.");
}
