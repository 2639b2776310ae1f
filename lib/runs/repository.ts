import "server-only";
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type IncludedData,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { stepFunctions } from "@/lib/aws/clients";
import { decryptStatement, explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { isAccessDenied } from "@/lib/aws/refusals";
import { AppError } from "@/lib/errors";
import type { MachineArn } from "@/lib/runtime/rules/machine-arn";
import type { History } from "./rules/history";
import type { RunEvent } from "./rules/run-event";
import type { RunStatus, RunsUnavailable } from "./schema";

/** A state machine, and the ARN in the agent's row with any version or alias. */
export type RunsMachine = MachineArn & { stored: string };

/** An execution as in a list. */
export type Execution = {
  arn: string;
  name: string;
  status: RunStatus;
  started_at: string;
  stopped_at: string | null;
  redrive_count: number;
};

export type ExecutionDetails = Execution & {
  input: string | null;
  output: string | null;
  error: string | null;
  cause: string | null;
  /** Why input, output and history can't be read; null if they can. */
  unread: string | null;
};

/** Executions per page. Each one is described for the screen. */
export const pageSize = 20;

/** The ARN of an execution by its name. */
export const executionArn = ({ partition, region, account, name }: MachineArn, execution: string) =>
  `arn:${partition}:states:${region}:${account}:execution:${name}:${execution}`;

const toStatus = (status: ExecutionStatus | undefined) =>
  (status ?? "RUNNING").toLowerCase() as RunStatus;
const toAws = (status: RunStatus) => status.toUpperCase() as ExecutionStatus;
const iso = (date: Date | undefined) => date?.toISOString() ?? null;

/**
 * One page of executions, newest first.
 * @throws RunsRefused if the machine's executions can't be listed
 */
export async function listExecutions(
  machine: RunsMachine,
  { status, cursor }: { status?: RunStatus; cursor?: string },
): Promise<{ executions: Execution[]; cursor: string | null }> {
  const command = new ListExecutionsCommand({
    stateMachineArn: machine.stored,
    maxResults: pageSize,
    ...(status && { statusFilter: toAws(status) }),
    ...(cursor && { nextToken: cursor }),
  });
  const { executions = [], nextToken } = await send(machine, "states:ListExecutions", () =>
    stepFunctions(machine.region).send(command),
  );
  return {
    executions: executions.map((execution) => ({
      arn: execution.executionArn ?? "",
      name: execution.name ?? "",
      status: toStatus(execution.status),
      started_at: iso(execution.startDate) ?? "",
      stopped_at: iso(execution.stopDate),
      redrive_count: execution.redriveCount ?? 0,
    })),
    cursor: nextToken ?? null,
  };
}

/**
 * An execution; without its input and output if they are encrypted with a key that the console may not
 * use.
 * @throws RunsRefused; AppError `not_found`
 */
export async function describeExecution(
  machine: RunsMachine,
  arn: string,
): Promise<ExecutionDetails> {
  const read = (includedData: IncludedData) => {
    const command = new DescribeExecutionCommand({ executionArn: arn, includedData });
    return send(machine, "states:DescribeExecution", () =>
      stepFunctions(machine.region).send(command),
    );
  };
  try {
    return toDetails(arn, await read("ALL_DATA"), null);
  } catch (error) {
    if (!(error instanceof RunsRefused && error.unavailable.code === "encrypted")) throw error;
    return toDetails(arn, await read("METADATA_ONLY"), error.message);
  }
}

function toDetails(
  arn: string,
  output: DescribeExecutionOutput,
  unread: string | null,
): ExecutionDetails {
  return {
    arn,
    name: output.name ?? "",
    status: toStatus(output.status),
    started_at: iso(output.startDate) ?? "",
    stopped_at: iso(output.stopDate),
    redrive_count: output.redriveCount ?? 0,
    input: output.input ?? null,
    output: output.output ?? null,
    error: output.error ?? null,
    cause: output.cause ?? null,
    unread,
  };
}

/** Events per call. Each may hold 256 KB. */
const eventsPerCall = 100;

/** An execution's history from the beginning, up to this many bytes. @throws RunsRefused */
export async function readEvents(
  machine: RunsMachine,
  arn: string,
  maxBytes: number,
): Promise<History> {
  const events: RunEvent[] = [];
  let bytes = 0;
  let nextToken: string | undefined;
  do {
    const command = new GetExecutionHistoryCommand({
      executionArn: arn,
      maxResults: eventsPerCall,
      includeExecutionData: true,
      ...(nextToken && { nextToken }),
    });
    const page = await send(machine, "states:GetExecutionHistory", () =>
      stepFunctions(machine.region).send(command),
    );
    for (const event of page.events ?? []) {
      const read = toRunEvent(event);
      events.push(read);
      bytes += sizeOf(read);
    }
    nextToken = page.nextToken;
  } while (nextToken && bytes < maxBytes);
  return { events, isCut: nextToken !== undefined };
}

const sizeOf = ({ input, output, parameters, cause }: RunEvent) =>
  200 + [input, output, parameters, cause].reduce((sum, text) => sum + (text?.length ?? 0), 0);

/** Members that the details of the various events have in common. */
type Details = {
  name?: string;
  state?: string;
  resource?: string;
  resourceType?: string;
  parameters?: string;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  inputDetails?: { truncated?: boolean };
  outputDetails?: { truncated?: boolean };
};

function detailsOf(event: HistoryEvent): Details {
  const details = Object.entries(event).find(([name]) => name.endsWith("EventDetails"));
  return (details?.[1] as Details | undefined) ?? {}; // Each event has at most one such member.
}

function toRunEvent(event: HistoryEvent): RunEvent {
  const details = detailsOf(event);
  const { resource, resourceType } = details;
  return {
    id: event.id ?? 0,
    previous: event.previousEventId ?? 0,
    type: event.type ?? "",
    at: iso(event.timestamp) ?? "",
    name: details.name ?? details.state ?? null,
    resource: resource ? (resourceType ? `${resourceType}:${resource}` : resource) : null,
    parameters: details.parameters ?? null,
    input: details.input ?? null,
    output: details.output ?? null,
    error: details.error ?? null,
    cause: details.cause ?? null,
    truncated: Boolean(details.inputDetails?.truncated || details.outputDetails?.truncated),
  };
}

/** Starts an execution under this name. @throws RunsRefused */
export async function startExecution(
  machine: RunsMachine,
  { name, input }: { name: string; input: string },
): Promise<void> {
  const command = new StartExecutionCommand({ stateMachineArn: machine.stored, name, input });
  await send(machine, "states:StartExecution", () => stepFunctions(machine.region).send(command));
}

/** @throws RunsRefused; AppError `not_found` */
export async function stopExecution(
  machine: RunsMachine,
  arn: string,
  cause: string,
): Promise<void> {
  const command = new StopExecutionCommand({ executionArn: arn, error: "Stopped", cause });
  await send(machine, "states:StopExecution", () => stepFunctions(machine.region).send(command));
}

/** Step Functions refused the request, for a known reason. */
export class RunsRefused extends AppError {
  readonly unavailable: RunsUnavailable;

  constructor(unavailable: RunsUnavailable, cause: unknown) {
    const { why, statement } = unavailable;
    const remedy = statement ? ` Add this statement to the policy of its role: ${statement}` : "";
    super("aws_unavailable", why + remedy, { cause });
    this.unavailable = unavailable;
  }
}

async function send<T>(machine: RunsMachine, action: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "ExecutionDoesNotExist") {
      const detail = `There is no such run of ${machine.name}. Step Functions keeps runs for 90 days.`;
      throw new AppError("not_found", detail, { cause: error });
    }
    const unavailable = explain(error, machine, action);
    if (unavailable) throw new RunsRefused(unavailable, error);
    throw explainAwsFailure(error, onlyRead) ?? error;
  }
}

function explain(error: Error, machine: RunsMachine, action: string): RunsUnavailable | null {
  const { name } = error;
  if (name === "StateMachineDoesNotExist") {
    return { code: "deleted", why: `There is no state machine ${machine.arn}.`, statement: null };
  }
  if (name === "StateMachineTypeNotSupported") {
    return expressRuns;
  }
  const decrypt = decryptStatement(error);
  if (decrypt) {
    const why = "Its runs are encrypted with a key that the console may not use.";
    return { code: "encrypted", why, statement: JSON.stringify(decrypt) };
  }
  if (isAccessDenied(error)) {
    const why = `The console's role may not do this (${action}).`;
    return {
      code: "not_permitted",
      why,
      statement: statement(action, resourceOf(machine, action)),
    };
  }
  if (name === "ThrottlingException" || name === "TooManyRequestsException") {
    const why = "Step Functions is throttling requests of this account. Wait a few seconds.";
    return { code: "throttled", why, statement: null };
  }
  return null;
}

export const expressRuns: RunsUnavailable = {
  code: "express",
  why: "It is an express machine: Step Functions keeps no list of its runs. Look into its log group in CloudWatch Logs.",
  statement: null,
};

function resourceOf({ arn, partition, region, account, name }: MachineArn, action: string): string {
  const isOnMachine = action === "states:ListExecutions" || action === "states:StartExecution";
  return isOnMachine ? arn : `arn:${partition}:states:${region}:${account}:execution:${name}:*`;
}

const statement = (Action: string, Resource: string) =>
  JSON.stringify({ Effect: "Allow", Action, Resource });
