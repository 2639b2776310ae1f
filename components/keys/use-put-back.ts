"use client";

import { useQueryClient } from "@tanstack/react-query";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { apiFetch } from "@/lib/api/client";
import type { ProviderRecord } from "@/lib/keys/schema";
import { changeKey } from "./key-cache";

/** `rollback`: the value before the present one. `repair`: what was saved here and overwritten. */
type From = "rollback" | "repair";

/** Puts an earlier key back by the server, which kept it: the browser never had it. */
export function usePutBack() {
  const client = useQueryClient();
  return async function putBack({ id, name }: ProviderRecord, from: From): Promise<void> {
    const endpoint = from === "rollback" ? "rollbackKey" : "repairKey";
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
