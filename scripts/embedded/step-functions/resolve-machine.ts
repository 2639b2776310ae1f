import { assertArn } from "./arns";
import { machineDoesNotExist } from "./errors";
import type { StepFunctionsStore, StoredAlias, StoredMachine } from "./store";

export function findMachine(store: StepFunctionsStore, arn: string): StoredMachine {
  const machine = store.machines.get(assertArn(arn, "stateMachine"));
  if (!machine) throw machineDoesNotExist(arn);
  return machine;
}

/** The machine for an ARN, with the version's own definition, role and settings. */
export interface ResolvedMachine {
  machine: StoredMachine;
  versionArn?: string;
  aliasArn?: string;
  /** The version's description. */
  description?: string;
}

/**
 * The machine, version or alias of an ARN.
 * @param pick chooses one of an alias's two versions by a number in [0, 100)
 * @throws StateMachineDoesNotExist for any that doesn't exist
 */
export function resolveMachine(
  store: StepFunctionsStore,
  arn: string,
  pick: () => number,
): ResolvedMachine {
  const alias = store.aliases.get(arn);
  const versionArn = alias ? versionOf(alias, pick()) : arn;
  const version = store.versions.get(versionArn);
  if (!version) {
    if (alias || qualifierOf(assertArn(arn, "stateMachine"))) throw machineDoesNotExist(arn);
    return { machine: findMachine(store, arn) };
  }
  const machine = findMachine(store, version.machine_arn);
  const { definition_id, role_arn, settings, revision_id, created_at } = version;
  const { revision_id: _newest, ...rest } = machine;
  const own = { definition_id, role_arn, settings, created_at, updated_at: created_at };
  return {
    machine: { ...rest, ...own, ...(revision_id && { revision_id }) },
    versionArn,
    ...(version.description !== undefined && { description: version.description }),
    ...(alias && { aliasArn: arn }),
  };
}

/** The version that an alias routes to: the first one if `picked` is below its weight. */
function versionOf({ routing: [first, second] }: StoredAlias, picked: number): string {
  return second && picked >= first.weight ? second.version : first.version;
}

/** The version or alias at the end of an ARN. */
function qualifierOf(arn: string): string | undefined {
  return arn.split(":")[7];
}
