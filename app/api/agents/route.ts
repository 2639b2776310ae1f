import { AgentFilter } from "@/lib/agents/schema";
import { listAgents } from "@/lib/agents/service";
import { readQuery } from "@/lib/http/input";
import { cacheableJson } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const GET = withActor("viewer", async ({ request }) =>
  cacheableJson(request, await listAgents(readQuery(request, AgentFilter))),
);
