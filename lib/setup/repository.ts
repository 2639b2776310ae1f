import "server-only";
import { DescribeTableCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import {
  DescribeSecretCommand,
  ResourceNotFoundException as SecretNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { dynamodb, secretsManager, securityTokens } from "@/lib/aws/clients";

/** True if the table exists. */
export async function hasTable(table: string): Promise<boolean> {
  try {
    await dynamodb().send(new DescribeTableCommand({ TableName: table }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

/** The account of the server's credentials, which need no permission for this; null if STS fails. */
export async function findAccount(): Promise<string | null> {
  try {
    const { Account } = await securityTokens().send(new GetCallerIdentityCommand({}));
    return Account ?? null;
  } catch {
    // Only for a message about something else that is missing.
    return null;
  }
}

/** True if the secret exists. */
export async function hasSecret(id: string): Promise<boolean> {
  try {
    await secretsManager().send(new DescribeSecretCommand({ SecretId: id }));
    return true;
  } catch (error) {
    if (error instanceof SecretNotFoundException) return false;
    throw error;
  }
}
