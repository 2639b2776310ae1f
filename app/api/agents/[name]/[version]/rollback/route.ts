import { rollbackAgent } from "@/lib/agents/history-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("rollbackAgent", async ({ actor, params, body }) => {
  const agent = await rollbackAgent(actor, params, body);
  return json(agent, { etag: agent.etag });
});
