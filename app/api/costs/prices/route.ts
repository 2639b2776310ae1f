import { listPrices } from "@/lib/costs/service";
import { cacheableJson } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const GET = withActor("viewer", async ({ request }) =>
  cacheableJson(request, await listPrices()),
);
