"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { describeError } from "@/components/ui/text/describe-error";
import type { KeyTestResponse, ProviderRecord } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { keyIdentity } from "./key-labels";
import { testStoredKey } from "./key-requests";
import { providerQueries } from "./queries";

/** The progress of testing a stored key. */
export type KeyTest =
  | { at: "running" }
  | { at: "done"; result: KeyTestResponse }
  /** The console itself failed. */
  | { at: "failed"; message: string };

type Entry = { keyTest: KeyTest; identity: string };

/** Tests stored keys in parallel and keeps each result until the key changes. */
export function useKeyTests() {
  const client = useQueryClient();
  const [entries, setEntries] = useState<ReadonlyMap<ProviderId, Entry>>(new Map());
  const running = useRef<AbortController | null>(null);

  function put(provider: ProviderRecord, keyTest: KeyTest | null) {
    setEntries((before) => {
      const after = new Map(before);
      if (keyTest) after.set(provider.id, { keyTest, identity: keyIdentity(provider.key) });
      else after.delete(provider.id);
      return after;
    });
  }

  async function runOne(provider: ProviderRecord, signal: AbortSignal) {
    put(provider, { at: "running" });
    try {
      put(provider, { at: "done", result: await testStoredKey(provider.id, signal) });
      await client.invalidateQueries({ queryKey: providerQueries.all });
    } catch (error) {
      put(provider, signal.aborted ? null : { at: "failed", message: describeError(error).detail });
    }
  }

  async function run(providers: readonly ProviderRecord[]) {
    running.current = new AbortController();
    const { signal } = running.current;
    await Promise.all(providers.map((provider) => runOne(provider, signal)));
  }

  return {
    run,
    stop: () => running.current?.abort(),
    /** The test of the provider's current key; null if it wasn't tested here. */
    of: (provider: ProviderRecord): KeyTest | null => {
      const entry = entries.get(provider.id);
      return entry?.identity === keyIdentity(provider.key) ? entry.keyTest : null;
    },
  };
}

export type KeyTests = ReturnType<typeof useKeyTests>;
