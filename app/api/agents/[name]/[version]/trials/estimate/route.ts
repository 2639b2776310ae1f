import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { estimateTrial } from "@/lib/trials/plan-service";

export const POST = route("estimateTrial", async ({ params, body }) =>
  json(await estimateTrial(params, body)),
);
