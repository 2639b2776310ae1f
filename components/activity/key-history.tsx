"use client";

import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import type { ProviderRecord } from "@/lib/keys/schema";
import { HistoryList } from "./history-list";
import { useKeyRollback } from "./use-rollback";

export type KeyHistoryProps = { provider: ProviderRecord; canWrite: boolean; onClose: () => void };

/** The history of a provider's key: last four characters and dates, never a value. */
export function KeyHistory({ provider: { id, name, key }, canWrite, onClose }: KeyHistoryProps) {
  const rollback = useKeyRollback(id);
  const putBack = () =>
    rollback.mutate(undefined, {
      onSuccess: () =>
        showToast({
          tone: "good",
          title: `${name} has its previous key again`,
          description: "Running agents have it within 5 minutes.",
        }),
    });
  return (
    <Dialog
      title={`History of the key of ${name}`}
      locked={rollback.isPending}
      onClose={onClose}
      footer={
        canWrite &&
        key.can_roll_back && (
          <Button busy={rollback.isPending} onClick={putBack}>
            Roll back to the previous key
          </Button>
        )
      }
    >
      {rollback.error && (
        <Note tone="bad" title="Not rolled back." live className="mb-3">
          {describeError(rollback.error).detail}
        </Note>
      )}
      <div className="pt-2.5 pb-2">
        <HistoryList entity={{ kind: "key", id }} canWrite={canWrite} revision={key.updated_at} />
      </div>
    </Dialog>
  );
}
