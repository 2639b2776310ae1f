import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { confirmPrices } from "@/lib/price-sync/confirm-service";

export const POST = route("confirmPrices", async ({ actor, body }) =>
  json(await confirmPrices(actor, body)),
);
