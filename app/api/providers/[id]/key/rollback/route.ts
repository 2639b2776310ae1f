import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { rollbackKey } from "@/lib/keys/change-service";

export const POST = route("rollbackKey", async ({ actor, params }) =>
  json(await rollbackKey(actor, params.id)),
);
