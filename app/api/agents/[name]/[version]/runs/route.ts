import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listRuns } from "@/lib/runs/service";
import { startRun } from "@/lib/runs/start-service";

export const GET = route("listRuns", async ({ actor, params, query }) =>
  json(await listRuns(params, query, actor.role)),
);

export const POST = route("startRun", async ({ actor, params, body }) =>
  json(await startRun(actor, params, body), { status: 202 }),
);
