import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { rollbackKey } from "@/lib/keys/rollback-service";

export const POST = route("rollbackKey", async ({ actor, params, body }) =>
  json(await rollbackKey(actor, params.id, body)),
);
