import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { applyEdits, modify } from "jsonc-parser";
import { secretsManager } from "@/lib/aws/clients";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

const SecretId = () => env().LLM_SECRET_ID;
const current = "AWSCURRENT";
const pending = "SWITCHBOARD_PENDING";
const attempts = 30;

export type SecretVersion = { versionId: string; text: string; values: Record<string, unknown> };
/** Values to write under their key names; null removes one. */
export type SecretChanges = Record<string, string | null>;

/** The secret as it is now; null only when Secrets Manager says that it does not exist. */
export async function readSecret(): Promise<SecretVersion | null> {
  const command = new GetSecretValueCommand({ SecretId: SecretId(), VersionStage: current });
  try {
    const { VersionId = "", SecretString = "" } = await secretsManager().send(command);
    return { versionId: VersionId, text: SecretString, values: parseValues(SecretString) };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/**
 * Compare-and-swap of the whole secret that changes only the named keys; everything else stays
 * byte for byte. A version of another writer that lands in between is read and changed instead.
 * @param change is asked again with each version that is read.
 * @throws AppError `setup_incomplete` (no secret), `conflict` (it changes all the time)
 */
export async function swapSecret(
  change: (values: Record<string, unknown>) => SecretChanges,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const read = await readSecret();
    if (!read) throw noSecret();
    const written = await putPending(edit(read.text, change(read.values)));
    if (await moveCurrent(written, read.versionId)) return;
    await delay(Math.random() * 20 * Math.min(attempt, 10));
  }
  throw new AppError(
    "conflict",
    "Other writers keep changing the secret. Nothing was saved; try again.",
  );
}

export function noSecret(): AppError {
  const message = `The secret ${SecretId()} does not exist. Create it with: aws secretsmanager create-secret --name ${SecretId()} --secret-string '{}'`;
  return new AppError("setup_incomplete", message);
}

/** A new version that nobody reads yet: only our own stage points to it. */
async function putPending(text: string): Promise<string> {
  const token = randomUUID();
  await secretsManager().send(
    new PutSecretValueCommand({
      SecretId: SecretId(),
      SecretString: text,
      VersionStages: [pending],
      ClientRequestToken: token,
    }),
  );
  return token;
}

/** Moves AWSCURRENT if it is still on the version that was read; false when it is not. */
async function moveCurrent(written: string, read: string): Promise<boolean> {
  const move = new UpdateSecretVersionStageCommand({
    SecretId: SecretId(),
    VersionStage: current,
    MoveToVersionId: written,
    RemoveFromVersionId: read,
  });
  try {
    await secretsManager().send(move);
    return true;
  } catch (error) {
    // A retry whose first reply was lost finds the stage moved: by us, or by someone else.
    const now = await readSecret();
    if (now?.versionId === written) return true;
    if (error instanceof InvalidParameterException || now?.versionId !== read) return false;
    throw error;
  }
}

function edit(text: string, changes: SecretChanges): string {
  return Object.entries(changes).reduce(
    (edited, [name, value]) => applyEdits(edited, modify(edited, [name], value ?? undefined, {})),
    text,
  );
}

function parseValues(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { ...value };
    }
  } catch {
    // Told below, without the text.
  }
  const message = `The secret ${SecretId()} is not a JSON object. Repair its text in Secrets Manager; its earlier versions are there.`;
  throw new AppError("setup_incomplete", message);
}
