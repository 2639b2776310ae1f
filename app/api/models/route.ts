import { addressOf } from "@/lib/addresses";
import { cacheableJson, json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { createModel, listModels } from "@/lib/models/service";

export const GET = route("listModels", async ({ request, query }) =>
  cacheableJson(request, await listModels(query)),
);

export const POST = route("createModel", async ({ actor, body }) => {
  const model = await createModel(actor, body);
  const params = { provider: model.provider, modelId: model.model_id };
  return json(model, {
    status: 201,
    etag: model.etag,
    headers: { location: addressOf("getModel", { params }) },
  });
});
