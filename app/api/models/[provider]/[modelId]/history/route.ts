import { PageCursor } from "@/lib/activity/schema";
import { readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { modelHistory } from "@/lib/models/history-service";

type Params = { provider: string; modelId: string };

export const GET = withActor<Params>("viewer", async ({ request, params }) => {
  const { cursor } = readQuery(request, PageCursor);
  return json(await modelHistory({ provider: params.provider, model_id: params.modelId }, cursor));
});
