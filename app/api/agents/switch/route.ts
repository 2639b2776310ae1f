import { switchAgents } from "@/lib/agents/bulk-switch-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("switchAgents", async ({ actor, query, body }) =>
  json(await switchAgents(actor, body, query.dry_run)),
);
