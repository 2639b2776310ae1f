import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { startBatch } from "@/lib/trials/batch-service";

export const POST = route("startTrialBatch", async ({ actor, body }) =>
  json(await startBatch(actor, body), { status: 202 }),
);
