"use client";

import { useQueryClient } from "@tanstack/react-query";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { apiFetch } from "@/lib/api/client";
import type { ProviderRecord } from "@/lib/keys/schema";
import { changeKey } from "./key-requests";

/** `rollback`: the previous value. `repair`: the value saved here that was overwritten. */
type Source = "rollback" | "repair";

/** Restores an earlier key on the server; the browser never receives it. */
export function useRestoreKey() {
  const client = useQueryClient();
  return async function restoreKey({ id, name }: ProviderRecord, source: Source): Promise<void> {
    const endpoint = source === "rollback" ? "rollbackKey" : "repairKey";
    try {
      const { last_four } = await changeKey(client, id, () =>
        apiFetch(endpoint, { params: { id } }),
      );
      showToast({
        tone: "good",
        title: `${name} has its earlier key again${last_four ? `, …${last_four}` : ""}`,
        description: "Running agents have it within 5 minutes.",
      });
    } catch (error) {
      showToast({
        tone: "bad",
        title: `The key of ${name} was not put back`,
        description: errorInWords(error).detail,
      });
    }
  };
}
