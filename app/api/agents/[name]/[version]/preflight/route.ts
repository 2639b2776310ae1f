import { preflightAgent } from "@/lib/agents/preflight-service";
import { PreflightTarget } from "@/lib/agents/schema";
import { readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

type Params = { name: string; version: string };

export const GET = withActor<Params>("viewer", async ({ request, params: { name, version } }) => {
  const wanted = readQuery(request, PreflightTarget);
  return json(await preflightAgent({ agent_name: name, version }, wanted));
});
