import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { readAgentHealth } from "@/lib/run-health/service";

export const GET = route("getAgentHealth", async ({ params, query }) =>
  json(await readAgentHealth(params, query)),
);
