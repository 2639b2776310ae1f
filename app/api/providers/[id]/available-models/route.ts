import { listAvailableModels } from "@/lib/discovery/service";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const GET = withActor<{ id: string }>("viewer", async ({ params, request }) =>
  json(await listAvailableModels(params.id, request.signal)),
);
