import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { readPriceFacts } from "@/lib/price-sync/facts-service";

type Params = { provider: string; modelId: string };

export const GET = withActor<Params>("viewer", async ({ params }) =>
  json(await readPriceFacts({ provider: params.provider, model_id: params.modelId })),
);
