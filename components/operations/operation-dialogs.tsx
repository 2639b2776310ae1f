"use client";

import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/text/note";
import { OperationProgress } from "./operation-progress";
import { operationQueries } from "./queries";

export type OperationProgressDialogProps = {
  title: string;
  description?: string;
  operationId: string;
  /** True while the request is in flight, so that the dialog stays open. */
  isWriting: boolean;
  /** True if the request failed without an outcome. */
  isAnswerLost: boolean;
  onClose: () => void;
};

/** The last step of a bulk dialog: progress, stop, resume and undo. */
export function OperationProgressDialog(props: OperationProgressDialogProps) {
  const { title, description, operationId, isWriting, isAnswerLost, onClose } = props;
  return (
    <Dialog
      title={title}
      description={description}
      size="lg"
      locked={isWriting}
      onClose={onClose}
      footer={
        <Button variant="primary" disabled={isWriting} onClick={onClose}>
          Close
        </Button>
      }
    >
      {isAnswerLost && (
        <Note tone="warn" title="The answer was lost." live className="mb-3">
          What was written is shown below; resume it if it stands still.
        </Note>
      )}
      <OperationProgress id={operationId} isStarting={isWriting} canWrite />
    </Dialog>
  );
}

type OperationDialogProps = { id: string; canWrite: boolean; onClose: () => void };

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
