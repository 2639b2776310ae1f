/** A typed error of an AWS service, with the status and the JSON body that the client receives. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
    readonly status = 400,
    /** The namespace that DynamoDB writes before the code. */
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

/** AWS's error for a target or path that it doesn't know. */
export function unknownOperation(): AwsError {
  return new AwsError("UnknownOperationException", "The requested operation is not known.");
}
