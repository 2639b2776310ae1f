import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listRecentRuns } from "@/lib/run-health/recent-service";

export const GET = route("listRecentRuns", async () => json(await listRecentRuns()));
