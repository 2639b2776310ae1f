import { listPrices } from "@/lib/costs/service";
import { cacheableJson } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("listPrices", async ({ request }) =>
  cacheableJson(request, await listPrices()),
);
