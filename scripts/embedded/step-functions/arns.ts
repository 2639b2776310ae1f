import { randomUUID } from "node:crypto";
import { invalidArn, invalidName } from "./errors";

const account = "000000000000";

const forbiddenInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\ufffe\uffff]/u;
const maxNameLength = 80;

/** Throws InvalidName for a name that AWS refuses (CreateStateMachine and StartExecution, name). */
export function assertName(name: string): string {
  if (name.length === 0 || name.length > maxNameLength || forbiddenInNames.test(name))
    throw invalidName(name);
  return name;
}

/** Throws InvalidName for an alias's name: letters, digits, `_`, `-` and `.`, and not digits alone. */
export function assertAliasName(name: string): string {
  if (!/^(?=.*[a-zA-Z_.-])[a-zA-Z0-9_.-]{1,80}$/.test(name)) throw invalidName(name);
  return name;
}

export function machineArn(region: string, name: string): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${name}`;
}

export function executionArn(region: string, machine: string, name: string): string {
  return `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;
}

/** Runs of an express machine may share a name; no operation describes or lists them. */
export function expressArn(region: string, machine: string, name: string): string {
  return `arn:aws:states:${region}:${account}:express:${machine}:${name}:${randomUUID()}`;
}

export function activityArn(region: string, name: string): string {
  return `arn:aws:states:${region}:${account}:activity:${name}`;
}

/** Throws InvalidArn unless `arn` is one of Step Functions with this kind of resource. */
export function assertArn(arn: string, kind: "stateMachine" | "execution" | "activity"): string {
  const [prefix, , service, region, , resource, ...rest] = arn.split(":");
  if (prefix !== "arn" || service !== "states" || !region || rest.length === 0)
    throw invalidArn(`Invalid ARN prefix: ${arn}`);
  if (resource !== kind) throw invalidArn(`Resource type not valid in this context: ${resource}`);
  return arn;
}
