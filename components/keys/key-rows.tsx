"use client";

import { useQueryClient } from "@tanstack/react-query";
import Ellipsis from "lucide-react/icons/ellipsis";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/form/button";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { Menu } from "@/components/ui/overlay/menu";
import type { MenuItem } from "@/components/ui/overlay/menu-content";
import { showToast } from "@/components/ui/overlay/toast";
import { apiFetch } from "@/lib/api/client";
import { pluralize } from "@/lib/format";
import type { ProviderRecord } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { KeyFacts } from "./key-facts";
import { changeKey } from "./key-requests";
import { type KeyTests, useKeyTests } from "./use-key-tests";
import { useRestoreKey } from "./use-restore-key";

export type KeyHistorySlot = (provider: ProviderRecord, close: () => void) => ReactNode;

type RowsProps = {
  providers: ProviderRecord[];
  selectedId?: ProviderId;
  /** The region in which agents call Bedrock. */
  bedrockRegion: string;
  /** Selects a provider in the form; undefined for viewers. */
  onSelect?: (id: ProviderId) => void;
  history: KeyHistorySlot;
};

/** The key of every provider, each with a menu. */
export function KeyRows({ providers, selectedId, bedrockRegion, onSelect, history }: RowsProps) {
  const keyTests = useKeyTests();
  const [openId, setOpenId] = useState<ProviderId | null>(null);
  const opened = providers.find(({ id }) => id === openId);
  const [removingId, setRemovingId] = useState<ProviderId | null>(null);
  const removing = providers.find(({ id }) => id === removingId);
  return (
    <>
      {onSelect && <VerifyAll providers={providers} keyTests={keyTests} />}
      <ul aria-label="Keys by provider" className={onSelect ? "mt-2" : "mt-3"}>
        {providers.map((provider) => (
          <li
            key={provider.id}
            aria-current={provider.id === selectedId ? "true" : undefined}
            className="flex items-start gap-1 border-t border-line py-1.75 text-sm leading-4.5 last:pb-0"
          >
            <KeyFacts
              provider={provider}
              bedrockRegion={bedrockRegion}
              keyTest={keyTests.of(provider)}
            />
            <RowMenu
              provider={provider}
              onSelect={onSelect}
              onVerify={() => keyTests.run([provider])}
              onHistory={() => setOpenId(provider.id)}
              onRemove={() => setRemovingId(provider.id)}
            />
          </li>
        ))}
      </ul>
      {opened && history(opened, () => setOpenId(null))}
      {removing && <RemoveKey provider={removing} onClose={() => setRemovingId(null)} />}
    </>
  );
}

type MenuProps = {
  provider: ProviderRecord;
  onSelect?: (id: ProviderId) => void;
  onVerify: () => void;
  onHistory: () => void;
  onRemove: () => void;
};

function RowMenu({ provider, onSelect, onVerify, onHistory, onRemove }: MenuProps) {
  const restoreKey = useRestoreKey();
  const { id, name, key } = provider;
  const history: MenuItem = { label: "History", onSelect: onHistory };
  const noKey = key.status === "missing" && { disabledReason: "None is stored" };
  const adminItems = (select: (id: ProviderId) => void): MenuItem[] => [
    { label: "Verify the key", onSelect: onVerify, ...noKey },
    {
      label: key.status === "missing" ? "Put in a key" : "Replace the key",
      onSelect: () => select(id),
    },
    ...(key.can_roll_back
      ? [
          {
            label: "Roll back to the previous key",
            onSelect: () => void restoreKey(provider, {}),
          },
        ]
      : []),
    {
      label: "Remove the key",
      danger: true,
      onSelect: onRemove,
      ...noKey,
    },
  ];
  return (
    <Menu
      label={`Key of ${name}`}
      icon={<Ellipsis className="size-4" />}
      size="sm"
      className="-mr-1.5"
      items={onSelect ? [history, { kind: "separator" }, ...adminItems(onSelect)] : [history]}
    />
  );
}

type Props = { providers: readonly ProviderRecord[]; keyTests: KeyTests };

/** Tests every stored key, with progress and a stop button. */
function VerifyAll({ providers, keyTests }: Props) {
  const stored = providers.filter(({ key }) => key.status !== "missing");
  const outcomes = stored.flatMap((provider) => keyTests.of(provider) ?? []);
  const ended = outcomes.filter((keyTest) => keyTest.at !== "running");
  const isRunning = ended.length < outcomes.length;
  const working = ended.filter(
    (keyTest) => keyTest.at === "done" && keyTest.result.outcome === "verified",
  );
  return (
    <div className="mt-4 flex min-h-6 items-center justify-between gap-2 border-t border-line pt-3">
      <p aria-live="polite" className="text-sm text-ink-2">
        {isRunning
          ? `${ended.length} of ${outcomes.length} tried`
          : outcomes.length > 0
            ? `${working.length} of ${outcomes.length} tried ${working.length === 1 ? "works" : "work"}`
            : "Stored keys"}
      </p>
      {isRunning ? (
        <Button size="sm" onClick={keyTests.stop}>
          Stop
        </Button>
      ) : (
        <Button size="sm" disabled={stored.length === 0} onClick={() => void keyTests.run(stored)}>
          Verify all
        </Button>
      )}
    </div>
  );
}

type RemoveKeyProps = { provider: ProviderRecord; onClose: () => void };

/** Names the agents that will fail and asks for confirmation, then removes the key from the secret. */
function RemoveKey({ provider, onClose }: RemoveKeyProps) {
  const client = useQueryClient();
  const restoreKey = useRestoreKey();
  const { id, name, secret_key_name, agents } = provider;

  async function remove() {
    const { can_roll_back, event_id } = await changeKey(client, id, () =>
      apiFetch("removeKey", { params: { id } }),
    );
    showToast({
      tone: "good",
      title: `The key of ${name} was removed`,
      ...(can_roll_back && {
        action: { label: "Undo", onClick: () => void restoreKey(provider, { event_id }) },
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
