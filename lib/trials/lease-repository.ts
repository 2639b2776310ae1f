import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { numberAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { managementTable as table } from "@/lib/aws/management-table";
import { tryWrite } from "@/lib/aws/tables";
import { conditionCheck, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { headKey, type TrialHead } from "./row";

/**
 * How long a copy of the console may be silent before another copy takes over its trial, in
 * milliseconds.
 */
export const leaseMs = 15_000;

/**
 * Makes `owner` the only runner of this trial, or extends its lease.
 * @returns false if another runner has the lease, or the trial isn't running
 */
export async function holdTrial(head: TrialHead, owner: string): Promise<boolean> {
  const now = Date.now();
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: headKey(head, head.id),
    UpdateExpression: "SET lease_owner = :owner, lease_ends = :ends",
    ConditionExpression:
      "#status = :running AND (attribute_not_exists(lease_owner) OR lease_owner = :owner OR lease_ends < :now)",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":owner": stringAttribute(owner),
      ":ends": numberAttribute(now + leaseMs),
      ":now": numberAttribute(now),
      ":running": stringAttribute("running"),
    },
  });
  return tryWrite(dynamodb().send(command));
}

/** Extends the lease of a stopped trial while its last calls are recorded. */
export async function keepLease(head: TrialHead, owner: string): Promise<void> {
  await changeLease(head, owner, "SET lease_ends = :ends", {
    ":ends": numberAttribute(Date.now() + leaseMs),
  });
}

/** Releases the lease, so that another runner doesn't have to wait until it expires. */
export async function releaseTrial(head: TrialHead, owner: string): Promise<void> {
  await changeLease(head, owner, "REMOVE lease_owner, lease_ends");
}

/** Does nothing if another runner has the lease. */
async function changeLease(
  head: TrialHead,
  owner: string,
  UpdateExpression: string,
  values: RawItem = {},
): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: headKey(head, head.id),
    UpdateExpression,
    ConditionExpression: "lease_owner = :owner",
    ExpressionAttributeValues: { ":owner": stringAttribute(owner), ...values },
  });
  await tryWrite(dynamodb().send(command));
}

/** The trial was stopped, resumed with another limit, or has another runner. */
export class TrialLost extends AppError {
  constructor() {
    super("conflict", "The trial was stopped, or another copy of the console goes on with it.");
  }
}

/** The condition that the trial is running under its present limit, and `owner` has the lease. */
export const stillHeldBy = (head: TrialHead, owner: string): WriteItem =>
  conditionCheck(
    table(),
    headKey(head, head.id),
    {
      ConditionExpression: "#status = :running AND lease_owner = :owner AND limit_usd = :limit",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: {
        ":running": stringAttribute("running"),
        ":owner": stringAttribute(owner),
        ":limit": numberAttribute(head.limit_usd),
      },
    },
    () => new TrialLost(),
  );
