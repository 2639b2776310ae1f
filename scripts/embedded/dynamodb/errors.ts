import { AwsError } from "../aws-error";

const dynamoNamespace = "com.amazonaws.dynamodb.v20120810#";

/** An error in DynamoDB's own namespace: `com.amazonaws.dynamodb.v20120810#{code}`. */
export function dynamoError(
  code: string,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): AwsError {
  return new AwsError(code, message, fields, 400, dynamoNamespace);
}

/** A request that DynamoDB rejects before it reads any item. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationException", message, {}, 400, "com.amazon.coral.validate#");
}

/** A validation error in DynamoDB's wording for one member of a request. */
export function memberError(member: string, value: unknown, constraint: string): AwsError {
  const valueText = value === undefined || value === null ? "null" : `'${String(value)}'`;
  return validationError(
    `1 validation error detected: Value ${valueText} at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** Converts an error of dynalite into an AwsError; returns anything else unchanged. */
export function fromDynalite(error: unknown): unknown {
  if (!(error instanceof Error) || !("statusCode" in error) || !("body" in error)) return error;
  const { __type, message, Message, ...fields } = error.body as Record<string, unknown>;
  const [namespace = "", code = ""] = String(__type).split("#");
  return new AwsError(
    code,
    String(message ?? Message ?? ""),
    fields,
    Number(error.statusCode),
    `${namespace}#`,
  );
}
