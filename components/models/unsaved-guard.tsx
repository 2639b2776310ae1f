"use client";

import dynamic from "next/dynamic";
import { useCallback, useState } from "react";

const ConfirmDialog = dynamic(
  () => import("@/components/ui/overlay/confirm-dialog").then((file) => file.ConfirmDialog),
  { ssr: false },
);

/**
 * Guards what is typed in a sheet: `leave(go)` goes at once, or asks first while something is not
 * saved. Render `question`.
 */
export function useUnsavedGuard() {
  const [unsaved, setUnsaved] = useState(false);
  const [wanted, setWanted] = useState<(() => void) | null>(null);
  const leave = useCallback((go: () => void) => (unsaved ? setWanted(() => go) : go()), [unsaved]);
  const question = wanted && (
    <ConfirmDialog
      title="Leave without saving?"
      confirmLabel="Discard what I typed"
      cancelLabel="Keep editing"
      danger
      onConfirm={async () => {
        setUnsaved(false);
        wanted();
      }}
      onClose={() => setWanted(null)}
    >
      What you typed for this model is not saved.
    </ConfirmDialog>
  );
  return { leave, setUnsaved, question };
}
