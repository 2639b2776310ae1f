import { z } from "zod";

const StoredVersion = z.object({
  id: z.string(),
  created_at: z.number(),
  stages: z.array(z.string()),
  secret_string: z.string().optional(),
  secret_binary: z.string().optional(),
});

/** A secret as stored on disk. Times are milliseconds since 1970. */
export const StoredSecret = z.object({
  arn: z.string(),
  name: z.string(),
  description: z.string().optional(),
  kms_key_id: z.string().optional(),
  tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
  created_at: z.number(),
  changed_at: z.number(),
  deleted_at: z.number().optional(),
  /** When the recovery window of a deleted secret ends. */
  purged_at: z.number().optional(),
  /** Oldest first. */
  versions: z.array(StoredVersion),
});

export type StoredVersion = z.infer<typeof StoredVersion>;
export type StoredSecret = z.infer<typeof StoredSecret>;

/** The version that has a stage; at most one does. */
export function versionAt(secret: StoredSecret, stage: string): StoredVersion | undefined {
  return secret.versions.find(({ stages }) => stages.includes(stage));
}

/** The versions that have a stage. Others are deprecated: not listed, and deleted beyond the limit. */
export function stagedVersions(secret: StoredSecret): StoredVersion[] {
  return secret.versions.filter(({ stages }) => stages.length > 0);
}
