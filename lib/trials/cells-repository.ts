import "server-only";
import { stringAttribute } from "@/lib/aws/attributes";
import { managementTable as table } from "@/lib/aws/management-table";
import { putItem, transact } from "@/lib/aws/transact";
import { stillHeldBy, TrialLost } from "./lease-repository";
import { deleteTexts, findHead } from "./repository";
import { type CellTexts, cellName, type TrialHead, toCellItem, toTextItem } from "./row";
import type { StoredCell } from "./rules/stored-cell";

/** The condition that the cell has no call in progress other than this sender's. */
const sentBy = (sender: string | null) =>
  sender === null
    ? { ConditionExpression: "attribute_not_exists(sender)" }
    : {
        ConditionExpression: "sender = :sender",
        ExpressionAttributeValues: { ":sender": stringAttribute(sender) },
      };

/**
 * Records that a call is about to be sent, unless an answer was recorded since the cell was read.
 * @param max the maximum cost of the call, in USD
 * @throws TrialLost
 */
export async function recordSending(
  head: TrialHead,
  owner: string,
  cell: StoredCell,
  max: number,
): Promise<void> {
  const sending = { ...cell, sent_usd: max, sender: owner };
  await transact([
    stillHeldBy(head, owner),
    putItem(table(), toCellItem(head.id, sending), sentBy(cell.sender), () => new TrialLost()),
  ]);
}

/**
 * Records the result of a cell, even if the trial was stopped in the meantime, because its call is
 * paid for. Deletes its texts if the trial's texts were deleted in the meantime.
 * @returns the recorded cell, without a call in progress
 * @throws TrialLost if another runner has sent the cell again and counted this call as lost
 */
export async function recordCell(
  head: TrialHead,
  owner: string,
  cell: StoredCell,
  texts: CellTexts | null,
): Promise<StoredCell> {
  const lost = () => new TrialLost();
  const recorded = { ...cell, sent_usd: null, sender: null };
  await transact([
    putItem(table(), toCellItem(head.id, recorded), sentBy(owner), lost),
    ...(texts ? [putItem(table(), toTextItem(head, cellName(cell), texts), {}, lost)] : []),
  ]);
  // A deletion after this read also finds these texts.
  if (texts && (await findHead(head, head.id))?.texts_deleted_at) await deleteTexts(head.id);
  return recorded;
}
