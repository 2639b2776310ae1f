import { apiFetch } from "@/lib/api/client";
import type { KeyTestResponse } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";

/** Has the server try the key that it holds. @throws ApiError, NetworkError */
export function tryStored(id: ProviderId, signal?: AbortSignal): Promise<KeyTestResponse> {
  return apiFetch("verifyKey", { params: { id }, body: {}, signal });
}
