import { randomUUID } from "node:crypto";
import type { JsonObject } from "../json";
import { assertArn, assertName, machineArn } from "./arns";
import { parseDefinition } from "./definition";
import {
  executionDoesNotExist,
  machineAlreadyExists,
  missingParameter,
  validation,
} from "./errors";
import { pageOf, type Requests, time } from "./requests";
import { findMachine, resolveMachine } from "./resolve-machine";
import type { StepFunctionsStore } from "./store";
import { publishVersion } from "./versions";

const settingNames = [
  "loggingConfiguration",
  "tracingConfiguration",
  "encryptionConfiguration",
] as const;
const defaultSettings = {
  loggingConfiguration: { level: "OFF", includeExecutionData: false },
  tracingConfiguration: { enabled: false },
};

/** Creating a machine again with the same definition, type and settings succeeds, as on AWS. */
export async function createMachine(
  store: StepFunctionsStore,
  region: string,
  request: Requests["CreateStateMachine"],
): Promise<JsonObject> {
  const { name, definition, type, roleArn } = request;
  const arn = machineArn(region, assertName(name));
  parseDefinition(definition);
  assertPublishing(request);
  const settings = { ...defaultSettings, ...settingsOf(request) };
  const existing = store.machines.get(arn);
  if (existing) {
    const isSame =
      existing.type === type &&
      JSON.stringify(existing.settings) === JSON.stringify(settings) &&
      (await store.definition(existing.definition_id)) === definition;
    if (!isSame) throw machineAlreadyExists(arn);
    const published = await publishedBy(store, arn, request);
    return { stateMachineArn: arn, creationDate: time(existing.created_at), ...published };
  }
  const now = Date.now();
  const machine = {
    arn,
    name,
    type,
    role_arn: roleArn,
    settings,
    created_at: now,
    updated_at: now,
    definition_id: randomUUID(),
  };
  await store.saveMachine(machine, definition);
  const published = await publishedBy(store, arn, request);
  return { stateMachineArn: arn, creationDate: time(now), ...published };
}

type Publishing = Pick<Requests["CreateStateMachine"], "publish" | "versionDescription">;

function assertPublishing({ publish, versionDescription }: Publishing): void {
  if (!publish && versionDescription !== undefined)
    throw validation("Version description can only be set when publish is true");
}

/** Publishes a version if the request asks for it. */
async function publishedBy(
  store: StepFunctionsStore,
  stateMachineArn: string,
  { publish, versionDescription: description }: Publishing,
): Promise<JsonObject> {
  if (!publish) return {};
  const { stateMachineVersionArn } = await publishVersion(store, { stateMachineArn, description });
  return { stateMachineVersionArn };
}

function settingsOf(request: Requests["CreateStateMachine"] | Requests["UpdateStateMachine"]) {
  const entries = settingNames.flatMap((name) => (request[name] ? [[name, request[name]]] : []));
  return Object.fromEntries(entries) as JsonObject;
}

/** Running executions keep the definition that they started with. */
export async function updateMachine(
  store: StepFunctionsStore,
  request: Requests["UpdateStateMachine"],
): Promise<JsonObject> {
  const { stateMachineArn, definition, roleArn } = request;
  const machine = findMachine(store, stateMachineArn);
  assertPublishing(request);
  const settings = settingsOf(request);
  if (definition === undefined && roleArn === undefined && Object.keys(settings).length === 0)
    throw missingParameter(
      "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
    );
  if (definition !== undefined) parseDefinition(definition);
  const updated = {
    ...machine,
    role_arn: roleArn ?? machine.role_arn,
    settings: { ...machine.settings, ...settings },
    updated_at: Date.now(),
    revision_id: randomUUID(),
    ...(definition !== undefined && { definition_id: randomUUID() }),
  };
  await store.saveMachine(updated, definition);
  const published = await publishedBy(store, machine.arn, request);
  return { updateDate: time(updated.updated_at), revisionId: updated.revision_id, ...published };
}

/**
 * AWS doesn't document the result for an alias. This returns the version that gets most of its
 * runs.
 */
export async function describeMachine(
  store: StepFunctionsStore,
  { stateMachineArn, includedData }: Requests["DescribeStateMachine"],
): Promise<JsonObject> {
  const { machine, versionArn, description } = resolveMachine(store, stateMachineArn, () => 50);
  return {
    stateMachineArn: versionArn ?? machine.arn,
    name: machine.name,
    status: "ACTIVE",
    ...(includedData === "ALL_DATA" && {
      definition: await store.definition(machine.definition_id),
    }),
    roleArn: machine.role_arn,
    type: machine.type,
    creationDate: time(machine.created_at),
    ...machine.settings,
    revisionId: machine.revision_id,
    description,
  };
}

/** The definition that an execution ran, even if its machine was changed or deleted since. */
export async function describeMachineForExecution(
  store: StepFunctionsStore,
  { executionArn, includedData }: Requests["DescribeStateMachineForExecution"],
): Promise<JsonObject> {
  const execution = store.executions.get(assertArn(executionArn, "execution"));
  if (!execution) throw executionDoesNotExist(executionArn);
  return {
    stateMachineArn: execution.machine_arn,
    name: execution.machine_name,
    ...(includedData === "ALL_DATA" && {
      definition: await store.definition(execution.definition_id),
    }),
    roleArn: execution.role_arn,
    updateDate: time(execution.machine_updated_at),
    ...defaultSettings,
    revisionId: execution.revision_id,
  };
}

/** Deleting a machine that doesn't exist succeeds, as on AWS. */
export async function deleteMachine(
  store: StepFunctionsStore,
  { stateMachineArn }: Requests["DeleteStateMachine"],
): Promise<JsonObject> {
  await store.removeMachine(assertArn(stateMachineArn, "stateMachine"));
  return {};
}

export function listMachines(
  store: StepFunctionsStore,
  request: Requests["ListStateMachines"],
): JsonObject {
  const machines = [...store.machines.values()].sort((a, b) => a.created_at - b.created_at);
  const { page, ...token } = pageOf(machines, request);
  const stateMachines = page.map(({ arn, name, type, created_at }) => ({
    stateMachineArn: arn,
    name,
    type,
    creationDate: time(created_at),
  }));
  return { stateMachines, ...token };
}
