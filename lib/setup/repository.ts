import "server-only";
import { DescribeTableCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import {
  DescribeSecretCommand,
  ResourceNotFoundException as SecretNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import { dynamodb, secretsManager } from "@/lib/aws/clients";

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
