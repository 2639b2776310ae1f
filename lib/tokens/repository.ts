import "server-only";
import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { deleteItem, putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ApiToken } from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const keyOf = (id: string): RawItem => ({ pk: text("tokens"), sk: text(id) });
const nameKey = (name: string): RawItem => ({ pk: text("token-names"), sk: text(name) });

/** A stored token; only the hash of its secret is kept. */
export type StoredToken = Omit<ApiToken, "state"> & {
  hash: string;
  /** The token that made this one; null for a person. */
  parent_id: string | null;
};

/** Every token that was ever made, read consistently. */
export async function listTokens(): Promise<StoredToken[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text("tokens") },
    ConsistentRead: true,
  });
  return (await orWithoutTable(query, [])).map(toToken);
}

/** Read consistently: what is revoked on one copy is refused by all of them at once. */
export async function findToken(id: string): Promise<StoredToken | null> {
  const command = new GetItemCommand({ TableName: table(), Key: keyOf(id), ConsistentRead: true });
  const { Item } = await orWithoutTable(dynamodb().send(command), { Item: undefined });
  return Item ? toToken(Item) : null;
}

/** The token, and beside it its name: two that work at the same time never share one. */
export function createToken(token: StoredToken): WriteItem[] {
  const { id, hash, name, parent_id } = token;
  const item = {
    ...keyOf(id),
    ...toAttributes(token),
    hash: text(hash),
    ...(parent_id !== null && { parent_id: text(parent_id) }),
  };
  const guard = {
    ...nameKey(name),
    token_id: text(id),
    ends_at: text(token.expires_at),
  };
  const nameIsFree = {
    ConditionExpression: "attribute_not_exists(pk) OR ends_at <= :now",
    ExpressionAttributeValues: { ":now": text(token.created_at) },
  };
  return [putItem(table(), guard, nameIsFree, nameTaken(name)), putItem(table(), item, {}, gone)];
}

/** @throws AppError `conflict`, through the transaction, when it is revoked already */
export function revokeToken(token: StoredToken, by: string, at: string): WriteItem {
  const change = {
    UpdateExpression: "SET revoked_at = :at, revoked_by = :by",
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(revoked_at)",
    ExpressionAttributeValues: { ":at": text(at), ":by": text(by) },
  };
  const refuse = () =>
    new AppError("conflict", `The token "${token.name}" has been revoked already.`);
  return updateItem(table(), keyOf(token.id), change, refuse);
}

/** Lets another token have the name. */
export function freeName({ id, name }: StoredToken): WriteItem {
  const stillOurs = {
    ConditionExpression: "attribute_not_exists(pk) OR token_id = :id",
    ExpressionAttributeValues: { ":id": text(id) },
  };
  return deleteItem(table(), nameKey(name), stillOurs, gone);
}

/** Notes a use, unless the token went meanwhile. */
export async function noteUse(id: string, at: string): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: keyOf(id),
    UpdateExpression: "SET last_used_at = :at",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":at": text(at) },
  });
  await dynamodb().send(command);
}

/** A token as events keep it: never its hash. */
export function toAttributes(token: Omit<StoredToken, "hash">): RawItem {
  return {
    name: text(token.name),
    role: text(token.role),
    created_by: text(token.created_by),
    created_at: text(token.created_at),
    expires_at: text(token.expires_at),
  };
}

function toToken(item: RawItem): StoredToken {
  return {
    id: item.sk?.S ?? "",
    hash: item.hash?.S ?? "",
    name: item.name?.S ?? "",
    // A row that says anything else gives the lesser right.
    role: item.role?.S === "admin" ? "admin" : "viewer",
    created_by: item.created_by?.S ?? "",
    created_at: item.created_at?.S ?? "",
    // Without an end it has ended.
    expires_at: item.expires_at?.S ?? "",
    last_used_at: item.last_used_at?.S ?? null,
    revoked_at: item.revoked_at?.S ?? null,
    revoked_by: item.revoked_by?.S ?? null,
    parent_id: item.parent_id?.S ?? null,
  };
}

function nameTaken(name: string) {
  const message = `Another token that still works is called "${name}". Choose another name, or revoke it first.`;
  return () => new AppError("conflict", message, { errors: [{ path: "name", message }] });
}

const gone = () => new AppError("conflict", "The token was changed meanwhile. Try again.");
