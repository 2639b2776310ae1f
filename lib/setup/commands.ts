import "server-only";
import { env } from "@/lib/env";
import type { MissingPart } from "./schema";
import tables from "./tables.json";

/** The AWS CLI command that creates a table as CONTRACT §2 defines it. */
export function createTableCommand(kind: MissingPart["kind"], name: string): string {
  const definition = tables.find((table) => table.kind === kind);
  const { kind: _, ...input } = definition ?? {};
  const json = JSON.stringify({ TableName: name, ...input });
  return `aws dynamodb create-table --region ${env().AWS_REGION} --cli-input-json '${json}'`;
}

/** The AWS CLI command that creates the secret without a key. */
export function createSecretCommand(name: string): string {
  return `aws secretsmanager create-secret --region ${env().AWS_REGION} --name ${name} --secret-string '{}'`;
}
