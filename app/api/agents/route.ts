import { listAgents } from "@/lib/agents/service";
import { cacheableJson } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("listAgents", async ({ request, query }) =>
  cacheableJson(request, await listAgents(query), "no-store"),
);
