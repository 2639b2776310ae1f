import { readJsonIfAny, readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { PriceSync, PriceSyncOptions } from "@/lib/price-sync/schema";
import { syncPrices } from "@/lib/price-sync/service";

export const POST = withActor("admin", async ({ actor, request }) => {
  const { dry_run } = readQuery(request, PriceSyncOptions);
  return json(await syncPrices(actor, await readJsonIfAny(request, PriceSync), dry_run));
});
