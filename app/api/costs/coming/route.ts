import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listComingChanges } from "@/lib/price-sync/coming-service";

export const GET = route("listComingChanges", async () => json(await listComingChanges()));
