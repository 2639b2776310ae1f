import { AwsError } from "../aws-error";

/** An error of Secrets Manager, whose JSON capitalizes `Message`. */
function secretsError(code: string, message: string): AwsError {
  return new AwsError(code, message, { Message: message });
}

export const notFound = (what = "secret") =>
  secretsError("ResourceNotFoundException", `Secrets Manager can't find the specified ${what}.`);

export const valueNotFound = (by: "staging label" | "VersionId", value: string) =>
  secretsError(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret value for ${by}: ${value}`,
  );

export const invalidParameter = (message: string) =>
  secretsError("InvalidParameterException", message);

export const invalidRequest = (message: string) => secretsError("InvalidRequestException", message);

export const alreadyExists = (message: string) => secretsError("ResourceExistsException", message);

export const limitExceeded = (message: string) => secretsError("LimitExceededException", message);

export const validation = (message: string) => secretsError("ValidationException", message);
