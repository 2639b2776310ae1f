import { z } from "zod";
import { AwsError } from "../aws-error";
import type { JsonObject } from "../json";
import { parseRequest, validationMessage } from "../validation";

const Name = z.string().min(1).max(255);
const Dimension = z.object({ Name, Value: z.string().min(1).max(1024) });
const Dimensions = z.array(Dimension).max(30).default([]);
const Namespace = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^:].*$/);
const Unit = z.string().optional();
const finite = z
  .number()
  .min(-(2 ** 360))
  .max(2 ** 360);
/** Seconds since 1970, or ISO 8601 in the query protocol. */
const Time = z
  .union([z.number(), z.iso.datetime({ offset: true })])
  .transform((time) => (typeof time === "number" ? time : Date.parse(time) / 1000));

const Datum = z.object({
  MetricName: Name,
  Dimensions,
  Timestamp: Time.optional(),
  Value: finite.optional(),
  StatisticValues: z
    .object({ SampleCount: finite, Sum: finite, Minimum: finite, Maximum: finite })
    .optional(),
  Values: z.array(finite).max(150).optional(),
  Counts: z.array(z.number().positive()).max(150).optional(),
  Unit,
});
export type Datum = z.infer<typeof Datum>;

const MetricStat = z.object({
  Metric: z.object({ Namespace, MetricName: Name, Dimensions }),
  Period: z.int().min(1),
  Stat: z.string().min(1),
  Unit,
});

const Query = z.object({
  Id: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9_]*$/)
    .max(255),
  MetricStat: MetricStat.optional(),
  Expression: z.string().min(1).max(2048).optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
  Period: z.int().min(1).optional(),
});
export type Query = z.infer<typeof Query>;

const Statistic = z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]);

const Arns = z.array(z.string().min(1).max(1024)).max(5).default([]);

const Alarm = z.object({
  AlarmName: Name,
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().default(true),
  OKActions: Arns,
  AlarmActions: Arns,
  InsufficientDataActions: Arns,
  MetricName: Name.optional(),
  Namespace: Namespace.optional(),
  Statistic: Statistic.optional(),
  ExtendedStatistic: z.string().optional(),
  Dimensions: z.array(Dimension).max(30).optional(),
  Period: z.int().min(1).optional(),
  Unit,
  EvaluationPeriods: z.int().min(1),
  DatapointsToAlarm: z.int().min(1).optional(),
  Threshold: z.number().optional(),
  ComparisonOperator: z.enum([
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
  ]),
  TreatMissingData: z.enum(["breaching", "notBreaching", "ignore", "missing"]).optional(),
  Metrics: z.array(Query).optional(),
});
export type Alarm = z.infer<typeof Alarm>;

/** The requests by operation. Other fields of AWS's API are ignored. */
export const requests = {
  PutMetricData: z.object({ Namespace, MetricData: z.array(Datum).min(1).max(1000) }),
  ListMetrics: z.object({
    Namespace: Namespace.optional(),
    MetricName: Name.optional(),
    Dimensions: z
      .array(z.object({ Name, Value: z.string().min(1).max(1024).optional() }))
      .max(10)
      .default([]),
    NextToken: z.string().optional(),
    RecentlyActive: z.enum(["PT3H"]).optional(),
  }),
  GetMetricData: z.object({
    MetricDataQueries: z.array(Query).min(1).max(500),
    StartTime: Time,
    EndTime: Time,
    NextToken: z.string().optional(),
    ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
    MaxDatapoints: z.int().min(1).max(100_800).default(100_800),
  }),
  GetMetricStatistics: z.object({
    Namespace,
    MetricName: Name,
    Dimensions,
    StartTime: Time,
    EndTime: Time,
    Period: z.int().min(1),
    Statistics: z.array(Statistic).min(1).max(5).optional(),
    ExtendedStatistics: z.array(z.string()).min(1).max(10).optional(),
    Unit,
  }),
  PutMetricAlarm: Alarm,
  DescribeAlarms: z.object({
    AlarmNames: z.array(Name).max(100).optional(),
    AlarmNamePrefix: Name.optional(),
    StateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]).optional(),
    AlarmTypes: z.array(z.enum(["CompositeAlarm", "MetricAlarm"])).optional(),
    MaxRecords: z.int().min(1).max(100).default(50),
    NextToken: z.string().optional(),
  }),
  DescribeAlarmsForMetric: z.object({
    Namespace,
    MetricName: Name,
    Dimensions,
    Statistic: Statistic.optional(),
    ExtendedStatistic: z.string().optional(),
    Period: z.int().min(1).optional(),
    Unit,
  }),
  SetAlarmState: z.object({
    AlarmName: Name,
    StateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
    StateReason: z.string().max(1023),
    StateReasonData: z.string().max(4000).optional(),
  }),
  DeleteAlarms: z.object({ AlarmNames: z.array(Name).min(1).max(100) }),
};

export type Requests = {
  [Operation in keyof typeof requests]: z.infer<(typeof requests)[Operation]>;
};

/** Parses a request body; throws AWS's error for the first invalid or missing member. */
export function readRequest<Operation extends keyof Requests>(
  operation: Operation,
  body: JsonObject,
): Requests[Operation] {
  return parseRequest<Requests, Operation>(requests, operation, body, invalidRequest);
}

function invalidRequest(error: z.ZodError, input: object): AwsError {
  const issue = error.issues[0];
  const value = issue?.path.reduce<unknown>((part, key) => Object(part)[key], input);
  if (issue && value === undefined)
    return cloudWatchError(
      "MissingRequiredParameterException",
      `The parameter ${memberPath(issue.path)} is required.`,
    );
  if (issue?.code === "invalid_value")
    return invalidValue(
      `The parameter ${memberPath(issue.path)} must be a value in the set [${issue.values.join(", ")}].`,
    );
  return invalidValue(validationMessage(error, input));
}

/** AWS numbers list members from 1. */
function memberPath(path: PropertyKey[]): string {
  return path.map((key) => (typeof key === "number" ? `member.${key + 1}` : String(key))).join(".");
}

/** The codes of the query protocol, by the service model in botocore. */
const queryCodes: Record<string, string> = {
  InvalidFormatFault: "InvalidFormat",
  InvalidParameterCombinationException: "InvalidParameterCombination",
  InvalidParameterValueException: "InvalidParameterValue",
  MissingRequiredParameterException: "MissingParameter",
};

function cloudWatchError(code: string, message: string): AwsError {
  return new AwsError(code, message, {}, 400, "", queryCodes[code]);
}

export function invalidValue(message: string): AwsError {
  return cloudWatchError("InvalidParameterValueException", message);
}

export function invalidCombination(message: string): AwsError {
  return cloudWatchError("InvalidParameterCombinationException", message);
}

export function invalidFormat(message: string): AwsError {
  return cloudWatchError("InvalidFormatFault", message);
}

export function invalidToken(): AwsError {
  return new AwsError("InvalidNextToken", "The next token specified is invalid.");
}
