import { Rollback } from "@/lib/activity/schema";
import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { rollbackModel } from "@/lib/models/history-service";

type Params = { provider: string; modelId: string };

export const POST = withActor<Params>("admin", async ({ actor, request, params }) => {
  const key = { provider: params.provider, model_id: params.modelId };
  const model = await rollbackModel(actor, key, await readJson(request, Rollback));
  return json(model, { etag: model.etag });
});
