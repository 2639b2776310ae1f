import { probeModel } from "@/lib/capabilities/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("probeModel", async ({ actor, params, body, request }) => {
  return json(await probeModel(actor, params, body, request.signal));
});
