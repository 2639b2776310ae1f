import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { listKnownModels } from "@/lib/models/known-models-service";

export const GET = withActor<{ id: string }>("viewer", async ({ params }) =>
  json({ models: await listKnownModels(params.id) }),
);
