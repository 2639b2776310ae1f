import { traceAgent } from "@/lib/agents/trace-service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("getAgentTrace", async ({ params }) => json(await traceAgent(params)));
