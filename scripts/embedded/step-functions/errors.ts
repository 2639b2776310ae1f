import { AwsError } from "../aws-error";

export const machineDoesNotExist = (arn: string) =>
  new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);

export const machineAlreadyExists = (arn: string) =>
  new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);

export const resourceNotFound = (arn: string) =>
  new AwsError("ResourceNotFound", `Request references a resource that does not exist: '${arn}'`);

export const conflict = (message: string) => new AwsError("ConflictException", message);

export const executionNotRedrivable = (reason: string) =>
  new AwsError("ExecutionNotRedrivable", reason);

export const executionDoesNotExist = (arn: string) =>
  new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);

export const executionAlreadyExists = (arn: string) =>
  new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);

export const activityDoesNotExist = (arn: string) =>
  new AwsError("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);

export const invalidArn = (reason: string) =>
  new AwsError("InvalidArn", `Invalid Arn: '${reason}'`);

export const invalidName = (name: string) => new AwsError("InvalidName", `Invalid Name: '${name}'`);

export const invalidToken = () => new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");

export const invalidInput = (reason: string) =>
  new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${reason}'`);

export const invalidOutput = () => new AwsError("InvalidOutput", "Output is not valid JSON.");

/** `code` is AWS's diagnostic code and `location` a path such as `/States/X/Next`. */
export const invalidDefinition = (code: string, message: string, location: string) =>
  new AwsError(
    "InvalidDefinition",
    `Invalid State Machine Definition: '${code}: ${message} at ${location}'`,
  );

export const missingParameter = (message: string) =>
  new AwsError("MissingRequiredParameter", message);

export const typeNotSupported = (operation: string) =>
  new AwsError(
    "StateMachineTypeNotSupported",
    `This operation is not supported by this type of state machine: ${operation}`,
  );

export const validation = (message: string) => new AwsError("ValidationException", message);
