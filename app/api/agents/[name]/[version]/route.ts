import { getAgent } from "@/lib/agents/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { changeAgent } from "@/lib/trials/tried-switch-service";

export const GET = route("getAgent", async ({ params }) => {
  const agent = await getAgent(params);
  return json(agent, { etag: agent.etag });
});

export const PATCH = route("updateAgent", async ({ actor, params, body, ifMatch }) => {
  const agent = await changeAgent(actor, params, body, ifMatch);
  return json(agent, { etag: agent.etag });
});
