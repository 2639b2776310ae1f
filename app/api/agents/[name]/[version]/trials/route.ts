import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listTrials } from "@/lib/trials/reading-service";
import { startTrial } from "@/lib/trials/service";

export const GET = route("listTrials", async ({ params }) => json(await listTrials(params)));

export const POST = route("startTrial", async ({ actor, params, body }) =>
  json(await startTrial(actor, params, body), { status: 202 }),
);
