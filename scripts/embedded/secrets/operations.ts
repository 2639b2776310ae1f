import { AwsError } from "../aws-error";
import { describeSecret, listSecrets, listVersions, seconds } from "./describe";
import { alreadyExists, invalidParameter, invalidRequest, notFound, valueNotFound } from "./errors";
import type { SecretFiles } from "./file-store";
import { getRandomPassword } from "./random-password";
import type { Requests } from "./requests";
import { type StoredSecret, type StoredVersion, versionAt } from "./secret";
import { addVersion, hasValue, moveStage, type NewValue, repeatedVersion } from "./versions";

export interface SecretsContext {
  files: SecretFiles;
  region: string;
}

type Operations = {
  [Name in keyof Requests]: (
    context: SecretsContext,
    request: Requests[Name],
  ) => object | Promise<object>;
};

const dayMs = 24 * 60 * 60 * 1000;
const deletedMessage =
  "You can't perform this operation on the secret because it was marked for deletion.";

/** The operations of Secrets Manager by name. The caller must serialize them. */
export const secretOperations: Operations = {
  CreateSecret: createSecret,
  GetSecretValue: getSecretValue,
  BatchGetSecretValue: batchGetSecretValue,
  GetRandomPassword: getRandomPassword,
  PutSecretValue: putSecretValue,
  UpdateSecret: updateSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
  DescribeSecret: describe,
  ListSecrets: list,
  ListSecretVersionIds: listVersionIds,
  DeleteSecret: deleteSecret,
  RestoreSecret: restoreSecret,
  TagResource: tagResource,
};

/** Finds a secret by name, full ARN, or ARN without its random suffix. */
function getSecret(files: SecretFiles, id: string): StoredSecret {
  const matches = (secret: StoredSecret) =>
    id === secret.name || id === secret.arn || id === secret.arn.slice(0, -"-AbCdEf".length);
  const secret = files.all().find(matches);
  if (!secret) throw notFound();
  return secret;
}

function getUsableSecret(files: SecretFiles, id: string): StoredSecret {
  const secret = getSecret(files, id);
  if (secret.deleted_at !== undefined) throw invalidRequest(deletedMessage);
  return secret;
}

async function save(files: SecretFiles, secret: StoredSecret, version?: StoredVersion) {
  await files.save(secret);
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
}

async function createSecret(
  { files, region }: SecretsContext,
  request: Requests["CreateSecret"],
): Promise<object> {
  if (!/^[\w/+=.@!-]+$/.test(request.Name))
    throw invalidParameter(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  const isWithValue = hasValue(request);
  const existing = files.find(request.Name);
  if (existing) return repeatCreation(existing, request);
  const now = Date.now();
  const secret: StoredSecret = {
    arn: `arn:aws:secretsmanager:${region}:000000000000:secret:${request.Name}-${randomSuffix()}`,
    name: request.Name,
    description: request.Description,
    kms_key_id: request.KmsKeyId,
    tags: request.Tags ?? [],
    created_at: now,
    changed_at: now,
    versions: [],
  };
  return save(files, secret, isWithValue ? addVersion(secret, request, ["AWSCURRENT"]) : undefined);
}

function repeatCreation(existing: StoredSecret, request: NewValue & { Name: string }): object {
  if (existing.deleted_at !== undefined)
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  const version = repeatedVersion(existing, request);
  if (version) return { ARN: existing.arn, Name: existing.name, VersionId: version.id };
  throw alreadyExists(`The operation failed because the secret ${request.Name} already exists.`);
}

function randomSuffix(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return Array.from({ length: 6 }, () =>
    letters.charAt(Math.floor(Math.random() * letters.length)),
  ).join("");
}

function getSecretValue({ files }: SecretsContext, request: Requests["GetSecretValue"]): object {
  const { SecretId, VersionId, VersionStage } = request;
  const secret = getUsableSecret(files, SecretId);
  const stage = VersionStage ?? "AWSCURRENT";
  const version =
    VersionId === undefined
      ? versionAt(secret, stage)
      : secret.versions.find(({ id }) => id === VersionId);
  if (!version)
    throw VersionId === undefined
      ? valueNotFound("staging label", stage)
      : valueNotFound("VersionId", VersionId);
  if (VersionStage !== undefined && !version.stages.includes(VersionStage))
    throw invalidRequest(
      "You provided a VersionStage that is not associated to the provided VersionId.",
    );
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.secret_string,
    SecretBinary: version.secret_binary,
    VersionStages: version.stages.length > 0 ? version.stages : undefined,
    CreatedDate: seconds(version.created_at),
  };
}

/** The values of secrets by name or by filter; a secret that can't be read is an entry of Errors. */
function batchGetSecretValue(
  context: SecretsContext,
  request: Requests["BatchGetSecretValue"],
): object {
  const { SecretIdList, Filters, MaxResults, NextToken } = request;
  if ((SecretIdList === undefined) === (Filters === undefined))
    throw invalidParameter("You must specify either SecretIdList or Filters, and not both.");
  if (SecretIdList && (MaxResults !== undefined || NextToken !== undefined))
    throw invalidParameter("You can use MaxResults and NextToken only with Filters.");
  const page = SecretIdList
    ? { ids: SecretIdList }
    : filteredPage(context.files, { Filters, MaxResults: MaxResults ?? 20, NextToken });
  const SecretValues: object[] = [];
  const Errors: object[] = [];
  for (const SecretId of page.ids) {
    try {
      SecretValues.push(getSecretValue(context, { SecretId }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues, Errors, NextToken: "NextToken" in page ? page.NextToken : undefined };
}

function filteredPage(files: SecretFiles, request: Requests["ListSecrets"]) {
  const { SecretList, ...next } = listSecrets(files, request);
  return { ids: SecretList.map(({ ARN }) => ARN), ...next };
}

async function putSecretValue(
  { files }: SecretsContext,
  request: Requests["PutSecretValue"],
): Promise<object> {
  if (!hasValue(request))
    throw invalidParameter("You must provide either SecretString or SecretBinary.");
  const secret = structuredClone(getUsableSecret(files, request.SecretId));
  const repeated = repeatedVersion(secret, request);
  const version = repeated ?? addVersion(secret, request, request.VersionStages ?? ["AWSCURRENT"]);
  if (!repeated) await files.save(secret);
  const { id, stages } = version;
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
}

async function updateSecret(
  { files }: SecretsContext,
  request: Requests["UpdateSecret"],
): Promise<object> {
  const isWithValue = hasValue(request);
  const secret = structuredClone(getUsableSecret(files, request.SecretId));
  secret.description = request.Description ?? secret.description;
  secret.kms_key_id = request.KmsKeyId ?? secret.kms_key_id;
  secret.changed_at = Date.now();
  if (!isWithValue) return save(files, secret);
  const repeated = repeatedVersion(secret, request);
  return save(files, secret, repeated ?? addVersion(secret, request, ["AWSCURRENT"]));
}

async function deleteSecret(
  { files }: SecretsContext,
  request: Requests["DeleteSecret"],
): Promise<object> {
  const { SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced } = request;
  if (isForced && days !== undefined)
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  if (days !== undefined && (days < 7 || days > 30))
    throw invalidParameter(
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    );
  const now = Date.now();
  const secret = isForced ? getSecret(files, SecretId) : getUsableSecret(files, SecretId);
  const purged_at = now + (days ?? 30) * dayMs;
  if (isForced) await files.remove(secret.name);
  else await files.save({ ...secret, deleted_at: now, purged_at });
  const DeletionDate = seconds(isForced ? now : purged_at);
  return { ARN: secret.arn, Name: secret.name, DeletionDate };
}

function updateSecretVersionStage(
  { files }: SecretsContext,
  request: Requests["UpdateSecretVersionStage"],
): Promise<object> {
  const { SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId } = request;
  const secret = structuredClone(getUsableSecret(files, SecretId));
  moveStage(secret, VersionStage, RemoveFromVersionId, MoveToVersionId);
  return save(files, secret);
}

function describe({ files }: SecretsContext, { SecretId }: Requests["DescribeSecret"]): object {
  return describeSecret(getSecret(files, SecretId));
}

function list({ files }: SecretsContext, request: Requests["ListSecrets"]): object {
  return listSecrets(files, request);
}

function listVersionIds(
  { files }: SecretsContext,
  request: Requests["ListSecretVersionIds"],
): object {
  return listVersions(getSecret(files, request.SecretId), request);
}

function restoreSecret(
  { files }: SecretsContext,
  { SecretId }: Requests["RestoreSecret"],
): Promise<object> {
  const { deleted_at, purged_at, ...secret } = getSecret(files, SecretId);
  return save(files, secret);
}

async function tagResource(
  { files }: SecretsContext,
  { SecretId, Tags }: Requests["TagResource"],
): Promise<object> {
  const secret = getUsableSecret(files, SecretId);
  const others = secret.tags.filter(({ Key }) => Tags.every((tag) => tag.Key !== Key));
  await files.save({ ...secret, tags: [...others, ...Tags] });
  return {};
}
