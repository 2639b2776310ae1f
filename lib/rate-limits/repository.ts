import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { numberAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { managementKey, managementTable as table } from "@/lib/aws/management-table";

/** Timeout in milliseconds, so that a slow counter doesn't delay the request. */
const timeoutMs = 2_000;
/** How long a counter is kept after its window, in seconds. */
const retentionSeconds = 3_600;

type Window = { kind: string; subject: string; windowStart: number };

const keyOf = ({ kind, subject, windowStart }: Window) =>
  managementKey(`rate#${kind}#${subject}`, `window#${new Date(windowStart).toISOString()}`);

/**
 * Increments a window's counter atomically and returns it.
 * The table's time to live removes old counters by `delete_after` (seconds since 1970).
 * @throws DynamoDB's error, or a TimeoutError
 */
export async function incrementCounter(window: Window): Promise<number> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: keyOf(window),
    UpdateExpression: "ADD hits :one SET delete_after = :then",
    ExpressionAttributeValues: {
      ":one": numberAttribute(1),
      ":then": numberAttribute(Math.floor(window.windowStart / 1000) + retentionSeconds),
    },
    ReturnValues: "UPDATED_NEW",
  });
  const options = { abortSignal: AbortSignal.timeout(timeoutMs) };
  const { Attributes } = await dynamodb().send(command, options);
  return Number(Attributes?.hits?.N ?? 0);
}
