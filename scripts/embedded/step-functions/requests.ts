import { z } from "zod";
import type { JsonObject } from "../json";
import { Timestamp } from "../timestamp";
import { parseRequest, validationMessage } from "../validation";
import { invalidToken, validation } from "./errors";

const Arn = z.string().min(1).max(256);
const ExecutionArn = z.string().min(1).max(2000);
const Name = z.string();
/** AWS's limit for definitions (1 MiB) and for payloads (256 KiB). */
const Definition = z.string().min(1).max(1_048_576);
const Payload = z.string().max(262_144);
const Page = {
  maxResults: z.int().min(0).max(1000).default(0),
  nextToken: z.string().min(1).max(3096).optional(),
};
const MachineType = z.enum(["STANDARD", "EXPRESS"]);
const Publishing = {
  publish: z.boolean().default(false),
  versionDescription: z.string().max(256).optional(),
};
const Description = z.string().max(256).optional();
const Routing = z
  .array(z.object({ stateMachineVersionArn: Arn, weight: z.int().min(0).max(100) }))
  .min(1)
  .max(2);
const Settings = {
  loggingConfiguration: z.looseObject({}).optional(),
  tracingConfiguration: z.looseObject({}).optional(),
  encryptionConfiguration: z.looseObject({}).optional(),
};
const Status = z.enum([
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "TIMED_OUT",
  "ABORTED",
  "PENDING_REDRIVE",
]);

/** The requests by operation. Other fields of AWS's API are ignored. */
export const requests = {
  CreateStateMachine: z.object({
    name: Name,
    definition: Definition,
    roleArn: Arn,
    type: MachineType.default("STANDARD"),
    ...Publishing,
    ...Settings,
  }),
  UpdateStateMachine: z.object({
    stateMachineArn: Arn,
    definition: Definition.optional(),
    roleArn: Arn.optional(),
    ...Publishing,
    ...Settings,
  }),
  DescribeStateMachine: z.object({
    stateMachineArn: Arn,
    includedData: z.enum(["ALL_DATA", "METADATA_ONLY"]).default("ALL_DATA"),
  }),
  DescribeStateMachineForExecution: z.object({
    executionArn: ExecutionArn,
    includedData: z.enum(["ALL_DATA", "METADATA_ONLY"]).default("ALL_DATA"),
  }),
  DeleteStateMachine: z.object({ stateMachineArn: Arn }),
  ListStateMachines: z.object({ ...Page }),
  PublishStateMachineVersion: z.object({
    stateMachineArn: Arn,
    revisionId: z.string().optional(),
    description: Description,
  }),
  ListStateMachineVersions: z.object({ stateMachineArn: Arn, ...Page }),
  DeleteStateMachineVersion: z.object({ stateMachineVersionArn: ExecutionArn }),
  CreateStateMachineAlias: z.object({
    name: Name,
    description: Description,
    routingConfiguration: Routing,
  }),
  UpdateStateMachineAlias: z.object({
    stateMachineAliasArn: Arn,
    description: Description,
    routingConfiguration: Routing.optional(),
  }),
  DescribeStateMachineAlias: z.object({ stateMachineAliasArn: Arn }),
  ListStateMachineAliases: z.object({ stateMachineArn: Arn, ...Page }),
  DeleteStateMachineAlias: z.object({ stateMachineAliasArn: Arn }),
  StartExecution: z.object({
    stateMachineArn: Arn,
    name: Name.optional(),
    input: Payload.default("{}"),
    traceHeader: z.string().optional(),
  }),
  StopExecution: z.object({
    executionArn: ExecutionArn,
    error: z.string().max(256).optional(),
    cause: z.string().max(32_768).optional(),
  }),
  RedriveExecution: z.object({
    executionArn: ExecutionArn,
    clientToken: z.string().min(1).max(64).optional(),
  }),
  ListExecutions: z.object({
    stateMachineArn: Arn.optional(),
    statusFilter: Status.optional(),
    ...Page,
  }),
  DescribeExecution: z.object({
    executionArn: ExecutionArn,
    includedData: z.enum(["ALL_DATA", "METADATA_ONLY"]).default("ALL_DATA"),
  }),
  GetExecutionHistory: z.object({
    executionArn: ExecutionArn,
    reverseOrder: z.boolean().default(false),
    includeExecutionData: z.boolean().default(true),
    ...Page,
  }),
  CreateActivity: z.object({ name: Name }),
  DeleteActivity: z.object({ activityArn: Arn }),
  DescribeActivity: z.object({ activityArn: Arn }),
  ListActivities: z.object({ ...Page }),
  GetActivityTask: z.object({ activityArn: Arn, workerName: z.string().optional() }),
  SendTaskSuccess: z.object({ taskToken: z.string().min(1).max(2048), output: Payload }),
  SendTaskFailure: z.object({
    taskToken: z.string().min(1).max(2048),
    error: z.string().max(256).optional(),
    cause: z.string().max(32_768).optional(),
  }),
  SendTaskHeartbeat: z.object({ taskToken: z.string().min(1).max(2048) }),
};

export type Requests = { [Name in keyof typeof requests]: z.infer<(typeof requests)[Name]> };

/** Parses a request body; throws AWS's ValidationException for the first invalid member. */
export function readRequest<Name extends keyof Requests>(
  name: Name,
  body: JsonObject,
): Requests[Name] {
  return parseRequest<Requests, Name>(requests, name, body, (error, input) =>
    validation(validationMessage(error, input, isPayload)),
  );
}

/** Payloads contain what people wrote, which must not appear in error messages. */
function isPayload(member: string): boolean {
  return ["input", "output", "definition"].includes(member);
}

/** Times in replies are seconds since 1970. */
export const time = (ms: number) => new Timestamp(ms / 1000);

/** A page of a list and its token; throws InvalidToken for a token that this endpoint didn't issue. */
export function pageOf<T>(
  all: readonly T[],
  { maxResults, nextToken }: { maxResults: number; nextToken?: string },
): { page: T[]; nextToken?: string } {
  const start = positionOf(nextToken);
  const end = start + (maxResults || 100);
  const next = end < all.length ? Buffer.from(`from:${end}`).toString("base64url") : undefined;
  return { page: all.slice(start, end), ...(next && { nextToken: next }) };
}

function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (position === undefined) throw invalidToken();
  return Number(position);
}
