import { listAvailableModels } from "@/lib/discovery/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("listAvailableModels", async ({ actor, params, query }) =>
  json(await listAvailableModels(actor, params.id, query)),
);
