import { agentHistory } from "@/lib/agents/history-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("getAgentHistory", async ({ params, query }) => {
  return json(await agentHistory(params, query.cursor));
});
