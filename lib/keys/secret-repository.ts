import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  LimitExceededException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { secretsManager } from "@/lib/aws/clients";
import { callSignal, withDeadline } from "@/lib/aws/deadline";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { editText, isJson, parseValues, type SecretChanges } from "./rules/secret-text";
import type { SecretFault } from "./schema";

const SecretId = () => env().LLM_SECRET_ID;
const current = "AWSCURRENT";
const pending = "SWITCHBOARD_PENDING";
const attempts = 30;
/** The maximum size of a secret (API reference, PutSecretValue). */
const maxBytes = 65_536;

/** The stage of the version with a key's previous value. */
export const previousStage = (secretKeyName: string) => `${secretKeyName}_PREVIOUS`;

export type SecretVersion = { versionId: string; text: string; values: Record<string, unknown> };
/** The version that was read, and the version that was created from it. */
export type SwapVersions = { read: string; written: string };

/** The current secret; null only if Secrets Manager reports that it doesn't exist. */
export function readSecret(): Promise<SecretVersion | null> {
  return readVersion({ VersionStage: current });
}

let recent: { secret: Promise<SecretVersion | null>; at: number } | null = null;

/**
 * The secret as of at most KEY_CACHE_SECONDS ago, for calls of providers. Read again after the
 * console changes it; concurrent calls share one read.
 */
export function readRecentSecret(): Promise<SecretVersion | null> {
  if (recent && Date.now() - recent.at < env().KEY_CACHE_SECONDS * 1000) return recent.secret;
  const secret = readSecret();
  const reading = { secret, at: Date.now() };
  recent = reading;
  secret.catch(() => {
    if (recent === reading) recent = null;
  });
  return secret;
}

/** Makes the next call of a provider read the secret again. */
export function forgetRecentSecret(): void {
  recent = null;
}

type VersionName = { VersionStage: string } | { VersionId: string };

/**
 * One version of the secret, by its stage or ID; null if it doesn't exist.
 * @throws AppError `setup_incomplete` if it isn't a JSON object or is scheduled for deletion
 */
export async function readVersion(name: VersionName): Promise<SecretVersion | null> {
  const version = await fetchVersion(name);
  if (!version) return null;
  const values = parseValues(version.text);
  if (values) return { ...version, values };
  const message = `The secret ${SecretId()} is not a JSON object, so nothing can be read from it or saved in it. Repair its text in Secrets Manager, or put an earlier version back: API keys tells how.`;
  throw new AppError("setup_incomplete", message);
}

export type SecretReading = {
  secret: SecretVersion | null;
  fault: SecretFault | null;
  /** Whether the text is JSON of any kind. */
  isJson: boolean;
};

/** The current secret, or why it can't be read. Both are null if it doesn't exist. */
export async function readSecretOrFault(): Promise<SecretReading> {
  const version = await fetchVersion({ VersionStage: current }).catch(deletedIsFault);
  if (!version) return { secret: null, fault: null, isJson: false };
  if ("kind" in version) return { secret: null, fault: version, isJson: false };
  const values = parseValues(version.text);
  if (values) return { secret: { ...version, values }, fault: null, isJson: true };
  const former = await fetchVersion({ VersionStage: "AWSPREVIOUS" });
  const command =
    former && parseValues(former.text) ? moveBack(version.versionId, former.versionId) : null;
  const fault = { name: SecretId(), kind: "not_json", command } as const;
  return { secret: null, fault, isJson: isJson(version.text) };
}

function deletedIsFault(error: unknown): SecretFault {
  if (!(error instanceof SecretScheduledForDeletion)) throw error;
  return { name: SecretId(), kind: "deleted", command: restoreCommand() };
}

function moveBack(from: string, to: string): string {
  const secret = `--region ${env().AWS_REGION} --secret-id ${SecretId()}`;
  return `aws secretsmanager update-secret-version-stage ${secret} --version-stage ${current} --move-to-version-id ${to} --remove-from-version-id ${from}`;
}

async function fetchVersion(name: VersionName): Promise<Omit<SecretVersion, "values"> | null> {
  try {
    const { VersionId = "", SecretString = "" } = await secretsManager().send(
      new GetSecretValueCommand({ SecretId: SecretId(), ...name }),
    );
    return { versionId: VersionId, text: SecretString };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw explainSecretError(error);
  }
}

/**
 * The values of another environment's secret, for comparison; null if it can't be read.
 * @param secretId one of COMPARE_SECRET_IDS
 */
export async function readOtherSecret(secretId: string): Promise<Record<string, unknown> | null> {
  try {
    const { SecretString = "" } = await secretsManager().send(
      new GetSecretValueCommand({ SecretId: secretId }),
    );
    return parseValues(SecretString);
  } catch {
    return null;
  }
}

/** Version IDs by stage; empty without a secret. */
export async function readStages(): Promise<Map<string, string>> {
  try {
    const { VersionIdsToStages = {} } = await secretsManager().send(
      new DescribeSecretCommand({ SecretId: SecretId() }),
    );
    return new Map(
      Object.entries(VersionIdsToStages).flatMap(([id, stages]) =>
        stages.map((stage) => [stage, id] as const),
      ),
    );
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return new Map();
    throw error;
  }
}

/**
 * Compare-and-swap of the secret that changes only the named keys; everything else stays
 * byte for byte. If another writer is faster, that version is read and changed instead.
 * @param change called with each version that is read
 * @param beforeMove called with each version that is about to become AWSCURRENT
 * @throws AppError `setup_incomplete` (no secret, or a quota), `too_large`, `conflict` (too many
 *   other writes); MoveUnknown if it is unknown whether the secret was changed
 */
export async function swapSecret(
  change: (values: Record<string, unknown>) => SecretChanges,
  beforeMove: (versions: SwapVersions) => Promise<void>,
): Promise<SwapVersions> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const secret = await readSecret();
    if (!secret) throw secretNotFound();
    const written = await putPending(editText(secret.text, change(secret.values)));
    const versions = { read: secret.versionId, written };
    await beforeMove(versions);
    callSignal()?.throwIfAborted();
    if (await moveCurrent(versions)) return versions;
    await delay(Math.random() * 20 * Math.min(attempt, 10));
  }
  const message = "Other writers keep changing the secret. Nothing was saved; try again.";
  throw new AppError("conflict", message);
}

/**
 * Moves one of our stages to a version, wherever it is now.
 * @returns false if the secret has no free stage
 */
export async function moveStage(stage: string, to: string): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const from = (await readStages()).get(stage);
    if (from === to) return true;
    const move = new UpdateSecretVersionStageCommand({
      SecretId: SecretId(),
      VersionStage: stage,
      MoveToVersionId: to,
      ...(from && { RemoveFromVersionId: from }),
    });
    try {
      await secretsManager().send(move);
      return true;
    } catch (error) {
      if (error instanceof LimitExceededException) return false;
      // After a lost reply, the retry finds that the stage has already moved.
      if (!(error instanceof InvalidParameterException) || attempt === attempts) throw error;
    }
  }
}

/** `setup_incomplete` with the command that creates the secret. */
export function secretNotFound(): AppError {
  const message = `The secret ${SecretId()} does not exist. Create it with: aws secretsmanager create-secret --name ${SecretId()} --secret-string '{}'`;
  return new AppError("setup_incomplete", message);
}

/** Adds a version that nobody reads yet, because only our own stage points to it. */
async function putPending(text: string): Promise<string> {
  if (Buffer.byteLength(text) > maxBytes) {
    const message = `The secret ${SecretId()} would be longer than the 65,536 bytes that Secrets Manager takes. Nothing was saved. Remove entries that nobody reads.`;
    throw new AppError("too_large", message);
  }
  const token = randomUUID();
  const put = new PutSecretValueCommand({
    SecretId: SecretId(),
    SecretString: text,
    VersionStages: [pending],
    ClientRequestToken: token,
  });
  await secretsManager()
    .send(put)
    .catch((error: unknown) => {
      throw explainSecretError(error);
    });
  return token;
}

/** The timeout of the last step of a change, in milliseconds, independent of the caller's. */
const moveTimeoutMs = 8_000;
const lookupTimeoutMs = 4_000;

/** It is unknown whether the secret was changed. */
export class MoveUnknown extends AppError {
  constructor(cause: unknown) {
    const message =
      "AWS did not answer in time, so it isn't known whether the key was saved. Look at it before you save it again.";
    super("aws_unavailable", message, { cause, extra: { saved: "unknown" } });
  }
}

/**
 * Moves AWSCURRENT if it is still on the version that was read; otherwise returns false.
 * @throws MoveUnknown
 */
async function moveCurrent({ read, written }: SwapVersions): Promise<boolean> {
  // Invalidated after the move, because another call may read before it.
  return tryMove({ read, written }).finally(forgetRecentSecret);
}

async function tryMove({ read, written }: SwapVersions): Promise<boolean> {
  const move = new UpdateSecretVersionStageCommand({
    SecretId: SecretId(),
    VersionStage: current,
    MoveToVersionId: written,
    RemoveFromVersionId: read,
  });
  try {
    await withDeadline(moveTimeoutMs, () => secretsManager().send(move));
    return true;
  } catch (error) {
    const isAnswer = isRefusal(error);
    const isMoved = await withDeadline(lookupTimeoutMs, () => wasCurrent(written)).catch(
      (failure) => {
        // A refusal may belong to a retry after a lost reply.
        throw isAnswer ? failure : new MoveUnknown(error);
      },
    );
    // After a lost reply, the retry finds that the stage has moved, by us or by someone else.
    if (isMoved) return true;
    if (error instanceof InvalidParameterException) return false;
    throw isAnswer ? explainSecretError(error) : new MoveUnknown(error);
  }
}

/** Whether AWS's answer proves that nothing was done. After any other error, it may still be done. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { httpStatusCode = 0 } = error.$metadata as { httpStatusCode?: number }; // Of every SDK error.
  return httpStatusCode >= 400 && httpStatusCode < 500;
}

/** Only our move makes the version current; only a later write makes it AWSPREVIOUS. */
async function wasCurrent(versionId: string): Promise<boolean> {
  const stages = await readStages();
  return [current, "AWSPREVIOUS"].some((stage) => stages.get(stage) === versionId);
}

const ofSecret = () => `--region ${env().AWS_REGION} --secret-id ${env().LLM_SECRET_ID}`;

const restoreCommand = () => `aws secretsmanager restore-secret ${ofSecret()}`;

/** The secret is scheduled for deletion; it can't be read or written. */
class SecretScheduledForDeletion extends AppError {
  constructor(cause: unknown) {
    const message = `The secret ${env().LLM_SECRET_ID} is scheduled for deletion, so nothing can be read from it or saved in it. Restore it with: ${restoreCommand()}`;
    super("setup_incomplete", message, { cause });
  }
}

/** Explains errors that a retry can't resolve; returns other errors unchanged. */
function explainSecretError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "InvalidRequestException" && /for deletion/i.test(error.message)) {
    return new SecretScheduledForDeletion(error);
  }
  if (error.name !== "LimitExceededException") return error;
  const message = `Secrets Manager takes no further version or staging label of ${env().LLM_SECRET_ID}: its quota is used up (20 labels, about 100 versions). Nothing was saved. See who holds them with: aws secretsmanager list-secret-version-ids ${ofSecret()}`;
  return new AppError("setup_incomplete", message, { cause: error });
}
