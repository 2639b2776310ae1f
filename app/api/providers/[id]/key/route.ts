import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { removeKey, updateKey } from "@/lib/keys/change-service";

export const PUT = route("saveKey", async ({ actor, params, body }) =>
  json(await updateKey(actor, params.id, body)),
);

export const DELETE = route("removeKey", async ({ actor, params }) =>
  json(await removeKey(actor, params.id)),
);
