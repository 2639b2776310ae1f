import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { probeModel } from "@/lib/probes/service";

export const POST = route("probeModel", async ({ actor, params, body, request }) => {
  return json(await probeModel(actor, params, body, request.signal));
});
