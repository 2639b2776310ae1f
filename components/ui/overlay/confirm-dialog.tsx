"use client";

import * as AlertDialog from "radix-ui/alert-dialog";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/form/button";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { useReturnFocus } from "./use-return-focus";

export type ConfirmDialogProps = {
  /** The question, with the entity's name. */
  title: ReactNode;
  /** The consequences, for whom, and whether they can be undone. */
  children: ReactNode;
  /** The verb, such as "Retire model"; never "OK". */
  confirmLabel: string;
  cancelLabel?: string;
  danger?: boolean;
  /** If set, disables the button and is shown as the reason. */
  blockedBy?: string;
  /** The dialog waits for the promise, closes on success and shows a refusal. */
  onConfirm: () => Promise<unknown> | undefined;
  onClose: () => void;
};

/** Asks for confirmation before an action that is hard to undo. Mounted while it is open. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false);
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && !busy && props.onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 animate-appear bg-veil" />
        <ConfirmPanel {...props} busy={busy} onBusyChange={setBusy} />
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

type PanelProps = ConfirmDialogProps & { busy: boolean; onBusyChange: (busy: boolean) => void };

function ConfirmPanel({ busy, onBusyChange, ...props }: PanelProps) {
  const returnFocus = useReturnFocus();
  const [refusal, setRefusal] = useState<string | null>(null);

  async function confirm() {
    onBusyChange(true);
    setRefusal(null);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (error) {
      setRefusal(describeError(error).detail);
    } finally {
      onBusyChange(false);
    }
  }

  return (
    <AlertDialog.Content
      onCloseAutoFocus={returnFocus}
      className="fixed top-[16dvh] left-1/2 z-40 max-h-[80dvh] w-[calc(100%-24px)] max-w-115 -translate-x-1/2 animate-appear overflow-y-auto rounded-lg border border-line bg-panel px-5 py-4 shadow-float outline-none"
    >
      <AlertDialog.Title className="text-lg font-semibold wrap-anywhere">
        {props.title}
      </AlertDialog.Title>
      <AlertDialog.Description asChild>
        <div className="mt-1 text-ink-2">{props.children}</div>
      </AlertDialog.Description>
      {refusal && (
        <Note tone="bad" live className="mt-3">
          {refusal}
        </Note>
      )}
      <div className="mt-4 flex flex-wrap items-center justify-end gap-2">
        {props.blockedBy && <p className="mr-auto text-sm text-ink-3">{props.blockedBy}</p>}
        <AlertDialog.Cancel asChild disabled={busy}>
          <Button>{props.cancelLabel ?? "Cancel"}</Button>
        </AlertDialog.Cancel>
        <Button
          variant={props.danger ? "danger" : "primary"}
          busy={busy}
          disabled={props.blockedBy !== undefined}
          onClick={confirm}
        >
          {props.confirmLabel}
        </Button>
      </div>
    </AlertDialog.Content>
  );
}
