import { randomUUID } from "node:crypto";
import type { JsonObject } from "../json";
import { assertArn, assertName, executionArn, expressArn } from "./arns";
import {
  executionAlreadyExists,
  executionDoesNotExist,
  executionNotRedrivable,
  invalidInput,
  missingParameter,
  typeNotSupported,
} from "./errors";
import type { Executor } from "./executor";
import { redriveRefusal } from "./redrive";
import { pageOf, type Requests, time } from "./requests";
import { resolveMachine } from "./resolve-machine";
import type { ExecutionSummary, StepFunctionsStore, StoredEvent, StoredExecution } from "./store";

export interface ExecutionsContext {
  store: StepFunctionsStore;
  executor: Executor;
  region: string;
}

function findExecution({ store }: ExecutionsContext, arn: string): ExecutionSummary {
  const execution = store.executions.get(assertArn(arn, "execution"));
  if (!execution) throw executionDoesNotExist(arn);
  return execution;
}

/**
 * Starts an execution. Repeating a name succeeds only while the execution is running with the same input.
 * @param clock milliseconds since 1970; for sample runs in the past
 */
export async function startExecution(
  context: ExecutionsContext,
  { stateMachineArn, name = randomUUID(), input }: Requests["StartExecution"],
  clock: () => number = Date.now,
): Promise<JsonObject> {
  const { store, executor, region } = context;
  const pick = () => Math.random() * 100;
  const { machine, versionArn, aliasArn } = resolveMachine(store, stateMachineArn, pick);
  const arnOf = machine.type === "EXPRESS" ? expressArn : executionArn;
  const arn = arnOf(region, machine.name, assertName(name));
  assertJson(input);
  const existing = store.executions.get(arn);
  if (existing) {
    const isSame = existing.status === "RUNNING" && (await store.execution(arn)).input === input;
    if (!isSame) throw executionAlreadyExists(arn);
    return { executionArn: arn, startDate: time(existing.started_at) };
  }
  const execution: StoredExecution = {
    arn,
    name,
    machine_arn: machine.arn,
    machine_name: machine.name,
    definition_id: machine.definition_id,
    machine_updated_at: machine.updated_at,
    role_arn: machine.role_arn,
    status: "RUNNING",
    started_at: clock(),
    input,
    ...(machine.revision_id && { revision_id: machine.revision_id }),
    ...(versionArn && { version_arn: versionArn }),
    ...(aliasArn && { alias_arn: aliasArn }),
  };
  await executor.start(machine, execution, clock);
  return { executionArn: arn, startDate: time(execution.started_at) };
}

function assertJson(input: string): void {
  try {
    JSON.parse(input);
  } catch (error) {
    throw invalidInput(error instanceof Error ? error.message : String(error));
  }
}

/** Stopping an ended execution changes nothing, as on AWS. */
export async function stopExecution(
  context: ExecutionsContext,
  { executionArn: arn, error, cause }: Requests["StopExecution"],
): Promise<JsonObject> {
  findExecution(context, arn);
  await context.executor.stop(arn, {
    status: "ABORTED",
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  });
  const { stopped_at = Date.now() } = findExecution(context, arn);
  return { stopDate: time(stopped_at) };
}

/** Continues a failed execution from the state that failed. */
export async function redriveExecution(
  context: ExecutionsContext,
  { executionArn: arn, clientToken }: Requests["RedriveExecution"],
): Promise<JsonObject> {
  const summary = findExecution(context, arn);
  const { redriven_at, redrive_token } = summary;
  if (clientToken !== undefined && redrive_token === clientToken && redriven_at !== undefined)
    return { redriveDate: time(redriven_at) };
  const refusal = redriveRefusal(summary, Date.now());
  if (refusal) throw executionNotRedrivable(refusal);
  const { store, executor } = context;
  const {
    error: _error,
    cause: _cause,
    stopped_at: _stoppedAt,
    ...execution
  } = await store.execution(arn);
  const redrivenAt = Date.now();
  await executor.redrive({
    ...execution,
    status: "RUNNING",
    redrive_count: (execution.redrive_count ?? 0) + 1,
    redriven_at: redrivenAt,
    ...(clientToken !== undefined && { redrive_token: clientToken }),
  });
  return { redriveDate: time(redrivenAt) };
}

/** Newest first. For a version or an alias, only executions that it started. */
export function listExecutions(
  { store }: ExecutionsContext,
  { stateMachineArn, statusFilter, ...request }: Requests["ListExecutions"],
): JsonObject {
  if (stateMachineArn === undefined)
    throw missingParameter("Must provide either a state machine ARN or a map run ARN.");
  const { machine } = resolveMachine(store, stateMachineArn, () => 50);
  if (machine.type === "EXPRESS") throw typeNotSupported("ListExecutions");
  const executions = [...store.executions.values()]
    .filter(({ machine_arn, version_arn, alias_arn }) =>
      [machine_arn, version_arn, alias_arn].includes(stateMachineArn),
    )
    .filter(({ status }) => statusFilter === undefined || status === statusFilter)
    .sort((a, b) => b.started_at - a.started_at);
  const { page, ...token } = pageOf(executions, request);
  return { executions: page.map(itemOf), ...token };
}

function itemOf(execution: ExecutionSummary): JsonObject {
  const { arn, machine_arn, name, status, started_at, stopped_at } = execution;
  const { version_arn, alias_arn, redrive_count = 0, redriven_at } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machine_arn,
    name,
    status,
    startDate: time(started_at),
    ...(stopped_at !== undefined && { stopDate: time(stopped_at) }),
    redriveCount: redrive_count,
    ...(redriven_at !== undefined && { redriveDate: time(redriven_at) }),
    ...(version_arn && { stateMachineVersionArn: version_arn }),
    ...(alias_arn && { stateMachineAliasArn: alias_arn }),
  };
}

export async function describeExecution(
  context: ExecutionsContext,
  { executionArn: arn, includedData }: Requests["DescribeExecution"],
): Promise<JsonObject> {
  findExecution(context, arn);
  const { input, output, error, cause, ...execution } = await context.store.execution(arn);
  const refusal = redriveRefusal(execution, Date.now());
  const data = includedData === "ALL_DATA" && {
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    error,
    cause,
  };
  return {
    ...itemOf(execution),
    ...data,
    redriveStatus: refusal === null ? "REDRIVABLE" : "NOT_REDRIVABLE",
    ...(refusal !== null && { redriveStatusReason: refusal }),
  };
}

export async function getExecutionHistory(
  context: ExecutionsContext,
  request: Requests["GetExecutionHistory"],
): Promise<JsonObject> {
  const { executionArn: arn, reverseOrder, includeExecutionData, ...paging } = request;
  const { event_count = 0 } = findExecution(context, arn);
  const running = context.executor.historyOf(arn)?.events;
  const ids = Array.from({ length: running?.length ?? event_count }, (_, index) => index + 1);
  const { page, ...token } = pageOf(reverseOrder ? ids.reverse() : ids, paging);
  const [first, last] = [Math.min(...page), Math.max(...page)];
  const events = running?.slice(first - 1, last) ?? (await context.store.events(arn, first, last));
  if (reverseOrder) events.reverse();
  return { events: events.map((event) => eventOf(event, includeExecutionData)), ...token };
}

const executionData = ["input", "inputDetails", "output", "outputDetails"];

function eventOf({ id, at, type, previousEventId, details }: StoredEvent, isWithData: boolean) {
  const base = { timestamp: time(at), type, id, previousEventId };
  if (!details) return base;
  const [member, value] = details;
  const members = Object.entries(value).filter(
    ([name]) => isWithData || !executionData.includes(name),
  );
  return { ...base, [member]: Object.fromEntries(members) };
}
