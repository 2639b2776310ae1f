import { AgentChanges } from "@/lib/agents/schema";
import { getAgent, updateAgent } from "@/lib/agents/service";
import { ifMatch, readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

type Params = { name: string; version: string };
const agentKey = ({ name, version }: Params) => ({ agent_name: name, version });

export const GET = withActor<Params>("viewer", async ({ params }) => {
  const agent = await getAgent(agentKey(params));
  return json(agent, { etag: agent.etag });
});

export const PATCH = withActor<Params>("admin", async ({ actor, request, params }) => {
  const changes = await readJson(request, AgentChanges);
  const agent = await updateAgent(actor, agentKey(params), changes, ifMatch(request));
  return json(agent, { etag: agent.etag });
});
