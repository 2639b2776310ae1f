import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { repairKey } from "@/lib/keys/rollback-service";

export const POST = route("repairKey", async ({ actor, params, request }) =>
  json(await repairKey(actor, params.id, { signal: request.signal })),
);
