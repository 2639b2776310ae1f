import { z } from "zod";
import type { JsonObject } from "../json";
import { parseRequest, validationMessage } from "../validation";
import { validation } from "./errors";

const maxBytes = 65_536;

const SecretId = z.string().min(1).max(2048);
const VersionId = z.string().min(32).max(64);
const Stage = z.string().min(1).max(256);
const Tags = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));
const Value = {
  ClientRequestToken: VersionId.optional(),
  SecretString: z.string().min(1).max(maxBytes).optional(),
  SecretBinary: z.base64().min(1).optional(),
};
const Page = { MaxResults: z.int().min(1).max(100).optional(), NextToken: z.string().optional() };

const Filters = z
  .array(
    z.object({
      Key: z.enum(["name", "description", "tag-key", "tag-value", "all"]),
      Values: z.array(z.string()).min(1).max(10),
    }),
  )
  .max(10);

/** The requests by operation. Other fields of AWS's API are ignored. */
export const requests = {
  CreateSecret: z.object({
    ...Value,
    Name: z.string().min(1).max(512),
    Description: z.string().max(2048).optional(),
    KmsKeyId: z.string().optional(),
    Tags: Tags.optional(),
  }),
  GetSecretValue: z.object({
    SecretId,
    VersionId: VersionId.optional(),
    VersionStage: Stage.optional(),
  }),
  PutSecretValue: z.object({
    ...Value,
    SecretId,
    VersionStages: z.array(Stage).min(1).max(20).optional(),
  }),
  UpdateSecret: z.object({
    ...Value,
    SecretId,
    Description: z.string().max(2048).optional(),
    KmsKeyId: z.string().optional(),
  }),
  UpdateSecretVersionStage: z.object({
    SecretId,
    VersionStage: Stage,
    RemoveFromVersionId: VersionId.optional(),
    MoveToVersionId: VersionId.optional(),
  }),
  DescribeSecret: z.object({ SecretId }),
  BatchGetSecretValue: z.object({
    SecretIdList: z.array(SecretId).min(1).max(20).optional(),
    Filters: Filters.optional(),
    MaxResults: z.int().min(1).max(20).optional(),
    NextToken: Page.NextToken,
  }),
  GetRandomPassword: z.object({
    PasswordLength: z.int().min(1).max(4096).default(32),
    ExcludeCharacters: z.string().max(4096).default(""),
    ExcludeNumbers: z.boolean().default(false),
    ExcludePunctuation: z.boolean().default(false),
    ExcludeUppercase: z.boolean().default(false),
    ExcludeLowercase: z.boolean().default(false),
    IncludeSpace: z.boolean().default(false),
    RequireEachIncludedType: z.boolean().default(true),
  }),
  ListSecrets: z.object({
    ...Page,
    Filters: Filters.optional(),
    IncludePlannedDeletion: z.boolean().optional(),
    SortOrder: z.enum(["asc", "desc"]).optional(),
  }),
  ListSecretVersionIds: z.object({
    ...Page,
    SecretId,
    IncludeDeprecated: z.boolean().optional(),
  }),
  DeleteSecret: z.object({
    SecretId,
    RecoveryWindowInDays: z.int().optional(),
    ForceDeleteWithoutRecovery: z.boolean().optional(),
  }),
  RestoreSecret: z.object({ SecretId }),
  TagResource: z.object({ SecretId, Tags }),
};

export type Requests = { [Name in keyof typeof requests]: z.infer<(typeof requests)[Name]> };

/** Parses a request body; throws AWS's ValidationException for the first invalid member. */
export function readRequest<Name extends keyof Requests>(
  name: Name,
  body: JsonObject,
): Requests[Name] {
  return parseRequest<Requests, Name>(requests, name, body, (error, input) =>
    validation(validationMessage(error, input, isSecret)),
  );
}

/** A secret's value must not end up in an error message. */
function isSecret(member: string): boolean {
  return member.startsWith("secret");
}
