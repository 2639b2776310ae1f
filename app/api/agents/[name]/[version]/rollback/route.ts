import { Rollback } from "@/lib/activity/schema";
import { rollbackAgent } from "@/lib/agents/history-service";
import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

type Params = { name: string; version: string };

export const POST = withActor<Params>("admin", async ({ actor, request, params }) => {
  const key = { agent_name: params.name, version: params.version };
  const agent = await rollbackAgent(actor, key, await readJson(request, Rollback));
  return json(agent, { etag: agent.etag });
});
