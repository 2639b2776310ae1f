import { readJson, readQuery } from "@/lib/http/input";
import { cacheableJson, json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { ModelDraft, ModelFilter } from "@/lib/models/schema";
import { createModel, listModels } from "@/lib/models/service";
import { api } from "@/lib/paths";

export const GET = withActor("viewer", async ({ request }) =>
  cacheableJson(request, await listModels(readQuery(request, ModelFilter))),
);

export const POST = withActor("admin", async ({ actor, request }) => {
  const model = await createModel(actor, await readJson(request, ModelDraft));
  return json(model, {
    status: 201,
    etag: model.etag,
    headers: { location: api.model(model.provider, model.model_id) },
  });
});
