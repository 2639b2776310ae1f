"use client";

import Ellipsis from "lucide-react/icons/ellipsis";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { Menu, type MenuItem } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { Status } from "@/components/ui/status";
import type { ProviderId, ProviderRecord } from "@/lib/providers/schema";
import { agentCount, keyState, kindWords } from "./key-words";
import { usePutBack } from "./use-put-back";

const RemoveKey = dynamic(() => import("./remove-key").then((file) => file.RemoveKey), {
  ssr: false,
});

export type KeyHistorySlot = (provider: ProviderRecord, close: () => void) => ReactNode;

type RowsProps = {
  providers: ProviderRecord[];
  selectedId?: ProviderId;
  /** Puts a provider into the form; absent for those who may only look. */
  onSelect?: (id: ProviderId) => void;
  history: KeyHistorySlot;
};

/** Every provider: the state of its key, its last four characters, its age, who depends on it. */
export function KeyRows({ providers, selectedId, onSelect, history }: RowsProps) {
  const [shownId, setShownId] = useState<ProviderId | null>(null);
  const shown = providers.find(({ id }) => id === shownId);
  const [removingId, setRemovingId] = useState<ProviderId | null>(null);
  const removing = providers.find(({ id }) => id === removingId);
  return (
    <>
      <ul aria-label="Keys by provider" className="mt-3">
        {providers.map((provider) => (
          <li
            key={provider.id}
            aria-current={provider.id === selectedId ? "true" : undefined}
            className="flex items-start gap-1 border-t border-line py-1.75 text-sm leading-4.5 last:pb-0"
          >
            <Facts provider={provider} />
            <RowMenu
              provider={provider}
              onSelect={onSelect}
              onHistory={() => setShownId(provider.id)}
              onRemove={() => setRemovingId(provider.id)}
            />
          </li>
        ))}
      </ul>
      {shown && history(shown, () => setShownId(null))}
      {removing && <RemoveKey provider={removing} onClose={() => setRemovingId(null)} />}
    </>
  );
}

function Facts({ provider }: { provider: ProviderRecord }) {
  const { name, key, agents } = provider;
  const state = keyState(provider, Date.now());
  const kind = kindWords(key);
  return (
    <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] gap-x-2 gap-y-0.5">
      <span className="font-medium">{name}</span>
      <Status tone={state.tone} className="justify-self-end">
        <span suppressHydrationWarning>
          {state.word}
          {state.until && (
            <>
              {" "}
              <RelativeTime at={state.until} style="short" />
            </>
          )}
        </span>
      </Status>
      <span className="truncate text-ink-3">
        {key.last_four && <span className="font-mono">…{key.last_four}</span>}
        {kind && `${key.last_four ? " · " : ""}${kind}`}
        {key.updated_at && (
          <>
            {(key.last_four || kind) && " · "}
            <RelativeTime at={key.updated_at} style="short" />
          </>
        )}
      </span>
      <span className="justify-self-end text-ink-3">{agentCount(agents)}</span>
    </div>
  );
}

type MenuProps = {
  provider: ProviderRecord;
  onSelect?: (id: ProviderId) => void;
  onHistory: () => void;
  onRemove: () => void;
};

function RowMenu({ provider, onSelect, onHistory, onRemove }: MenuProps) {
  const putBack = usePutBack();
  const { id, name, key } = provider;
  const history: MenuItem = { label: "History", onSelect: onHistory };
  const writing = (select: (id: ProviderId) => void): MenuItem[] => [
    {
      label: key.status === "missing" ? "Put in a key" : "Replace the key",
      onSelect: () => select(id),
    },
    ...(key.can_roll_back
      ? [
          {
            label: "Roll back to the previous key",
            onSelect: () => void putBack(provider, "rollback"),
          },
        ]
      : []),
    {
      label: "Remove the key",
      danger: true,
      onSelect: onRemove,
      ...(key.status === "missing" && { disabledReason: "None is stored" }),
    },
  ];
  return (
    <Menu
      label={`Key of ${name}`}
      icon={<Ellipsis className="size-4" />}
      size="sm"
      className="-mr-1.5"
      items={onSelect ? [history, { kind: "separator" }, ...writing(onSelect)] : [history]}
    />
  );
}
