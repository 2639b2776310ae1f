import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import {
  deletePriceCatalog,
  readPriceCatalog,
  savePriceCatalog,
} from "@/lib/price-sync/catalog-service";

export const GET = route("getPriceCatalog", async () => json(await readPriceCatalog()));

export const PUT = route("savePriceCatalog", async ({ actor, query, body }) =>
  json(await savePriceCatalog(actor, body, query)),
);

export const DELETE = route("deletePriceCatalog", async ({ actor }) =>
  json(await deletePriceCatalog(actor)),
);
