import { ifMatch, readJson, readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { retireModel } from "@/lib/models/retire-service";
import { ModelChanges, RetireOptions } from "@/lib/models/schema";
import { getModel, updateModel } from "@/lib/models/service";

type Params = { provider: string; modelId: string };
const modelKey = ({ provider, modelId }: Params) => ({ provider, model_id: modelId });

export const GET = withActor<Params>("viewer", async ({ params }) => {
  const model = await getModel(modelKey(params));
  return json(model, { etag: model.etag });
});

export const PATCH = withActor<Params>("admin", async ({ actor, request, params }) => {
  const changes = await readJson(request, ModelChanges);
  const model = await updateModel(actor, modelKey(params), changes, ifMatch(request));
  return json(model, { etag: model.etag });
});

export const DELETE = withActor<Params>("admin", async ({ actor, request, params }) => {
  const options = readQuery(request, RetireOptions);
  return json(await retireModel(actor, modelKey(params), options, ifMatch(request)));
});
