"use client";

import { useQueryClient } from "@tanstack/react-query";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { apiFetch } from "@/lib/api/client";
import type { KeyRollback, ProviderRecord } from "@/lib/keys/schema";
import { changeKey } from "./key-requests";

/** The value before the last change, or before this event; or the one that was overwritten. */
type Source = KeyRollback | "repair";

/** Restores an earlier key on the server; the browser never receives it. */
export function useRestoreKey() {
  const client = useQueryClient();
  return async function restoreKey({ id, name }: ProviderRecord, source: Source): Promise<void> {
    const params = { id };
    const restore = () =>
      source === "repair"
        ? apiFetch("repairKey", { params })
        : apiFetch("rollbackKey", { params, body: source });
    try {
      const { last_four } = await changeKey(client, id, restore);
      showToast({
        tone: "good",
        title: `${name} has its earlier key again${last_four ? `, …${last_four}` : ""}`,
        description: "Running agents have it within 5 minutes.",
      });
    } catch (error) {
      showToast({
        tone: "bad",
        title: `The key of ${name} was not put back`,
        description: describeError(error).detail,
      });
    }
  };
}
