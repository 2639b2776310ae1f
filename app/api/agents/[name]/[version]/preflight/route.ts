import { preflightAgent } from "@/lib/agents/preflight-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("preflightAgent", async ({ params, query }) =>
  json(await preflightAgent(params, query)),
);
