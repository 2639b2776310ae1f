import "server-only";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { env } from "@/lib/env";
import { stringAttribute } from "./attributes";
import type { Refusal, Use } from "./refusals";
import { field, rowCodec } from "./row-codec";

/** The partition of ModelManagement for permissions that AWS denied the console. */
export const refusalsPartition = "refusals";

export const refusalRow = rowCodec({
  action: field.text,
  target: field.text,
  missing: field.text,
  resource: field.optionalText,
  at: field.text,
  count: field.number,
});

const keyOf = ({ action, target }: Use) => ({
  pk: stringAttribute(refusalsPartition),
  sk: stringAttribute(`${action} ${target}`),
});

export function putRefusal(refusal: Refusal): PutItemCommand {
  const Item = { ...keyOf(refusal), ...refusalRow.encode(refusal) };
  return new PutItemCommand({ TableName: env().MODEL_MANAGEMENT_TABLE, Item });
}

export function deleteRefusal(use: Use): DeleteItemCommand {
  return new DeleteItemCommand({ TableName: env().MODEL_MANAGEMENT_TABLE, Key: keyOf(use) });
}
