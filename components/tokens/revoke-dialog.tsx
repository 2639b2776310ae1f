"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { apiFetch } from "@/lib/api/client";
import type { ApiToken } from "@/lib/tokens/schema";
import { tokenQueries } from "./queries";

/** Revokes a token after a confirmation. */
export function RevokeDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const client = useQueryClient();

  async function revoke() {
    await apiFetch("revokeToken", { params: { id: token.id } });
    await client.invalidateQueries({ queryKey: tokenQueries.all });
    showToast({ tone: "good", title: `The token ${token.name} was revoked` });
  }

  return (
    <ConfirmDialog
      title={`Revoke the token ${token.name}?`}
      confirmLabel="Revoke token"
      danger
      onConfirm={revoke}
      onClose={onClose}
    >
      <p>
        Its next request is refused, on every copy of this console. This cannot be undone: a script
        that still needs access gets a new token.
      </p>
    </ConfirmDialog>
  );
}
