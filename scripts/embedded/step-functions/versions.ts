import type { JsonObject } from "../json";
import { assertAliasName, assertArn } from "./arns";
import { conflict, resourceNotFound, validation } from "./errors";
import { pageOf, type Requests, time } from "./requests";
import { findMachine, resolveMachine } from "./resolve-machine";
import type { StepFunctionsStore, StoredAlias, StoredMachine, StoredVersion } from "./store";

/** Publishing the same revision again returns its version, as on AWS. */
export async function publishVersion(
  store: StepFunctionsStore,
  { stateMachineArn, revisionId, description }: Requests["PublishStateMachineVersion"],
): Promise<JsonObject> {
  const machine = findMachine(store, stateMachineArn);
  const current = machine.revision_id ?? "INITIAL";
  if (revisionId !== undefined && revisionId !== current)
    throw conflict(
      `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
    );
  const published = versionsOf(store, machine.arn).find(
    ({ revision_id }) => revision_id === machine.revision_id,
  );
  const version = published ?? (await addVersion(store, machine, description));
  return { stateMachineVersionArn: version.arn, creationDate: time(version.created_at) };
}

/** Numbers are never reused, even after a version is deleted. */
async function addVersion(
  store: StepFunctionsStore,
  machine: StoredMachine,
  description: string | undefined,
): Promise<StoredVersion> {
  const number = (machine.last_version ?? 0) + 1;
  const { arn, definition_id, role_arn, settings, revision_id } = machine;
  const version: StoredVersion = {
    arn: `${arn}:${number}`,
    machine_arn: arn,
    number,
    definition_id,
    role_arn,
    settings,
    created_at: Date.now(),
    ...(revision_id && { revision_id }),
    ...(description !== undefined && { description }),
  };
  await store.saveVersion({ ...machine, last_version: number }, version);
  return version;
}

/** Newest first. */
function versionsOf(store: StepFunctionsStore, machineArn: string): StoredVersion[] {
  return [...store.versions.values()]
    .filter(({ machine_arn }) => machine_arn === machineArn)
    .sort((a, b) => b.number - a.number);
}

export function listVersions(
  store: StepFunctionsStore,
  { stateMachineArn, ...request }: Requests["ListStateMachineVersions"],
): JsonObject {
  const { page, ...token } = pageOf(
    versionsOf(store, assertArn(stateMachineArn, "stateMachine")),
    request,
  );
  const stateMachineVersions = page.map(({ arn, created_at }) => ({
    stateMachineVersionArn: arn,
    creationDate: time(created_at),
  }));
  return { stateMachineVersions, ...token };
}

/** Deleting a version that doesn't exist succeeds, as on AWS. */
export async function deleteVersion(
  store: StepFunctionsStore,
  { stateMachineVersionArn: arn }: Requests["DeleteStateMachineVersion"],
): Promise<JsonObject> {
  assertArn(arn, "stateMachine");
  const users = [...store.aliases.values()].filter(({ routing }) =>
    routing.some(({ version }) => version === arn),
  );
  if (users.length > 0)
    throw conflict(
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map(({ name }) => name).join(", ")}]`,
    );
  await store.removeVersion(arn);
  return {};
}

type Routing = Requests["CreateStateMachineAlias"]["routingConfiguration"];

function readRouting(store: StepFunctionsStore, requested: Routing): StoredAlias["routing"] {
  const routing = requested.map(({ stateMachineVersionArn: version, weight }) => ({
    version,
    weight,
  }));
  const sum = routing.reduce((total, { weight }) => total + weight, 0);
  if (sum !== 100)
    throw validation(
      `Sum of routing configuration weights must equal 100. Received: [${routing.map(({ weight }) => weight).join(", ")}]`,
    );
  const versions = routing.map(({ version }) => {
    const storedVersion = store.versions.get(assertArn(version, "stateMachine"));
    if (!storedVersion) throw resourceNotFound(version);
    return storedVersion;
  });
  const distinct = new Set(versions.map(({ arn }) => arn)).size === versions.length;
  const isOneMachine = new Set(versions.map(({ machine_arn }) => machine_arn)).size === 1;
  if (!distinct || !isOneMachine)
    throw validation(
      `Routing configuration must contain distinct state machine version ARNs of one state machine. Received: [${versions.map(({ arn }) => arn).join(", ")}]`,
    );
  // The request's schema has one or two entries.
  return routing as StoredAlias["routing"];
}

/** Creating an alias again with the same routing and description succeeds, as on AWS. */
export async function createAlias(
  store: StepFunctionsStore,
  { name, description, routingConfiguration }: Requests["CreateStateMachineAlias"],
): Promise<JsonObject> {
  assertAliasName(name);
  const routing = readRouting(store, routingConfiguration);
  const machine_arn = routing[0].version.replace(/:\d+$/, "");
  const arn = `${machine_arn}:${name}`;
  const existing = store.aliases.get(arn);
  const isSame =
    existing?.description === description &&
    JSON.stringify(existing?.routing) === JSON.stringify(routing);
  if (existing && !isSame)
    throw conflict(`Failed to create alias because an alias with the same name already exists.`);
  const now = Date.now();
  const alias = existing ?? {
    arn,
    machine_arn,
    name,
    routing,
    created_at: now,
    updated_at: now,
    ...(description !== undefined && { description }),
  };
  await store.saveAlias(alias);
  return { stateMachineAliasArn: arn, creationDate: time(alias.created_at) };
}

function findAlias(store: StepFunctionsStore, arn: string): StoredAlias {
  const alias = store.aliases.get(assertArn(arn, "stateMachine"));
  if (!alias) throw resourceNotFound(arn);
  return alias;
}

export async function updateAlias(
  store: StepFunctionsStore,
  request: Requests["UpdateStateMachineAlias"],
): Promise<JsonObject> {
  const { stateMachineAliasArn, description, routingConfiguration } = request;
  const alias = findAlias(store, stateMachineAliasArn);
  const updated = {
    ...alias,
    ...(description !== undefined && { description }),
    ...(routingConfiguration && { routing: readRouting(store, routingConfiguration) }),
    updated_at: Date.now(),
  };
  await store.saveAlias(updated);
  return { updateDate: time(updated.updated_at) };
}

export function describeAlias(
  store: StepFunctionsStore,
  { stateMachineAliasArn }: Requests["DescribeStateMachineAlias"],
): JsonObject {
  const { arn, name, description, routing, created_at, updated_at } = findAlias(
    store,
    stateMachineAliasArn,
  );
  return {
    stateMachineAliasArn: arn,
    name,
    description,
    routingConfiguration: routing.map(({ version, weight }) => ({
      stateMachineVersionArn: version,
      weight,
    })),
    creationDate: time(created_at),
    updateDate: time(updated_at),
  };
}

/** A machine's aliases, or those that route to a version. */
export function listAliases(
  store: StepFunctionsStore,
  { stateMachineArn, ...request }: Requests["ListStateMachineAliases"],
): JsonObject {
  resolveMachine(store, stateMachineArn, () => 0);
  const aliases = [...store.aliases.values()]
    .filter(
      ({ machine_arn, routing }) =>
        machine_arn === stateMachineArn ||
        routing.some(({ version }) => version === stateMachineArn),
    )
    .sort((a, b) => b.created_at - a.created_at);
  const { page, ...token } = pageOf(aliases, request);
  const stateMachineAliases = page.map(({ arn, created_at }) => ({
    stateMachineAliasArn: arn,
    creationDate: time(created_at),
  }));
  return { stateMachineAliases, ...token };
}

export async function deleteAlias(
  store: StepFunctionsStore,
  { stateMachineAliasArn }: Requests["DeleteStateMachineAlias"],
): Promise<JsonObject> {
  await store.removeAlias(findAlias(store, stateMachineAliasArn).arn);
  return {};
}
