import { randomUUID } from "node:crypto";
import { AwsError } from "../aws-error";
import type { AwsService } from "../aws-service";
import { isJsonObject, type JsonObject, stringOf } from "../json";
import { StateFailure } from "./failure";
import type { Invoke } from "./lambda";

export interface Call {
  /** Aborted if the execution is stopped or the state times out. */
  signal: AbortSignal;
  /** Milliseconds since 1970, for data that the call writes. */
  clock: () => number;
  state: string;
}

/** The integration that a Task state's Resource names. */
export interface Integration {
  /** The prefix of its history events. */
  family: "Task" | "LambdaFunction" | "Activity";
  resourceType: string;
  resource: string;
  /** Why the arguments are invalid, with AWS's message, or null. */
  errorOf?: (input: unknown) => string | null;
  /** Throws StateFailure if the resource fails. */
  call(input: unknown, call: Call): Promise<unknown>;
}

export interface Integrations {
  find(resource: string): Integration | null;
}

/** The services that a state calls within this process, without an HTTP request. */
export interface Backends {
  dynamoDb: AwsService;
  secrets: AwsService;
  cloudWatch: AwsService & { backfill(body: JsonObject): Promise<void> };
}

/** The prefix of a service's failures: its SDK's name, or that of the optimised integration. */
const services: Record<string, { backend: keyof Backends; failures: string }> = {
  dynamodb: { backend: "dynamoDb", failures: "DynamoDB" },
  "aws-sdk:dynamodb": { backend: "dynamoDb", failures: "DynamoDb" },
  "aws-sdk:cloudwatch": { backend: "cloudWatch", failures: "CloudWatch" },
  "aws-sdk:secretsmanager": { backend: "secrets", failures: "SecretsManager" },
};

const metadata = () => ({
  SdkHttpMetadata: { HttpStatusCode: 200 },
  SdkResponseMetadata: { RequestId: randomUUID() },
});

/**
 * The resources of Task states: service integrations, Lambda functions and activities.
 * @param runActivity waits for a worker's answer to a task of an activity
 */
export function openIntegrations(
  backends: Backends,
  invoke: Invoke,
  runActivity: (arn: string, input: unknown, call: Call) => Promise<unknown>,
): Integrations {
  return {
    find: (arn) => {
      if (/^arn:[\w-]+:lambda:/.test(arn)) return lambdaFunction(arn, invoke);
      if (/^arn:[\w-]+:states:[\w-]+:\d*:activity:/.test(arn)) {
        const call: Integration["call"] = (input, context) => runActivity(arn, input, context);
        return { family: "Activity", resourceType: "activity", resource: arn, call };
      }
      const [, name = "", operation = ""] = /^arn:[\w-]+:states:::(.+):(\w+)$/.exec(arn) ?? [];
      if (name === "lambda" && operation === "invoke") return lambdaInvoke(invoke);
      const service = services[name];
      return service ? serviceCall(backends, name, operation, service) : null;
    },
  };
}

function serviceCall(
  backends: Backends,
  resourceType: string,
  resource: string,
  { backend, failures }: { backend: keyof Backends; failures: string },
): Integration {
  const operation = resource.charAt(0).toUpperCase() + resource.slice(1);
  const isOptimised = !resourceType.startsWith("aws-sdk:");
  return {
    family: "Task",
    resourceType,
    resource,
    errorOf: keyError,
    call: async (input, { clock }) => {
      const body = isJsonObject(input) ? input : {};
      try {
        if (operation === "PutMetricData") return await putMetrics(backends, body, clock());
        const reply = await backends[backend].handle(operation, body);
        return isOptimised ? { ...reply, ...metadata() } : reply;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw serviceFailure(error, failures, isOptimised);
      }
    },
  };
}

/** Data without a time get the run's time, which for a sample run is in the past. */
async function putMetrics(
  { cloudWatch }: Backends,
  body: JsonObject,
  now: number,
): Promise<JsonObject> {
  const data = Array.isArray(body.MetricData) ? body.MetricData : [];
  const MetricData = data.map((datum) => ({ Timestamp: now / 1000, ...datum }));
  await cloudWatch.backfill({ ...body, MetricData });
  return {};
}

function serviceFailure(error: AwsError, failures: string, isOptimised: boolean): StateFailure {
  const code = error.code.replace(/^.*#/, "");
  const name = isOptimised && code === "ValidationException" ? "AmazonDynamoDBException" : code;
  const service = isOptimised ? "AmazonDynamoDBv2" : failures;
  return new StateFailure(
    `${failures}.${name}`,
    `${error.message} (Service: ${service}; Status Code: ${error.status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null)`,
  );
}

/** AWS's message for the first value of a DynamoDB key with the wrong attribute type. */
function keyError(input: unknown): string | null {
  const key = isJsonObject(input) && isJsonObject(input.Key) ? Object.values(input.Key) : [];
  for (const attribute of key)
    for (const [type, value] of Object.entries(isJsonObject(attribute) ? attribute : {}))
      if (["S", "N"].includes(type) && typeof value !== "string")
        return `The value for the field '${type}' must be a STRING`;
  return null;
}

function lambdaInvoke(invoke: Invoke): Integration {
  return {
    family: "Task",
    resourceType: "lambda",
    resource: "invoke",
    call: async (input, { signal }) => {
      const { FunctionName, Payload = {} } = isJsonObject(input) ? input : {};
      const result = await invoke(nameOfFunction(stringOf(FunctionName)), Payload, signal);
      return { ExecutedVersion: "$LATEST", Payload: result, ...metadata(), StatusCode: 200 };
    },
  };
}

/** A Lambda function's ARN as the Resource itself, the older form. */
function lambdaFunction(arn: string, invoke: Invoke): Integration {
  return {
    family: "LambdaFunction",
    resourceType: "lambda",
    resource: arn,
    call: (input, { signal }) => invoke(nameOfFunction(arn), input, signal),
  };
}

/** The name in a function's ARN, without a version or alias. */
function nameOfFunction(id: string): string {
  return /:function:([^:]+)/.exec(id)?.[1] ?? id.split(":")[0] ?? id;
}
