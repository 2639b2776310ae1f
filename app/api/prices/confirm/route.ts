import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { confirmPrices } from "@/lib/price-sync/confirm-service";
import { PriceConfirmation } from "@/lib/price-sync/schema";

export const POST = withActor("admin", async ({ actor, request }) =>
  json(await confirmPrices(actor, await readJson(request, PriceConfirmation))),
);
