import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { deleteItem, putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { ApiToken } from "./schema";

const tokens = "tokens";
const keyOf = (id: string) => managementKey(tokens, id);
const nameKey = (name: string) => managementKey("token-names", name);

/** A token as stored, with the hash of its secret instead of the secret. */
export type StoredToken = Omit<ApiToken, "state"> & {
  hash: string;
  /** The token that created this one; null if a person did. */
  parent_id: string | null;
  /**
   * The environment that it grants access to; null for tokens of earlier versions, which are valid
   * for their table's environment.
   */
  environment: string | null;
};

const tokenRow = rowCodec({
  sk: field.text,
  hash: field.text,
  name: field.text,
  // Any other value gets the lesser role.
  role: z.enum(["admin", "viewer"]).catch("viewer"),
  created_by: field.text,
  created_at: field.text,
  // A token without an expiry date counts as expired.
  expires_at: field.text,
  last_used_at: field.optionalText,
  revoked_at: field.optionalText,
  revoked_by: field.optionalText,
  parent_id: field.optionalText,
  environment: field.optionalText,
});

/** Every token ever created, read consistently. */
export async function listTokenRows(): Promise<StoredToken[]> {
  return (await listNotedRows(tokens)).map(toToken);
}

/** Read consistently, so that all copies refuse a revoked token immediately. */
export async function findToken(id: string): Promise<StoredToken | null> {
  const item = await findNotedRow(keyOf(id));
  return item && toToken(item);
}

/** The token, and a row for its name: no two active tokens share a name. */
export function createTokenItems(token: StoredToken): WriteItem[] {
  const { id, hash, name, parent_id, environment } = token;
  const item = {
    ...keyOf(id),
    ...toAttributes(token),
    ...tokenRow.encode({ hash, parent_id, environment }),
  };
  const guard = {
    ...nameKey(name),
    token_id: stringAttribute(id),
    ends_at: stringAttribute(token.expires_at),
  };
  const nameIsFree = {
    ConditionExpression: "attribute_not_exists(pk) OR ends_at <= :now",
    ExpressionAttributeValues: { ":now": stringAttribute(token.created_at) },
  };
  return [
    putItem(table(), guard, nameIsFree, nameTaken(name)),
    putItem(table(), item, {}, conflict),
  ];
}

/** @throws AppError `conflict`, through the transaction, if it is already revoked */
export function revokeTokenItem(token: StoredToken, by: string, at: string): WriteItem {
  const change = {
    UpdateExpression: "SET revoked_at = :at, revoked_by = :by",
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(revoked_at)",
    ExpressionAttributeValues: { ":at": stringAttribute(at), ":by": stringAttribute(by) },
  };
  const alreadyRevoked = () =>
    new AppError("conflict", `The token "${token.name}" has been revoked already.`);
  return updateItem(table(), keyOf(token.id), change, alreadyRevoked);
}

/** Makes the name available to another token. */
export function freeName({ id, name }: StoredToken): WriteItem {
  const ownNameCondition = {
    ConditionExpression: "attribute_not_exists(pk) OR token_id = :id",
    ExpressionAttributeValues: { ":id": stringAttribute(id) },
  };
  return deleteItem(table(), nameKey(name), ownNameCondition, conflict);
}

/** Records a use, unless the token no longer exists. */
export async function recordUse(id: string, at: string): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: keyOf(id),
    UpdateExpression: "SET last_used_at = :at",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":at": stringAttribute(at) },
  });
  await dynamodb().send(command);
}

/** A token as events store it: without its hash. */
export function toAttributes(token: Omit<StoredToken, "hash">): RawItem {
  const { name, role, created_by, created_at, expires_at } = token;
  return tokenRow.encode({ name, role, created_by, created_at, expires_at });
}

function toToken(item: RawItem): StoredToken {
  const { sk, ...token } = tokenRow.decode(item);
  return { id: sk, ...token };
}

function nameTaken(name: string) {
  const message = `Another token that still works is called "${name}". Choose another name, or revoke it first.`;
  return () => new AppError("conflict", message, { errors: [{ path: "name", message }] });
}

const conflict = () => new AppError("conflict", "The token was changed meanwhile. Try again.");
