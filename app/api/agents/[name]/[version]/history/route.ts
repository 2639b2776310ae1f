import { PageCursor } from "@/lib/activity/schema";
import { agentHistory } from "@/lib/agents/history-service";
import { readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

type Params = { name: string; version: string };

export const GET = withActor<Params>("viewer", async ({ request, params }) => {
  const { cursor } = readQuery(request, PageCursor);
  return json(await agentHistory({ agent_name: params.name, version: params.version }, cursor));
});
