import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { numberAttribute, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { managementKey, managementTable as table } from "@/lib/aws/management-table";
import { isConditionFailed } from "@/lib/aws/tables";
import { AppError } from "@/lib/errors";

const key = managementKey("lease#secret", "lease");

/** Longer than any write takes; a crashed holder blocks others for this long. */
const leaseMs = 15_000;
const timeoutMs = 60_000;

/** Copies of the app take turns at writing the secret. Writers in one copy queue here. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs `work` while no other copy of the app writes the secret. If the lease expires, the swap is
 * still safe.
 * @throws AppError `conflict` when the lease isn't free within a minute
 */
export function withSecretLease<T>(work: () => Promise<T>): Promise<T> {
  const turn = queue.then(() => withLease(work));
  queue = turn.catch(() => {});
  return turn;
}

async function withLease<T>(work: () => Promise<T>): Promise<T> {
  const owner = randomUUID();
  await acquire(owner);
  try {
    return await work();
  } finally {
    await release(owner).catch(() => {});
  }
}

async function acquire(owner: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await tryAcquire(owner))) {
    if (Date.now() > deadline) {
      const message =
        "Another copy of the console is writing the secret. Nothing was saved; try again.";
      throw new AppError("conflict", message);
    }
    await delay(50 + Math.random() * 150);
  }
}

async function tryAcquire(owner: string): Promise<boolean> {
  const now = Date.now();
  const command = new PutItemCommand({
    TableName: table(),
    Item: { ...key, owner: stringAttribute(owner), ends_at: numberAttribute(now + leaseMs) },
    ConditionExpression: "attribute_not_exists(pk) OR ends_at < :now OR #owner = :owner",
    ExpressionAttributeNames: { "#owner": "owner" },
    ExpressionAttributeValues: { ":now": numberAttribute(now), ":owner": stringAttribute(owner) },
  });
  return dynamodb()
    .send(command)
    .then(() => true, falseIfConditionFailed);
}

async function release(owner: string): Promise<void> {
  const command = new DeleteItemCommand({
    TableName: table(),
    Key: key,
    ConditionExpression: "#owner = :owner",
    ExpressionAttributeNames: { "#owner": "owner" },
    ExpressionAttributeValues: { ":owner": stringAttribute(owner) },
  });
  await dynamodb().send(command);
}

function falseIfConditionFailed(error: unknown): false {
  if (isConditionFailed(error)) return false;
  throw error;
}
