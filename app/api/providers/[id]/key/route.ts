import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { removeKey, updateKey } from "@/lib/keys/change-service";

export const PUT = route("saveKey", async ({ actor, params, body, request }) =>
  json(await updateKey(actor, params.id, body, { signal: request.signal })),
);

export const DELETE = route("removeKey", async ({ actor, params, request }) =>
  json(await removeKey(actor, params.id, { signal: request.signal })),
);
