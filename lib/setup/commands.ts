import "server-only";
import { env } from "@/lib/env";
import definitions from "./tables.json";

/** The AWS CLI command that creates a table. */
export function createTableCommand(kind: keyof typeof definitions, name: string): string {
  const input = { ...definitions[kind], TableName: name, BillingMode: "PAY_PER_REQUEST" };
  return `aws dynamodb create-table --region ${env().AWS_REGION} --cli-input-json '${JSON.stringify(input)}'`;
}

/** The AWS CLI command that creates the secret without a key. */
export function createSecretCommand(name: string): string {
  return `aws secretsmanager create-secret --region ${env().AWS_REGION} --name ${name} --secret-string '{}'`;
}
