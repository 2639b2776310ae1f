import { traceAgent } from "@/lib/agents/trace-service";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

type Params = { name: string; version: string };

export const GET = withActor<Params>("viewer", async ({ params: { name, version } }) =>
  json(await traceAgent({ agent_name: name, version })),
);
