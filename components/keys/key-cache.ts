import type { QueryClient } from "@tanstack/react-query";
import type { ProviderKey } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { providerQueries } from "./queries";

/**
 * Changes a key and shows its new state at once; the list is then read again, also after a failure.
 * Not a mutation of react-query, which would keep what it sent.
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
