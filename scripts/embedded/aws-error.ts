/** A typed error of an AWS service: what the client receives, status and JSON body. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
    readonly status = 400,
    /** The shape's namespace, which DynamoDB puts before the code. */
    readonly namespace = "",
  ) {
    super(message);
    this.name = code;
  }

  /** The body as the service's JSON protocol writes it. */
  get body(): Record<string, unknown> {
    return { __type: `${this.namespace}${this.code}`, ...this.fields, message: this.message };
  }
}

/** The error AWS gives for a target or path it does not know. */
export function unknownOperation(): AwsError {
  return new AwsError("UnknownOperationException", "The requested operation is not known.");
}
