import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { syncPrices } from "@/lib/price-sync/service";

export const POST = route("syncPrices", async ({ actor, query, body }) =>
  json(await syncPrices(actor, body, query.dry_run)),
);
