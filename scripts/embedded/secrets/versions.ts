import { randomUUID } from "node:crypto";
import { alreadyExists, invalidParameter, limitExceeded, valueNotFound } from "./errors";
import { type StoredSecret, type StoredVersion, stagedVersions, versionAt } from "./secret";

const maxStages = 20;
const maxVersions = 100;

/** The value of a new version: either a string or binary. */
export interface NewValue {
  ClientRequestToken?: string | undefined;
  SecretString?: string | undefined;
  SecretBinary?: string | undefined;
}

/** Whether a request has a value; throws InvalidParameterException if it has both kinds. */
export function hasValue({ SecretString, SecretBinary }: NewValue): boolean {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  return SecretString !== undefined || SecretBinary !== undefined;
}

/**
 * The version that an earlier request with the same token and value created.
 * Throws ResourceExistsException if the value differs: versions never change.
 */
export function repeatedVersion(secret: StoredSecret, value: NewValue): StoredVersion | undefined {
  const token = value.ClientRequestToken;
  const existing = secret.versions.find(({ id }) => id === token);
  if (!existing) return undefined;
  const { secret_string, secret_binary } = existing;
  if (secret_string === value.SecretString && secret_binary === value.SecretBinary) return existing;
  throw alreadyExists(
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
  );
}

/** Adds a version and moves its stages to it. */
export function addVersion(
  secret: StoredSecret,
  value: NewValue,
  stages: readonly string[],
): StoredVersion {
  const version: StoredVersion = {
    id: value.ClientRequestToken ?? randomUUID(),
    created_at: Date.now(),
    stages: [],
    secret_string: value.SecretString,
    secret_binary: value.SecretBinary,
  };
  const isFirst = secret.versions.length === 0;
  secret.versions.push(version);
  for (const stage of new Set(isFirst ? [...stages, "AWSCURRENT"] : stages))
    attachStage(secret, stage, version);
  secret.changed_at = Date.now();
  deleteOldest(secret);
  return version;
}

/** Moves a stage by UpdateSecretVersionStage's rules; throws, without a change, if they are violated. */
export function moveStage(
  secret: StoredSecret,
  stage: string,
  removeFrom: string | undefined,
  moveTo: string | undefined,
): void {
  const holder = versionAt(secret, stage);
  const target = secret.versions.find(({ id }) => id === moveTo);
  if (moveTo !== undefined && !target) throw valueNotFound("VersionId", moveTo);
  checkHolder(stage, holder, removeFrom, target);
  if (target) attachStage(secret, stage, target);
  else if (stage === "AWSCURRENT")
    throw invalidParameter(
      "You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.",
    );
  else if (holder) detach(holder, stage);
  secret.changed_at = Date.now();
}

function checkHolder(
  stage: string,
  holder: StoredVersion | undefined,
  removeFrom: string | undefined,
  target: StoredVersion | undefined,
): void {
  if (removeFrom === undefined) {
    if (!holder && !target)
      throw invalidParameter(`Staging label ${stage} is not attached to any version.`);
    if (!holder || holder === target) return;
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (holder?.id !== removeFrom)
    throw invalidParameter(
      holder
        ? `Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId; version ${removeFrom} does not have it.`
        : `Staging label ${stage} is not attached to version ${removeFrom}.`,
    );
}

function attachStage(secret: StoredSecret, stage: string, target: StoredVersion): void {
  const holder = versionAt(secret, stage);
  if (holder === target) return;
  if (holder) detach(holder, stage);
  target.stages.push(stage);
  if (stage === "AWSCURRENT" && holder) {
    const previous = versionAt(secret, "AWSPREVIOUS");
    if (previous) detach(previous, "AWSPREVIOUS");
    holder.stages.push("AWSPREVIOUS");
  }
  const attached = stagedVersions(secret).reduce((sum, { stages }) => sum + stages.length, 0);
  if (attached > maxStages)
    throw limitExceeded("You exceeded the maximum number of staging labels allowed on a secret.");
}

function detach(version: StoredVersion, stage: string): void {
  version.stages = version.stages.filter((name) => name !== stage);
}

function deleteOldest(secret: StoredSecret): void {
  let surplus = secret.versions.length - maxVersions;
  secret.versions = secret.versions.filter(({ stages }) => stages.length > 0 || surplus-- <= 0);
}
