import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { revokeToken } from "@/lib/tokens/service";

export const DELETE = route("revokeToken", async ({ actor, params }) =>
  json(await revokeToken(actor, params.id)),
);
