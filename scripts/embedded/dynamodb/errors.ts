import { AwsError } from "../aws-error";

const shapes = "com.amazonaws.dynamodb.v20120810#";

/** An error of DynamoDB itself, as `com.amazonaws.dynamodb.v20120810#{code}`. */
export function dynamoError(
  code: string,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): AwsError {
  return new AwsError(code, message, fields, 400, shapes);
}

/** A request that DynamoDB refuses before looking at any item. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationException", message, {}, 400, "com.amazon.coral.validate#");
}

/** The wording DynamoDB uses for one bad member of a request. */
export function memberError(member: string, value: unknown, constraint: string): AwsError {
  const shown = value === undefined || value === null ? "null" : `'${String(value)}'`;
  return validationError(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** Turns what dynalite threw or returned into an AwsError; anything else comes back unchanged. */
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
