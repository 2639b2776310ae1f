"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { pluralize } from "@/lib/format";
import { api } from "@/lib/paths";
import type { ProviderRecord } from "@/lib/providers/schema";
import { changeKey } from "./key-cache";
import { usePutBack } from "./use-put-back";

type Props = { provider: ProviderRecord; onClose: () => void };

/** Asks, with what it means for whom, then takes the key out of the secret. */
export function RemoveKey({ provider, onClose }: Props) {
  const client = useQueryClient();
  const putBack = usePutBack();
  const { id, name, secret_key_name, agents } = provider;

  async function remove() {
    const { can_roll_back } = await changeKey(client, id, api.providerKey(id), {
      method: "DELETE",
    });
    showToast({
      tone: "good",
      title: `The key of ${name} was removed`,
      ...(can_roll_back && {
        action: { label: "Undo", onClick: () => void putBack(provider, "rollback") },
      }),
    });
  }

  return (
    <ConfirmDialog
      title={`Remove the key of ${name}?`}
      confirmLabel="Remove key"
      danger
      onConfirm={remove}
      onClose={onClose}
    >
      <p>
        <span className="font-mono text-sm">{secret_key_name}</span> goes out of the secret; other
        keys stay. {consequence(agents, name)}
      </p>
      <p className="mt-2">The removed key is kept as the previous one and can be rolled back to.</p>
    </ConfirmDialog>
  );
}

function consequence(agents: number, name: string): string {
  if (agents === 0) return `No agent uses ${name}; test completions with it will fail.`;
  const who = pluralize(agents, "agent uses", "agents use");
  const runs = agents === 1 ? "its runs" : "their runs";
  return `${who} ${name}: ${runs} will fail as soon as the callers' cache of 5 minutes ends.`;
}
