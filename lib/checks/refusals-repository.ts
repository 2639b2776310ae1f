import "server-only";
import { dynamodb } from "@/lib/aws/clients";
import { explainAwsFailure } from "@/lib/aws/failures";
import { listNotedRows } from "@/lib/aws/management-table";
import { deleteRefusal, refusalRow, refusalsPartition } from "@/lib/aws/refusal-rows";
import { addRefusals } from "@/lib/aws/refusals";

/** Takes over the denials that other copies recorded, before this one repeats them. */
export async function readRefusals(): Promise<void> {
  try {
    const rows = await listNotedRows(refusalsPartition);
    const outdated = addRefusals(rows.map(refusalRow.decode));
    await Promise.all(outdated.map((refusal) => dynamodb().send(deleteRefusal(refusal))));
  } catch (error) {
    // Without them this copy meets the denials itself.
    if (!explainAwsFailure(error)) throw error;
  }
}
