import { type Definition, parseDefinition, usesJsonata } from "./definition";

/** A machine whose definition the console can follow. */
export type Machine = {
  arn: string;
  name: string;
  /** INITIAL until the machine's first update, as AWS calls it when it publishes a version. */
  revision: string;
  /** The version that the definition belongs to; null for the newest. */
  version: string | null;
  /** The alias in the agent's row, if any, and its versions, the one with the most runs first. */
  alias: { name: string; routing: { version: string; weight: number }[] } | null;
  /** Step Functions doesn't list the runs of an express machine. */
  isExpress: boolean;
  /**
   * Identifies a definition. Revisions alone aren't unique: they restart if a machine is deleted
   * and created again.
   */
  definition_id: string;
  /** When it was described, ISO 8601 UTC. */
  read_at: string;
  definition: Definition;
};

export type UnreadableKind =
  | "no_arn"
  | "not_permitted"
  | "other_account"
  | "deleted"
  | "encrypted"
  | "jsonpath"
  | "other_shape"
  | "not_read";

/** Why a definition can't be used, and the policy statement that would help. */
export type Unreadable = {
  kind: UnreadableKind;
  why: string;
  statement: string | null;
  /** The error of StartExecution for a machine that is gone. */
  refusal?: { error: string; cause: string };
};

export type MachineReading = { machine: Machine } | { unreadable: Unreadable };

export function unreadable(
  kind: UnreadableKind,
  why: string,
  statement: object | null = null,
): MachineReading {
  return { unreadable: { kind, why, statement: statement && JSON.stringify(statement) } };
}

/** A machine that can't start a run. @param what the beginning of a sentence */
export function gone(what: string, refusal: { error: string; cause: string }): MachineReading {
  const why = `${what}, so the agent can't be started.`;
  return { unreadable: { kind: "deleted", why, statement: null, refusal } };
}

/** Parses a definition. Only JSONata can be followed. */
export function readDefinition(
  machine: Omit<Machine, "definition">,
  text: string | undefined,
): MachineReading {
  if (!text) {
    const why = "Step Functions returned the machine without its definition.";
    return unreadable("encrypted", why);
  }
  const definition = parseDefinition(text);
  if (!definition) return unreadable("other_shape", "Its definition isn't a state machine.");
  if (!usesJsonata(definition)) {
    return unreadable(
      "jsonpath",
      "Its definition is written in JSONPath, which the console can't follow.",
    );
  }
  return { machine: { ...machine, definition } };
}
