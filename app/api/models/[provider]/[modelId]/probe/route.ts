import { ProbeRequest } from "@/lib/capabilities/schema";
import { probeModel } from "@/lib/capabilities/service";
import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

type Params = { provider: string; modelId: string };

export const POST = withActor<Params>(
  "admin",
  async ({ actor, request, params }) => {
    const key = { provider: params.provider, model_id: params.modelId };
    const asked = await readJson(request, ProbeRequest);
    return json(await probeModel(actor, key, asked, request.signal));
  },
  { limit: "probes" },
);
