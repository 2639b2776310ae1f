import { randomBytes } from "node:crypto";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { providers } from "@/lib/providers/schema";
import { isSimulated } from "../simulator/protocol";
import { PopulateError } from "./models";

type SecretValues = Record<string, unknown>;

/** A sandbox key for each provider, as the secret stores it (docs/contract.md, Secret). */
export function sandboxKeys(now: Date): Record<string, string> {
  const simulated = providers.filter(({ id }) => isSimulated(id));
  const entries = simulated.flatMap(({ id, secret_key_name: name }) => [
    [name, `sandbox-${id}-${randomBytes(12).toString("hex")}`],
    [`${name}_UPDATED_AT`, now.toISOString()],
    [`${name}_PROVIDER`, id],
    [`${name}_UPDATED_BY`, "populate"],
  ]);
  return Object.fromEntries(entries);
}

/**
 * Creates the secret or adds missing members. Never changes an existing member.
 * @throws PopulateError if the stored value isn't a JSON object
 */
export async function addMissingKeys(
  secretsManager: SecretsManagerClient,
  secretId: string,
  values: Record<string, string>,
): Promise<void> {
  const stored = await readSecret(secretsManager, secretId);
  if (stored === null) {
    const SecretString = JSON.stringify(values);
    await secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString }));
    return;
  }
  const missing = Object.entries(values).filter(([name]) => !(name in stored));
  if (missing.length === 0) return;
  const SecretString = JSON.stringify({ ...stored, ...Object.fromEntries(missing) });
  await secretsManager.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
}

async function readSecret(
  secretsManager: SecretsManagerClient,
  SecretId: string,
): Promise<SecretValues | null> {
  try {
    const { SecretString = "" } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId }),
    );
    return parse(SecretId, SecretString);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** Error messages never contain the value. */
function parse(secretId: string, value: string): SecretValues {
  try {
    const parsed: unknown = JSON.parse(value);
    // Callers check the members.
    if (typeof parsed === "object" && parsed && !Array.isArray(parsed))
      return parsed as SecretValues;
  } catch {
    // Reported below, without the value.
  }
  throw new PopulateError(`The secret "${secretId}" does not hold a JSON object.`);
}
