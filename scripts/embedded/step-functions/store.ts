import type { DynaliteStore, LevelOperation } from "../dynamodb/dynalite-types";
import { writeBatch } from "../dynamodb/level-store";
import type { JsonObject } from "../json";

const machinePrefix = "switchboard~sfn-machine~";
const definitionPrefix = "switchboard~sfn-definition~";
const executionPrefix = "switchboard~sfn-execution~";
const eventPrefix = "switchboard~sfn-event~";
const versionPrefix = "switchboard~sfn-version~";
const aliasPrefix = "switchboard~sfn-alias~";
const activityPrefix = "switchboard~sfn-activity~";

/** A state machine as stored. Times are milliseconds since 1970. */
export interface StoredMachine {
  arn: string;
  name: string;
  type: string;
  role_arn: string;
  settings: JsonObject;
  created_at: number;
  updated_at: number;
  /** The key of the definition in force. */
  definition_id: string;
  /**
   * Absent until the first update: "The first revision ID when you create the state machine is
   * null" (API reference, DescribeStateMachineForExecution). Only PublishStateMachineVersion
   * returns INITIAL for it.
   */
  revision_id?: string;
  /** The number of the last version that was published. */
  last_version?: number;
}

/** A snapshot of a machine, under the machine's ARN and a number. */
export interface StoredVersion {
  arn: string;
  machine_arn: string;
  number: number;
  definition_id: string;
  role_arn: string;
  settings: JsonObject;
  revision_id?: string;
  description?: string;
  created_at: number;
}

interface Route {
  version: string;
  /** Percent of the executions that are started with the alias. */
  weight: number;
}

export interface StoredAlias {
  arn: string;
  machine_arn: string;
  name: string;
  description?: string;
  routing: [Route, ...Route[]];
  created_at: number;
  updated_at: number;
}

type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** The facts about an execution, without its payloads. */
export interface ExecutionSummary {
  arn: string;
  name: string;
  machine_arn: string;
  machine_name: string;
  definition_id: string;
  machine_updated_at: number;
  revision_id?: string;
  role_arn: string;
  status: ExecutionStatus;
  started_at: number;
  stopped_at?: number;
  /** The number of its history events, once it has ended. */
  event_count?: number;
  /** The version or alias with which it was started, if any. */
  version_arn?: string;
  alias_arn?: string;
  redrive_count?: number;
  redriven_at?: number;
  /** The client's token of the last redrive. */
  redrive_token?: string;
  /** Sample data: its first events are those of another execution, at other times. */
  copied?: CopiedEvents;
}

interface CopiedEvents {
  from: string;
  count: number;
  /** When the other execution started, and how much longer this one took. */
  started_at: number;
  stretch: number;
}

export interface StoredExecution extends ExecutionSummary {
  input: string;
  output?: string;
  error?: string;
  cause?: string;
}

/** A history event as the API writes it, its time in milliseconds since 1970. */
export interface StoredEvent {
  id: number;
  at: number;
  type: string;
  previousEventId: number;
  details?: [member: string, value: JsonObject];
}

const put = (key: string, value: unknown): LevelOperation => ({ type: "put", key, value });
const del = (key: string): LevelOperation => ({ type: "del", key });
const rangeOf = (prefix: string) => ({ gt: prefix, lt: `${prefix}\xff` });

/** Machines, executions, events and activities in LevelDB, beside the tables' rows. */
export class StepFunctionsStore {
  readonly #store: DynaliteStore;
  readonly machines = new Map<string, StoredMachine>();
  readonly executions = new Map<string, ExecutionSummary>();
  readonly versions = new Map<string, StoredVersion>();
  readonly aliases = new Map<string, StoredAlias>();
  readonly activities = new Map<string, { name: string; created_at: number }>();

  private constructor(store: DynaliteStore) {
    this.#store = store;
  }

  static async load(store: DynaliteStore): Promise<StepFunctionsStore> {
    const loaded = new StepFunctionsStore(store);
    // Only this class writes these rows.
    for await (const [, value] of store.db.iterator(rangeOf(machinePrefix))) {
      const machine = value as StoredMachine;
      loaded.machines.set(machine.arn, machine);
    }
    for await (const [, value] of store.db.iterator(rangeOf(versionPrefix))) {
      const version = value as StoredVersion;
      loaded.versions.set(version.arn, version);
    }
    for await (const [, value] of store.db.iterator(rangeOf(aliasPrefix))) {
      const alias = value as StoredAlias;
      loaded.aliases.set(alias.arn, alias);
    }
    for await (const [, value] of store.db.iterator(rangeOf(executionPrefix))) {
      const execution = value as StoredExecution;
      loaded.executions.set(execution.arn, summaryOf(execution));
    }
    for await (const [key, value] of store.db.iterator(rangeOf(activityPrefix)))
      loaded.activities.set(
        key.slice(activityPrefix.length),
        value as { name: string; created_at: number },
      );
    return loaded;
  }

  /** Stores a machine and, unless it equals the stored one, its definition. */
  async saveMachine(machine: StoredMachine, definition?: string): Promise<void> {
    const operations = [put(machinePrefix + machine.arn, machine)];
    if (definition !== undefined)
      operations.push(put(definitionPrefix + machine.definition_id, definition));
    await this.#write(operations);
    this.machines.set(machine.arn, machine);
  }

  /** Removes a machine with its versions and aliases. Executions keep the definition that they ran. */
  async removeMachine(arn: string): Promise<void> {
    const ofMachine = ({ machine_arn }: StoredVersion | StoredAlias) => machine_arn === arn;
    const versions = [...this.versions.values()].filter(ofMachine);
    const aliases = [...this.aliases.values()].filter(ofMachine);
    await this.#write([
      del(machinePrefix + arn),
      ...versions.map((version) => del(versionPrefix + version.arn)),
      ...aliases.map((alias) => del(aliasPrefix + alias.arn)),
    ]);
    this.machines.delete(arn);
    for (const version of versions) this.versions.delete(version.arn);
    for (const alias of aliases) this.aliases.delete(alias.arn);
  }

  /** Stores a version, and the machine with the version's number. */
  async saveVersion(machine: StoredMachine, version: StoredVersion): Promise<void> {
    await this.#write([
      put(machinePrefix + machine.arn, machine),
      put(versionPrefix + version.arn, version),
    ]);
    this.machines.set(machine.arn, machine);
    this.versions.set(version.arn, version);
  }

  async removeVersion(arn: string): Promise<void> {
    await this.#write([del(versionPrefix + arn)]);
    this.versions.delete(arn);
  }

  async saveAlias(alias: StoredAlias): Promise<void> {
    await this.#write([put(aliasPrefix + alias.arn, alias)]);
    this.aliases.set(alias.arn, alias);
  }

  async removeAlias(arn: string): Promise<void> {
    await this.#write([del(aliasPrefix + arn)]);
    this.aliases.delete(arn);
  }

  definition(id: string): Promise<string> {
    return this.#get(definitionPrefix + id) as Promise<string>;
  }

  async saveExecution(execution: StoredExecution, events: StoredEvent[] = []): Promise<void> {
    const operations = events.map((event) => put(eventKey(execution.arn, event.id), event));
    await this.#write([...operations, put(executionPrefix + execution.arn, execution)]);
    this.executions.set(execution.arn, summaryOf(execution));
  }

  /** Stores executions that share another one's events. */
  async saveCopies(executions: readonly StoredExecution[]): Promise<void> {
    await this.#write(executions.map((copy) => put(executionPrefix + copy.arn, copy)));
    for (const copy of executions) this.executions.set(copy.arn, summaryOf(copy));
  }

  execution(arn: string): Promise<StoredExecution> {
    return this.#get(executionPrefix + arn) as Promise<StoredExecution>;
  }

  async saveEvents(execution: string, events: StoredEvent[]): Promise<void> {
    await this.#write(events.map((event) => put(eventKey(execution, event.id), event)));
  }

  /** The stored events of an execution from one id to another, oldest first. */
  async events(arn: string, first = 1, last = 999_999): Promise<StoredEvent[]> {
    const own = await this.#ownEvents(arn, first, last);
    const { copied, started_at: startedAt = 0 } = this.executions.get(arn) ?? {};
    if (!copied || first > copied.count) return own;
    const others = await this.#ownEvents(copied.from, first, Math.min(last, copied.count));
    const move = (at: number) => Math.round(startedAt + (at - copied.started_at) * copied.stretch);
    return [...others.map((event) => ({ ...event, at: move(event.at) })), ...own];
  }

  async #ownEvents(execution: string, first: number, last: number): Promise<StoredEvent[]> {
    const range = { gte: eventKey(execution, first), lte: eventKey(execution, last) };
    const events: StoredEvent[] = [];
    for await (const [, value] of this.#store.db.iterator(range)) events.push(value as StoredEvent);
    return events;
  }

  async saveActivity(arn: string, activity: { name: string; created_at: number }): Promise<void> {
    await this.#write([put(activityPrefix + arn, activity)]);
    this.activities.set(arn, activity);
  }

  async removeActivity(arn: string): Promise<void> {
    await this.#write([del(activityPrefix + arn)]);
    this.activities.delete(arn);
  }

  /** Survives a kill of the process, because the operating system has the batch when this resolves. */
  #write(operations: LevelOperation[]): Promise<void> {
    return writeBatch(this.#store, operations, { sync: false });
  }

  async #get(key: string): Promise<unknown> {
    for await (const [, value] of this.#store.db.iterator({ gte: key, lte: key })) return value;
    throw new Error(`The row ${key} is missing.`);
  }
}

/** Padded, so that events sort by id. */
function eventKey(execution: string, id: number): string {
  return `${eventPrefix}${execution}~${String(id).padStart(6, "0")}`;
}

function summaryOf({
  input: _input,
  output: _output,
  error: _error,
  cause: _cause,
  ...summary
}: StoredExecution): ExecutionSummary {
  return summary;
}
