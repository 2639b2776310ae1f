import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { rollbackKey } from "@/lib/keys/rollback-service";

export const POST = route("rollbackKey", async ({ actor, params, body, request }) =>
  json(await rollbackKey(actor, params.id, body, { signal: request.signal })),
);
