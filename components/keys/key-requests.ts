import type { QueryClient } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";
import type { KeyTestResponse, ProviderKey } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { providerQueries } from "./queries";

/** Tests the stored key of a provider. @throws ApiError, NetworkError */
export function testStoredKey(id: ProviderId, signal?: AbortSignal): Promise<KeyTestResponse> {
  return apiFetch("verifyKey", { params: { id }, body: {}, signal });
}

/**
 * Changes a key and shows its new state immediately. Then refetches the list, even after a failure.
 * Not a react-query mutation, which would cache the key.
 * @throws ApiError, NetworkError
 */
export async function changeKey<Key extends ProviderKey>(
  client: QueryClient,
  id: ProviderId,
  change: () => Promise<Key>,
): Promise<Key> {
  try {
    const key = await change();
    client.setQueryData(
      providerQueries.list().queryKey,
      (list) =>
        list && {
          ...list,
          providers: list.providers.map((entry) => (entry.id === id ? { ...entry, key } : entry)),
        },
    );
    return key;
  } finally {
    void client.invalidateQueries({ queryKey: providerQueries.all });
  }
}
