import { invalidRequest } from "./errors";
import type { SecretFiles } from "./file-store";
import type { Requests } from "./requests";
import { type StoredSecret, stagedVersions } from "./secret";

/** AWS's JSON has times in seconds. */
export const seconds = (milliseconds: number) => milliseconds / 1000;

function commonFields(secret: StoredSecret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kms_key_id,
    CreatedDate: seconds(secret.created_at),
    LastChangedDate: seconds(secret.changed_at),
    DeletedDate: secret.deleted_at === undefined ? undefined : seconds(secret.deleted_at),
    Tags: secret.tags,
  };
}

function stagesByVersion(secret: StoredSecret): Record<string, string[]> {
  return Object.fromEntries(stagedVersions(secret).map(({ id, stages }) => [id, stages]));
}

export function describeSecret(secret: StoredSecret) {
  return { ...commonFields(secret), VersionIdsToStages: stagesByVersion(secret) };
}

export function listSecrets(files: SecretFiles, request: Requests["ListSecrets"]) {
  const secrets = files
    .all()
    .filter((secret) => request.IncludePlannedDeletion || secret.deleted_at === undefined)
    .filter((secret) => (request.Filters ?? []).every((filter) => matches(secret, filter)));
  // AWS lists the newest first.
  if (request.SortOrder !== "asc") secrets.reverse();
  const { page, ...next } = pageOf(secrets, request);
  return {
    SecretList: page.map((secret) => ({
      ...commonFields(secret),
      SecretVersionsToStages: stagesByVersion(secret),
    })),
    ...next,
  };
}

export function listVersions(secret: StoredSecret, request: Requests["ListSecretVersionIds"]) {
  const versions = request.IncludeDeprecated ? secret.versions : stagedVersions(secret);
  const { page, ...next } = pageOf(versions.toReversed(), request);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: page.map(({ id, stages, created_at }) => ({
      VersionId: id,
      VersionStages: stages.length > 0 ? stages : undefined,
      CreatedDate: seconds(created_at),
    })),
    ...next,
  };
}

function matches(
  secret: StoredSecret,
  { Key, Values }: NonNullable<Requests["ListSecrets"]["Filters"]>[number],
): boolean {
  const tagKeys = secret.tags.map((tag) => tag.Key);
  const tagValues = secret.tags.map((tag) => tag.Value);
  const texts = {
    name: [secret.name],
    description: [secret.description ?? ""],
    "tag-key": tagKeys,
    "tag-value": tagValues,
    all: [secret.name, secret.description ?? "", ...tagKeys, ...tagValues],
  }[Key];
  // Values match as prefixes: any of them may match, but none that starts with "!".
  const hasPrefix = (prefix: string) => texts.some((text) => text.startsWith(prefix));
  const included = Values.filter((value) => !value.startsWith("!"));
  const isExcluded = Values.some((value) => value.startsWith("!") && hasPrefix(value.slice(1)));
  return !isExcluded && (included.length === 0 || included.some(hasPrefix));
}

function pageOf<T>(
  all: T[],
  request: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { page: T[]; NextToken?: string } {
  const start = Number(request.NextToken ?? 0);
  if (!Number.isInteger(start) || start < 0)
    throw invalidRequest("You provided an invalid NextToken.");
  const end = start + (request.MaxResults ?? 100);
  return { page: all.slice(start, end), ...(end < all.length && { NextToken: String(end) }) };
}
