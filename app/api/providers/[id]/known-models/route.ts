import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listKnownModels } from "@/lib/models/known-models-service";

export const GET = route("listKnownModels", async ({ params }) =>
  json({ models: await listKnownModels(params.id) }),
);
