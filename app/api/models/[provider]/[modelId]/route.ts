import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { getModel, updateModel } from "@/lib/models/service";
import { previewPriceChange } from "@/lib/price-sync/preview-service";
import { retireModel } from "@/lib/retirement/service";

export const GET = route("getModel", async ({ params }) => {
  const model = await getModel(params);
  return json(model, { etag: model.etag });
});

export const PATCH = route("updateModel", async ({ actor, params, query, body, ifMatch }) => {
  if (query.dry_run) return json(await previewPriceChange(params, body, ifMatch));
  const model = await updateModel(actor, params, body, ifMatch);
  return json(model, { etag: model.etag });
});

export const DELETE = route("retireModel", async ({ actor, params, query, ifMatch }) =>
  json(await retireModel(actor, params, query, ifMatch)),
);
