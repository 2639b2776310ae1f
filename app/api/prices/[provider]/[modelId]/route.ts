import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { readPriceFacts } from "@/lib/price-sync/facts-service";

export const GET = route("getModelPrices", async ({ params }) =>
  json(await readPriceFacts(params)),
);
