import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { numberAttribute, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { withDeadline } from "@/lib/aws/deadline";
import { managementKey, managementTable as table } from "@/lib/aws/management-table";
import { tryWrite } from "@/lib/aws/tables";

const key = managementKey("lease#secret", "lease");

/** Longer than a write takes up to its last step. If the holder crashes, others wait this long. */
const leaseMs = 15_000;
const releaseMs = 2_000;

/** Only one copy of the console writes the secret at a time. Writers within one copy queue here. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs `work` while no other copy of the app writes the secret. If the lease expires, the swap is
 * still safe.
 * @param until ends the wait; work that has started ends with the signal of its own calls
 * @throws the signal's reason if it aborts before the work starts
 */
export function withSecretLease<T>(work: () => Promise<T>, until: AbortSignal): Promise<T> {
  const started = queue.then(() => until.throwIfAborted());
  const turn = started.then(() => withLease(work, until));
  queue = turn.catch(() => {});
  return Promise.race([turn, rejectWhileWaiting(started, until)]);
}

/** Rejects if the signal aborts before the work has started; never resolves. */
function rejectWhileWaiting(started: Promise<void>, until: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(until.reason);
    if (until.aborted) onAbort();
    until.addEventListener("abort", onAbort);
    started.then(
      () => until.removeEventListener("abort", onAbort),
      () => {},
    );
  });
}

async function withLease<T>(work: () => Promise<T>, until: AbortSignal): Promise<T> {
  const owner = randomUUID();
  while (!(await tryAcquire(owner))) {
    await delay(50 + Math.random() * 150, undefined, { signal: until });
  }
  try {
    return await work();
  } finally {
    await withDeadline(releaseMs, () => release(owner)).catch(() => {});
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
  return tryWrite(dynamodb().send(command));
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
