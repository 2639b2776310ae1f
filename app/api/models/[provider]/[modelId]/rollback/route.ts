import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { rollbackModel } from "@/lib/models/history-service";

export const POST = route("rollbackModel", async ({ actor, params, body }) => {
  const model = await rollbackModel(actor, params, body);
  return json(model, { etag: model.etag });
});
