"use client";

import { useQuery } from "@tanstack/react-query";
import { Dialog } from "@/components/ui/overlay/dialog";
import { OperationProgress } from "./operation-progress";
import { operationQueries } from "./queries";

export type OperationDialogProps = { id: string; canWrite: boolean; onClose: () => void };

/** An operation, opened by a link. */
export function OperationDialog({ id, canWrite, onClose }: OperationDialogProps) {
  const { data } = useQuery({ ...operationQueries.record(id), enabled: false });
  return (
    <Dialog title={data?.title ?? "Operation"} onClose={onClose}>
      <div className="pb-3">
        <OperationProgress id={id} canWrite={canWrite} />
      </div>
    </Dialog>
  );
}
