"use client";

import Ellipsis from "lucide-react/icons/ellipsis";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { Menu, type MenuItem } from "@/components/ui/overlay/menu";
import type { ProviderId, ProviderRecord } from "@/lib/providers/schema";
import { KeyFacts } from "./key-facts";
import { usePutBack } from "./use-put-back";
import { useTrials } from "./use-trials";
import { VerifyAll } from "./verify-all";

const RemoveKey = dynamic(() => import("./remove-key").then((file) => file.RemoveKey), {
  ssr: false,
});

export type KeyHistorySlot = (provider: ProviderRecord, close: () => void) => ReactNode;

type RowsProps = {
  providers: ProviderRecord[];
  selectedId?: ProviderId;
  /** Where agents call Bedrock. */
  bedrockRegion: string;
  /** Puts a provider into the form; absent for those who may only look. */
  onSelect?: (id: ProviderId) => void;
  history: KeyHistorySlot;
};

/** Every provider: the state of its key, its last four characters, its age, who depends on it. */
export function KeyRows({ providers, selectedId, bedrockRegion, onSelect, history }: RowsProps) {
  const trials = useTrials();
  const [shownId, setShownId] = useState<ProviderId | null>(null);
  const shown = providers.find(({ id }) => id === shownId);
  const [removingId, setRemovingId] = useState<ProviderId | null>(null);
  const removing = providers.find(({ id }) => id === removingId);
  return (
    <>
      {onSelect && <VerifyAll providers={providers} trials={trials} />}
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
              trial={trials.of(provider)}
            />
            <RowMenu
              provider={provider}
              onSelect={onSelect}
              onVerify={() => trials.run([provider])}
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

type MenuProps = {
  provider: ProviderRecord;
  onSelect?: (id: ProviderId) => void;
  onVerify: () => void;
  onHistory: () => void;
  onRemove: () => void;
};

function RowMenu({ provider, onSelect, onVerify, onHistory, onRemove }: MenuProps) {
  const putBack = usePutBack();
  const { id, name, key } = provider;
  const history: MenuItem = { label: "History", onSelect: onHistory };
  const noKey = key.status === "missing" && { disabledReason: "None is stored" };
  const writing = (select: (id: ProviderId) => void): MenuItem[] => [
    { label: "Verify the key", onSelect: onVerify, ...noKey },
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
      ...noKey,
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
