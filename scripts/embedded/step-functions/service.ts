import { unknownOperation } from "../aws-error";
import type { AwsService } from "../aws-service";
import type { DynaliteStore } from "../dynamodb/dynalite-types";
import type { JsonObject } from "../json";
import { Mutex } from "../mutex";
import { Activities } from "./activities";
import { copyExecution, type ExecutionCopy } from "./copies";
import {
  describeExecution,
  type ExecutionsContext,
  getExecutionHistory,
  listExecutions,
  redriveExecution,
  startExecution,
  stopExecution,
} from "./executions";
import { Executor } from "./executor";
import { type Backends, openIntegrations } from "./integrations";
import { openFunctions } from "./lambda";
import {
  createMachine,
  deleteMachine,
  describeMachine,
  describeMachineForExecution,
  listMachines,
  updateMachine,
} from "./machines";
import type { ProviderUrls } from "./provider-urls";
import { type Requests, readRequest, requests } from "./requests";
import { approve } from "./sample-answers";
import { StepFunctionsStore } from "./store";
import {
  createAlias,
  deleteAlias,
  deleteVersion,
  describeAlias,
  listAliases,
  listVersions,
  publishVersion,
  updateAlias,
} from "./versions";

export interface StepFunctionsOptions {
  region: string;
  /** The URLs to which the LLM callers send requests for a provider's own URL. */
  providerUrls: () => ProviderUrls;
  /** How long the LLM callers cache the secret, in milliseconds. */
  secretCacheMs: number;
  /** The secret of the older agents' callers; a unified agent's payload names its own. */
  llmSecretId: string;
}

export interface StepFunctions extends AwsService {
  /** Runs an execution that started `ageMs` ago to its end, as sample data. AWS has no such call. */
  runInPast(request: JsonObject, ageMs: number): Promise<void>;
  /** Stores copies of an execution that has ended, which share its history. */
  copyInPast(executionArn: string, copies: readonly ExecutionCopy[]): Promise<void>;
}

interface Context extends ExecutionsContext {
  activities: Activities;
}

const operations: {
  [Name in keyof Requests]: (
    context: Context,
    request: Requests[Name],
  ) => JsonObject | Promise<JsonObject>;
} = {
  CreateStateMachine: ({ store, region }, request) => createMachine(store, region, request),
  UpdateStateMachine: ({ store }, request) => updateMachine(store, request),
  DescribeStateMachine: ({ store }, request) => describeMachine(store, request),
  DescribeStateMachineForExecution: ({ store }, request) =>
    describeMachineForExecution(store, request),
  DeleteStateMachine: ({ store }, request) => deleteMachine(store, request),
  ListStateMachines: ({ store }, request) => listMachines(store, request),
  StartExecution: (context, request) => startExecution(context, request),
  StopExecution: stopExecution,
  RedriveExecution: redriveExecution,
  PublishStateMachineVersion: ({ store }, request) => publishVersion(store, request),
  ListStateMachineVersions: ({ store }, request) => listVersions(store, request),
  DeleteStateMachineVersion: ({ store }, request) => deleteVersion(store, request),
  CreateStateMachineAlias: ({ store }, request) => createAlias(store, request),
  UpdateStateMachineAlias: ({ store }, request) => updateAlias(store, request),
  DescribeStateMachineAlias: ({ store }, request) => describeAlias(store, request),
  ListStateMachineAliases: ({ store }, request) => listAliases(store, request),
  DeleteStateMachineAlias: ({ store }, request) => deleteAlias(store, request),
  ListExecutions: listExecutions,
  DescribeExecution: describeExecution,
  GetExecutionHistory: getExecutionHistory,
  CreateActivity: ({ activities }, request) => activities.create(request),
  DeleteActivity: ({ activities }, request) => activities.delete(request),
  DescribeActivity: ({ activities }, request) => activities.describe(request),
  ListActivities: ({ activities }, request) => activities.list(request),
  GetActivityTask: ({ activities }, request) => activities.getTask(request),
  SendTaskSuccess: ({ activities }, request) => activities.succeed(request),
  SendTaskFailure: ({ activities }, request) => activities.fail(request),
  SendTaskHeartbeat: ({ activities }, request) => activities.heartbeat(request),
};

/** Writes of machines, versions and aliases, and the start of executions, exclude each other. */
const exclusive = [
  "CreateStateMachine",
  "UpdateStateMachine",
  "DeleteStateMachine",
  "StartExecution",
  "RedriveExecution",
  "PublishStateMachineVersion",
  "DeleteStateMachineVersion",
  "CreateStateMachineAlias",
  "UpdateStateMachineAlias",
  "DeleteStateMachineAlias",
];

const stoppedCause = "The local AWS endpoint was stopped while this execution was running.";

/**
 * Opens the local Step Functions, which stores its data with the local DynamoDB. Executions that were
 * running when the process ended are aborted.
 */
export async function openStepFunctions(
  database: DynaliteStore,
  backends: Backends,
  options: StepFunctionsOptions,
): Promise<StepFunctions> {
  const { region } = options;
  const store = await StepFunctionsStore.load(database);
  await abortInterrupted(store);
  const activities = new Activities(store, region, approve);
  const invoke = openFunctions(backends.secrets, options);
  const integrations = openIntegrations(backends, invoke, (...task) => activities.run(...task));
  const executor = new Executor(store, integrations, backends.cloudWatch, region);
  const context = { store, executor, region, activities };
  const mutex = new Mutex();
  const run = async <Name extends keyof Requests>(name: Name, body: JsonObject) =>
    operations[name](context, readRequest(name, body));
  return {
    targetPrefix: "AWSStepFunctions.",
    contentType: "application/x-amz-json-1.0",
    handle: async (name, body) => {
      if (!Object.hasOwn(requests, name)) throw unknownOperation();
      // `requests` has the keys of Requests.
      const call = () => run(name as keyof Requests, body);
      return exclusive.includes(name) ? mutex.run(call) : call();
    },
    runInPast: async (body, ageMs) => {
      const request = readRequest("StartExecution", body);
      const reply = await startExecution(context, request, () => Date.now() - ageMs);
      await executor.ended(String(reply.executionArn));
    },
    copyInPast: (arn, copies) => mutex.run(() => copyExecution(store, region, arn, copies)),
    close: async () => {
      activities.close();
      await mutex.run(async () => undefined);
      await executor.stopAll(stoppedCause);
    },
  };
}

/** An execution isn't resumed after a kill: it ends as ABORTED, with a cause. */
async function abortInterrupted(store: StepFunctionsStore): Promise<void> {
  const running = [...store.executions.values()].filter(({ status }) => status === "RUNNING");
  for (const { arn } of running) {
    const [execution, events] = await Promise.all([store.execution(arn), store.events(arn)]);
    const now = Date.now();
    const last = events.at(-1)?.id ?? 0;
    await store.saveExecution(
      {
        ...execution,
        status: "ABORTED",
        stopped_at: now,
        event_count: last + 1,
        cause: stoppedCause,
      },
      [
        {
          id: last + 1,
          at: now,
          type: "ExecutionAborted",
          previousEventId: last,
          details: ["executionAbortedEventDetails", { cause: stoppedCause }],
        },
      ],
    );
  }
}
