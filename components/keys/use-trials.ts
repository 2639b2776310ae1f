"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { errorInWords } from "@/components/ui/text/error-words";
import type { KeyTestResponse, ProviderRecord } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { providerQueries } from "./queries";
import { tryStored } from "./try-stored";

/** How trying a stored key goes. */
export type Trial =
  | { at: "trying" }
  | { at: "told"; verdict: KeyTestResponse }
  /** The console itself could not ask. */
  | { at: "failed"; words: string };

type Entry = { trial: Trial; keyOf: string };

/** One value of a key: what was said of a former one is not shown of the next. */
const identityOf = ({ key }: ProviderRecord) => `${key.updated_at}#${key.last_four}`;

/** Tries stored keys, all at once, and keeps what came of each until its key changes. */
export function useTrials() {
  const client = useQueryClient();
  const [entries, setEntries] = useState<ReadonlyMap<ProviderId, Entry>>(new Map());
  const running = useRef<AbortController | null>(null);

  function put(provider: ProviderRecord, trial: Trial | null) {
    setEntries((before) => {
      const after = new Map(before);
      if (trial) after.set(provider.id, { trial, keyOf: identityOf(provider) });
      else after.delete(provider.id);
      return after;
    });
  }

  async function tryOne(provider: ProviderRecord, signal: AbortSignal) {
    put(provider, { at: "trying" });
    try {
      put(provider, { at: "told", verdict: await tryStored(provider.id, signal) });
      await client.invalidateQueries({ queryKey: providerQueries.all });
    } catch (error) {
      put(provider, signal.aborted ? null : { at: "failed", words: errorInWords(error).detail });
    }
  }

  async function run(providers: readonly ProviderRecord[]) {
    running.current = new AbortController();
    const { signal } = running.current;
    await Promise.all(providers.map((provider) => tryOne(provider, signal)));
  }

  return {
    run,
    stop: () => running.current?.abort(),
    /** What came of the key that the provider has now; null when it was not tried here. */
    of: (provider: ProviderRecord): Trial | null => {
      const entry = entries.get(provider.id);
      return entry?.keyOf === identityOf(provider) ? entry.trial : null;
    },
  };
}

export type Trials = ReturnType<typeof useTrials>;
