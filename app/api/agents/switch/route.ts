import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { switchTriedAgents } from "@/lib/trials/tried-switch-service";

export const POST = route("switchAgents", async ({ actor, query, body }) =>
  json(await switchTriedAgents(actor, body, query.dry_run)),
);
